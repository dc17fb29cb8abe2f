"""A stream of texts, sorted into stories."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from string import ascii_lowercase, ascii_uppercase

import pytest

from scraper.dedupe import Clustered, ClusterText, cluster
from tests.dedupe import wire

PARTS = wire.paragraphs(wire.WIRE)


def sorted_out(*texts: ClusterText, **options: object) -> dict[str, tuple[str, str | None]]:
    return {found.id: (found.story, found.copy_of) for found in cluster(texts, **options)}


def text(id_: str, body: str, date: str | None = None) -> ClusterText:
    return ClusterText(id=id_, text=body, date=date)


def test_a_days_news():
    found = sorted_out(
        text("wire", wire.WIRE),
        text("budget", wire.BUDGET),
        ClusterText(id="coast", title="Class saved from ferry", text=wire.WIRE, lang="en"),
        text("cut", wire.join([*PARTS[:3], wire.BOILERPLATE])),
        text("own report", wire.REPORT),
        text("roundup", wire.join([PARTS[0], wire.paragraphs(wire.BUDGET)[0], wire.ELECTION])),
        text("shuffled", wire.join(PARTS[::-1])),
        text("election", wire.ELECTION),
        text("budget again", wire.BUDGET.upper()),
        text("empty", ""),
        text("empty too", ""),
    )
    assert found == {
        "wire": ("wire", None),
        "budget": ("budget", None),
        "coast": ("wire", "wire"),
        "cut": ("wire", "wire"),
        "own report": ("own report", None),
        "roundup": ("roundup", None),
        "shuffled": ("wire", "wire"),
        "election": ("roundup", "roundup"),
        "budget again": ("budget", "budget"),
        "empty": ("empty", None),
        "empty too": ("empty too", None),
    }


def test_a_rewrite_joins_the_story_but_copies_nothing():
    taken = [part.split(". ")[0] for part in PARTS[1:]]
    rewrite = wire.join(
        [f"{own} {quote}." for own, quote in zip(wire.paragraphs(wire.REPORT), taken, strict=False)]
    )
    found = sorted_out(text("wire", wire.WIRE), text("rewrite", rewrite))
    assert found["rewrite"] == ("wire", None)


def test_a_copy_of_a_copy_names_the_original():
    halves = [wire.join(PARTS[:5]), wire.join(PARTS[:4]), wire.join(PARTS[1:4])]
    found = sorted_out(*(text(str(number), half) for number, half in enumerate(halves)))
    assert found == {"0": ("0", None), "1": ("0", "0"), "2": ("0", "0")}


@pytest.mark.parametrize(
    ("first", "second", "copy"),
    [
        ("2026-03-01", "2026-03-30", True),
        ("2026-03-01", "2026-04-02", False),
        ("2026-03-01T23:30:00Z", "2026-03-31T22:00:00-01:00", True),
        ("2026-03-01", None, True),
        (None, "2026-03-01", True),
        ("yesterday", "1 March 2026", True),
        ("2026-03-01", "2020-01-01", True),  # it came later, whatever it says
        ("0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", True),  # no such times in UTC
    ],
)
def test_a_text_is_compared_with_those_of_the_last_month(first, second, copy):
    found = sorted_out(text("a", wire.WIRE, first), text("b", wire.WIRE, second))
    assert (found["b"][1] == "a") is copy


def news(count: int, seed: int = 5) -> list[ClusterText]:
    """Reports of events, six of each, in words of their own, beside the same names."""
    random = Random(seed)
    common = ["".join(random.choices(ascii_lowercase, k=5)) for _ in range(3000)]
    weights = [1 / (rank + 3) for rank in range(len(common))]
    names = ["".join(random.choices(ascii_uppercase, k=5)) for _ in range(count)]
    texts = []
    for number in range(count):
        event = number // 24 * 4 + number % 4
        words = random.choices(common, weights, k=120)
        for name in (names[2 * event], names[2 * event + 1], f"{event}471"):
            for _ in range(3):
                words.insert(random.randrange(1, len(words)), name)
        texts.append(text(f"{event}/{number}", " ".join(words)))
    return texts


def test_reports_of_one_event_are_one_story_in_words_of_their_own():
    texts = news(480)
    found = sorted_out(*texts)
    late = [one.id for one in texts[96:]]  # by then it is known which words are rare
    events = {number.partition("/")[0] for number in late}
    assert all(found[one][1] is None for one in late)
    assert all(found[one][0].partition("/")[0] == one.partition("/")[0] for one in late)
    assert len({found[one][0] for one in late}) <= 1.1 * len(events)


def test_two_unrelated_texts_are_two_stories_though_they_are_the_first():
    found = sorted_out(text("ferry", wire.WIRE), text("pools", wire.BUDGET))
    assert found == {"ferry": ("ferry", None), "pools": ("pools", None)}


def test_what_is_said_of_a_text_rests_on_those_before_it_alone():
    texts = news(200)
    whole = list(cluster(texts))
    assert whole[:120] == list(cluster(texts[:120]))


def test_a_report_long_after_is_another_story():
    texts = news(480)
    last = texts[-1]
    weeks = [replace(one, date="2026-03-01") for one in texts[:-1]]
    assert sorted_out(*weeks, replace(last, date="2026-03-05"))[last.id][0] != last.id
    assert sorted_out(*weeks, replace(last, date="2026-03-12"))[last.id][0] == last.id


def test_it_answers_text_by_text():
    def endless() -> Iterator[ClusterText]:
        number = 0
        while True:
            yield text(str(number), wire.WIRE)
            number += 1

    stream = cluster(endless(), capacity=2)
    assert next(stream) == Clustered(id="0", story="0", copy_of=None)
    assert [next(stream).copy_of for _ in range(5)] == ["0"] * 5


def test_nothing_comes_of_nothing():
    assert list(cluster([])) == []
