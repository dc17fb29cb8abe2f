"""What is an edit, and what an edit added."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe import added, is_material
from scraper.dedupe.changes import is_respelled

BODY = """A rocket hit the north of Baghdad on Monday evening.

Three people died in the blast, the ministry said. Police have closed the road to the airport."""


@dataclass(frozen=True)
class Text:
    body: str = BODY
    title: str | None = "Rocket hits Baghdad"
    standfirst: str | None = None


BEFORE = Text()


def told(after, *earlier, language="en"):
    return [each.text for each in added(after, earlier or [BEFORE], language)]


@pytest.mark.parametrize(
    ("body", "language"),
    [
        (BODY, "en"),
        (BODY.upper(), "en"),
        (BODY.replace(" ", "  ").replace("\n\n", "\n"), "en"),
        (BODY.replace("\n\n", " "), "en"),
        (f"Updated 5 minutes ago\n\n{BODY}", "en"),
        (f"{BODY}\n\n12 comments", "en"),
        (f"{BODY}\n\n► Read more: Ferry is back after a storm", "en"),
        (f"{BODY}\n\nRelated: Ferry is back after a storm", "en"),
        (f"{BODY}\n\nRelated stories\n\nFerry is back after a storm\n\nThe mayor resigns", "en"),
        (f"{BODY}\n\nSign up for our morning newsletter.", "en"),
        (f"{BODY}\n\n***", "en"),
        (f"{BODY}\n\nLesen Sie auch: Die Fähre fährt wieder", "de"),
        (f"{BODY}\n\nاقرأ أيضا: عودة العبارة", "ar"),
        (f"{BODY}\n\n相关阅读：渡轮复航", "zh"),
    ],
)
def test_trifles_are_no_revision(body, language):
    after = replace(BEFORE, body=body)
    assert not is_material(BEFORE, after, language)
    assert not is_material(after, BEFORE, language)
    assert told(after, language=language) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            BODY.replace("Three", "Twelve"),
            ["Twelve people died in the blast, the ministry said."],
        ),
        (f"{BODY}\n\nThe toll rose to 12.", ["The toll rose to 12."]),
        (
            f"{BODY}\n\nCorrection: an earlier version named another road.",
            ["Correction: an earlier version named another road."],
        ),
        (f"{BODY} Related to this, two men were held.", ["Related to this, two men were held."]),
        (
            f"{BODY}\n\nRelated stories\n\nFerry is back\n\nTwo men were held on Tuesday.",
            ["Two men were held on Tuesday."],
        ),
        (BODY.replace(" to the airport", ""), []),
        (BODY.replace("Baghdad", "Bagdhad"), []),
        ("\n\n".join(reversed(BODY.split("\n\n"))), []),
    ],
)
def test_edits_are_revisions_and_tell_what_they_added(body, expected):
    after = replace(BEFORE, body=body)
    assert is_material(BEFORE, after, "en")
    assert told(after) == expected


def test_currencies_count():
    one, other = Text("The repair costs $12 million."), Text("The repair costs €12 million.")
    assert is_material(one, other, "en")
    assert told(other, one) == ["The repair costs €12 million."]


def test_scripts_without_spaces():
    one = Text("火箭击中巴格达。他说三人死亡。", title=None)
    other = Text("火箭击中巴格达。他说十二人死亡。更新：5分钟前", title=None)
    assert is_material(one, other, "zh")
    assert told(other, one, language="zh")[0] == "他说十二人死亡。"
    assert not is_material(one, replace(one, body=f"{one.body}\n\n更新：5分钟前"), "zh")


def test_what_the_later_reading_has_not_is_not_taken_away():
    before = replace(BEFORE, standfirst="The third attack this month.")
    assert not is_material(before, replace(before, standfirst=None), "en")
    assert not is_material(before, replace(before, body="Updated 5 minutes ago"), "en")
    assert is_material(before, replace(before, standfirst="The fourth attack this month."), "en")


def test_a_headline_turned_round_tells_nothing():
    turned = replace(BEFORE, title="Baghdad hit by rocket")
    assert is_material(BEFORE, turned, "en")
    assert told(turned) == []
    assert told(replace(BEFORE, title="Rocket kills twelve in Baghdad")) == [
        "Rocket kills twelve in Baghdad"
    ]


def test_what_was_taken_out_and_put_back_tells_nothing():
    second = replace(BEFORE, body=BODY.replace("Three people died", "Nobody died"))
    assert told(second) == ["Nobody died in the blast, the ministry said."]
    assert told(BEFORE, second, BEFORE) == []
    third = replace(BEFORE, body=f"{BODY}\n\nTwo men were held.")
    assert told(third, second, BEFORE) == ["Two men were held."]


def test_each_new_post_of_a_live_blog_is_told_once():
    posts = [f"{hour}:15\n\nPost {hour} tells of street {hour * 7}." for hour in range(10, 14)]
    texts = [Text("\n\n".join(reversed(posts[: count + 1]))) for count in range(len(posts))]
    for count in range(1, len(posts)):
        assert told(texts[count], *reversed(texts[:count])) == [posts[count].split("\n\n")[1]]


def test_places_of_additions():
    after = replace(BEFORE, body=f"{BODY}\n\nThe toll\nrose to 12.", standfirst="New\u00a0here.")
    for each in added(after, [BEFORE], "en"):
        value = getattr(after, each.field)
        assert " ".join(value[each.start : each.end].split()) == each.text


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("bagdad", "baghdad", True),
        ("bagdhad", "baghdad", True),
        ("baghdad", "bagdad", True),
        ("recieve", "receive", True),
        ("iran", "iraq", False),
        ("million", "billion", False),
        ("legal", "illegal", False),
        ("moral", "amoral", False),
        ("12345", "123456", False),
        ("dead", "dread", True),
        ("rocket", "rockets", True),
        ("", "", False),
    ],
)
def test_spellings(one, two, expected):
    assert is_respelled(one, two) is expected


texts = st.lists(st.sampled_from([*BODY.split(), "12", "\n\n", "Read more:", "$5"]), max_size=30)


@given(texts, texts)
def test_a_text_that_says_nothing_new_adds_nothing(before, after):
    one, other = Text(" ".join(before)), Text(" ".join(after))
    assert not is_material(one, one, "en")
    assert added(one, [one], "en") == ()
    assert added(one, [other, one], "en") == ()
    if added(other, [one], "en"):
        assert is_material(one, other, "en") or not other.body.strip()
