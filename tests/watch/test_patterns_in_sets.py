"""Patterns of many kinds, in every field, beside one another in a set that changes all the time."""

from random import Random

import pytest

from scraper.watch import MatchText, WatchSet, compile_query
from scraper.watch import shapes as module
from scraper.watch.matchtext import FIELDS
from tests.watch.making import watch

WORDS = "rocket rockets rocketry Rocky crockery sprocket ракета ракеты Smith smithy F-16 3,5 US us"
PATTERNS = (
    "rock*", "*ocke*", "*kets", "r?cket", "ракет*", "rocket~1", "smiht~2", "/rockets?/",
    "/.*etry/", "/раке.[аы]/", "/[rs]ock.*/", "case:/US/", "case:/35/", "/smith rock.*/",
    '"sm* us"',
)  # fmt: skip
SLOTS = 10


def _query(chance: Random) -> str:
    def term() -> str:
        field = chance.choice(("", "", "", *(f"{name}:" for name in FIELDS)))
        word = chance.choice((*PATTERNS, *PATTERNS, *WORDS.split()))
        return word if word.startswith("case:") else field + word

    joint = chance.choice((" AND ", " OR ", " AND NOT ", " AND site:example.org AND "))
    return joint.join(term() for _ in range(chance.randint(1, 3)))


def _text(chance: Random) -> MatchText:
    def some(most: int) -> str:
        return " ".join(chance.choices(WORDS.split(), k=chance.randint(0, most)))

    site = chance.choice(("example.org", "other.example"))
    return MatchText(
        title=some(3),
        body="\n\n".join(some(6) for _ in range(3)),
        caption=some(2),
        source=some(1),
        section=some(1),
        authors=(some(2), some(1)),
        tags=(some(1),),
        url=f"https://{site}/{some(2).replace(' ', '-')}",
        language=chance.choice((None, "en", "ru")),
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_set_finds_what_each_finds_alone(seed: int, monkeypatch: pytest.MonkeyPatch):
    # Small, so that words are let go and learnt again, too.
    monkeypatch.setattr(module, "_MOST_KEPT", 60)
    monkeypatch.setattr(module, "_MOST_ADDED", 4)
    chance = Random(seed)
    watches, queries = WatchSet(), {}
    compared = matched = 0
    for _ in range(250):
        for _ in range(chance.randint(0, 4)):
            number = chance.randrange(SLOTS)
            if queries.pop(number, None) and chance.random() < 0.5:
                watches.discard(number)
                continue
            queries[number] = _query(chance)
            watches.put(watch(number, queries[number]))
        text = _text(chance)
        found = {match.watch_id: match.passages for match in watches.match(text)}
        for number, query in queries.items():
            alone = None if number in watches.broken else compile_query(query).match(text)
            assert found.get(number) == alone, (query, text)
            compared += 1
            matched += alone is not None
    assert compared / 8 < matched < compared / 2
