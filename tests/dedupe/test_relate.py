"""What is a copy, what is a rewrite, and what only looks like one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.dedupe import relate, sign
from tests.dedupe import wire
from tests.dedupe.deciding import between, kind, signed

PARTS = wire.paragraphs(wire.WIRE)
FULL_STOP_QUOTES = str.maketrans({'"': "”", "'": "’", "-": "–"})
VOCABULARY = [
    f"{a}{b}" for a in ("ka", "lo", "mi", "ru", "te") for b in ("ban", "dor", "fel", "gis")
]
ROUNDUP = wire.join(
    [
        "Good morning. Five things to know today.",
        wire.paragraphs(wire.BUDGET)[0],
        PARTS[0],
        wire.paragraphs(wire.ELECTION)[0],
        wire.paragraphs(wire.REPORT)[3],
        wire.paragraphs(wire.BUDGET)[2],
    ]
)


def with_words_changed(text: str, share: float, seed: int = 7) -> str:
    random_ = random.Random(seed)
    return " ".join(
        random_.choice(VOCABULARY) if random_.random() < share else word for word in text.split()
    )


def with_letters_changed(text: str, share: float, seed: int = 7) -> str:
    random_ = random.Random(seed)
    return "".join(
        random_.choice("etaoinsr") if letter.isalpha() and random_.random() < share else letter
        for letter in text
    )


COPIES = {
    "the same": wire.WIRE,
    "other typography": wire.WIRE.upper().translate(FULL_STOP_QUOTES),
    "boilerplate at the end": wire.join([wire.WIRE, wire.BOILERPLATE]),
    "boilerplate at both ends": wire.join(["By our own staff", wire.WIRE, wire.BOILERPLATE]),
    "cut to a third": wire.WIRE[: len(wire.WIRE) // 3],
    "cut, with boilerplate": wire.join([wire.WIRE[: len(wire.WIRE) // 2], wire.BOILERPLATE]),
    "another first sentence": wire.join(["Ferry drama: what we know.", *PARTS[1:]]),
    "paragraphs dropped": wire.join(PARTS[::2]),
    "paragraphs in reverse": wire.join(PARTS[::-1]),
    "a paragraph put in": wire.join([*PARTS[:3], wire.paragraphs(wire.REPORT)[3], *PARTS[3:]]),
    "3 % of words changed": with_words_changed(wire.WIRE, 0.03),
    "12 % of words changed": with_words_changed(wire.WIRE, 0.12),
    "4 % of letters changed": with_letters_changed(wire.WIRE, 0.04),
    "words changed, dropped, shuffled": with_words_changed(wire.join(PARTS[:1:-1]), 0.08),
}


@pytest.mark.parametrize("name", COPIES)
def test_an_edited_copy_is_a_copy_whichever_came_first(name):
    assert kind(COPIES[name], wire.WIRE) == "copy"
    assert kind(wire.WIRE, COPIES[name]) == "copy"


@pytest.mark.parametrize("name", COPIES)
def test_an_edited_copy_shares_keys(name):
    original, copy = sign(wire.HEADLINE, wire.WIRE), sign("Drama on a reef", COPIES[name])
    assert len(set(original.keys) & set(copy.keys)) >= 3


def test_another_headline_makes_no_other_article():
    relation = relate(
        sign("Class of children rescued from sinking ferry", wire.WIRE),
        [signed(3, wire.WIRE, title=wire.HEADLINE)],
    )
    assert relation is not None
    assert (relation.kind, relation.article_id, relation.story_id) == ("copy", 3, 3)
    assert relation.score > 0.9


@pytest.mark.parametrize(
    "other",
    [
        wire.REPORT,
        wire.BUDGET,
        ROUNDUP,
        wire.join([wire.BUDGET, PARTS[2], wire.ELECTION]),  # quotes a paragraph
    ],
    ids=["own report", "other news", "roundup", "quotation"],
)
def test_what_is_no_copy(other):
    assert kind(other, wire.WIRE) is None
    assert kind(wire.WIRE, other) is None


def test_articles_that_share_nothing_but_boilerplate_as_long_as_themselves():
    one = wire.join([wire.BUDGET, wire.BOILERPLATE])
    two = wire.join([wire.ELECTION, wire.BOILERPLATE])
    assert kind(one, two) is None


def test_a_report_that_takes_over_sentences_here_and_there_is_a_rewrite():
    own = wire.paragraphs(wire.REPORT)
    taken = [part.split(". ")[0] for part in PARTS[1:]]
    mixed = [f"{mine} {sentence}." for mine, sentence in zip(own, taken, strict=False)]
    relation = between(wire.join(mixed), wire.WIRE)
    assert relation is not None
    assert relation.kind == "rewrite"
    assert relation.score < 0.6


def test_seismic_items_from_one_template_are_different_quakes():
    one = wire.quake("23", "4.6", "Puerto Llano", "11", "14:32")
    two = wire.quake("41", "5.1", "Cabo Frio", "36", "03:07")
    assert kind(one, two) is None
    assert kind(with_words_changed(one, 0.06), one) == "copy"


def test_brief_items_from_one_template_are_no_copies_without_any_number_in_them():
    one = wire.arrest("a man", "Harbour Row", "two racing bicycles")
    two = wire.arrest("a youth of the district", "Mill Lane", "copper pipes")
    assert kind(one, two) is None
    assert kind(with_words_changed(one, 0.06), one) == "copy"
    assert kind(one, wire.join([one, wire.BOILERPLATE])) == "copy"


def test_a_template_is_known_as_such_once_several_stories_have_it():
    def item(name: str, text: str) -> str:
        return wire.join([f"{name} writes to us:", wire.BOILERPLATE, wire.paragraphs(text)[0]])

    seen = [
        signed(1, item("Ada", wire.BUDGET)),
        signed(2, item("Ben", wire.ELECTION), story=7),
        signed(3, item("Cem", wire.REPORT), story=8),
    ]
    new = item("Dan", wire.WIRE)
    assert relate(sign(None, new), seen[:1]) is not None  # one alone looks like a copy
    assert relate(sign(None, new), seen) is None


def test_boilerplate_that_several_stories_have_counts_for_nothing():
    seen = [
        signed(number, wire.join([body, wire.BOILERPLATE]))
        for number, body in enumerate([wire.BUDGET, wire.ELECTION, wire.WIRE], 1)
    ]
    news = wire.join([wire.paragraphs(wire.REPORT)[1], wire.BOILERPLATE])
    assert relate(sign(None, news), seen) is None
    again = relate(sign(None, wire.join([wire.BUDGET[:400], wire.BOILERPLATE])), seen)
    assert again is not None
    assert (again.kind, again.article_id) == ("copy", 1)


def test_a_wire_story_that_fell_apart_into_many_stories_is_still_found():
    seen = [signed(number, wire.WIRE, title=f"Headline {number}") for number in range(1, 8)]
    relation = relate(sign("Another headline", with_words_changed(wire.WIRE, 0.02)), seen)
    assert relation is not None
    assert relation.kind == "copy"


def test_the_original_is_named_not_the_copy_that_is_most_alike():
    late = wire.join([*PARTS[:4], wire.BOILERPLATE])
    seen = [signed(1, wire.WIRE), signed(2, late, story=1, copy_of=1)]
    relation = relate(sign("Title", late), seen)
    assert relation is not None
    assert (relation.kind, relation.article_id, relation.story_id) == ("copy", 1, 1)


def test_an_original_no_longer_at_hand_is_named_all_the_same():
    relation = relate(sign(None, wire.WIRE), [signed(900, wire.WIRE, story=5, copy_of=17)])
    assert relation is not None
    assert (relation.article_id, relation.story_id) == (17, 5)


def test_an_article_numbered_zero_can_be_the_original():
    relation = relate(sign("x", wire.WIRE), [signed(4, wire.WIRE, story=0, copy_of=0)])
    assert relation is not None
    assert relation.article_id == 0


def test_nothing_joins_a_story_by_what_a_copy_had_added():
    added = wire.join([wire.WIRE, wire.BUDGET, wire.ELECTION])
    seen = [signed(1, wire.WIRE), signed(2, added, story=1, copy_of=1)]
    joined = wire.join([wire.BUDGET, wire.ELECTION])
    assert relate(sign(None, joined), [signed(2, added)]) is not None
    assert relate(sign(None, joined), seen) is None


def test_of_two_originals_the_more_alike_and_then_the_earlier_is_named():
    half = wire.join(PARTS[:4])
    seen = [signed(1, half), signed(2, wire.WIRE), signed(3, wire.WIRE)]
    for order in (seen, seen[::-1]):
        relation = relate(sign("A title", wire.WIRE), order)
        assert relation is not None
        assert relation.article_id == 2


@pytest.mark.parametrize("body", ["", "Read more.", "Watch the video of the accident here."])
def test_texts_without_a_body_are_no_copies_even_with_one_headline(body):
    assert relate(sign(wire.HEADLINE, body), [signed(1, body, title=wire.HEADLINE)]) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [(wire.CHINESE, wire.CHINESE_OTHER), (wire.THAI, wire.CHINESE), (wire.KOREAN, wire.THAI)],
    ids=["Chinese", "Thai", "Korean"],
)
def test_scripts_without_spaces(text, other):
    parts = wire.paragraphs(text)
    assert kind("".join(parts[:2]), text) == "copy"
    assert kind("".join(parts[::-1]), text) == "copy"
    assert kind(other, text) is None


def test_an_excerpt_of_a_very_long_text_is_a_copy_of_it():
    random_ = random.Random(3)
    words = [f"{random_.choice(VOCABULARY)}{random_.randrange(99)}" for _ in range(9000)]
    long = " ".join(words)
    assert kind(" ".join(words[:400]), long) == "copy"
    assert kind(" ".join(words[4000:4400]), long) is None


def test_nothing_is_related_to_nothing():
    assert relate(sign(None, wire.WIRE), []) is None


@given(st.permutations(PARTS))
def test_the_order_of_paragraphs_does_not_matter(parts):
    assert kind(wire.join(parts), wire.WIRE) == "copy"


@given(st.lists(st.sampled_from(VOCABULARY), min_size=20, max_size=80).map(" ".join))
def test_every_text_that_is_compared_is_a_copy_of_itself(text):
    relation = between(text, text)
    if sign(None, text).keys:
        assert relation is not None
        assert (relation.kind, relation.score) == ("copy", 1.0)
    else:
        assert relation is None


EDITED = st.tuples(
    st.lists(st.sampled_from([*PARTS, *wire.paragraphs(wire.BUDGET + wire.REPORT)]), min_size=1),
    st.sampled_from([0.0, 0.05, 0.1, 0.2]),
).map(lambda made: with_words_changed(wire.join(made[0]), made[1]))


@given(EDITED, EDITED)
def test_one_to_one_the_verdict_and_score_are_the_same_both_ways_round(one, two):
    there, back = between(one, two), between(two, one)
    assert (there and (there.kind, there.score)) == (back and (back.kind, back.score))
    assert there is None or 0 < there.score <= 1


@given(EDITED, st.lists(EDITED, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(new, bodies, random_):
    candidates = [signed(number, body) for number, body in enumerate(bodies)]
    shuffled = random_.sample(candidates, len(candidates))
    assert relate(sign(None, new), candidates) == relate(sign(None, new), shuffled)
