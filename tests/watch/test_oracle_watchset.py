"""A set of watches that comes and goes finds what each of its queries finds alone."""

import sys
from collections import Counter
from datetime import UTC, datetime
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from scraper.errors import QueryError
from scraper.watch import MatchText, WatchSet, compile_query
from scraper.watch.lists import Lists
from storage.records import Watch, WatchSpec
from tests.watch import oracle
from tests.watch.drawn import FAMILIES, Family, lists_of, queries, texts

NUMBERS = st.integers(1, 12)  # few, so that watches are changed and taken out, too


def watch(number: int, query: str) -> Watch:
    return Watch(
        id=number,
        spec=WatchSpec(name=f"watch {number}", query=query),
        origin="command",
        paused=False,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


class ComingAndGoing(RuleBasedStateMachine):
    """Watches are put, changed and discarded, their lists change, and articles come in between."""

    counts: ClassVar[Counter[bool]] = Counter()

    @initialize(data=st.data(), family=st.sampled_from(FAMILIES))
    def start(self, data: st.DataObject, family: Family) -> None:
        self.family = family
        self.lists = lists_of(family)
        self.watches = WatchSet(lists=self.lists)
        self.queries: dict[int, str] = {}
        for number in range(1, 7):
            self.put(number, data)

    @rule(number=NUMBERS, data=st.data())
    def put(self, number: int, data: st.DataObject) -> None:
        word = st.sampled_from(self.family.asked.split())
        query = data.draw(st.one_of(queries(self.family), word))
        self.queries[number] = query
        self.watches.put(watch(number, query))

    @rule(number=NUMBERS)
    def discard(self, number: int) -> None:
        self.queries.pop(number, None)
        self.watches.discard(number)

    @rule(number=NUMBERS)
    def put_what_is_wrong(self, number: int) -> None:
        self.queries[number] = "(rocket"
        self.watches.put(watch(number, "(rocket"))

    @rule(data=st.data())
    def relist(self, data: st.DataObject) -> None:
        word = data.draw(st.sampled_from(self.family.asked.split()))
        self.lists = Lists({"some": (word,), "one": (word, f"={word}"), "rows": (f'"{word}"',)})
        self.watches.relist(self.lists)

    @precondition(lambda self: self.queries)
    @rule(data=st.data())
    def match_again(self, data: st.DataObject) -> None:
        self.match(data)

    @precondition(lambda self: self.queries)
    @rule(data=st.data())
    def match(self, data: st.DataObject) -> None:
        text = data.draw(texts(self.family))
        expected = self._expected(text)
        self.counts[True] += len(expected)
        self.counts[False] += len(self.queries) - len(expected)
        matches = {match.watch_id: match.passages for match in self.watches.match(text)}
        assert list(matches) == sorted(expected)
        assert self.watches.matching(text) == sorted(expected)
        for number, passages in matches.items():
            assert passages == expected[number], self.queries[number]

    def _expected(self, text: MatchText) -> dict[int, object]:
        """Of the watches that match, by the matcher without the index, the passages."""
        found = {}
        for number, typed in self.queries.items():
            try:
                query = compile_query(typed, lists=self.lists)
            except QueryError:
                continue
            passages = query.match(text)
            assert (passages is not None) is oracle.holds(query.root, text), typed
            if passages is not None:
                found[number] = passages
        return found

    @invariant()
    def knows_what_is_broken(self) -> None:
        if not hasattr(self, "watches"):
            return
        assert set(self.watches.watches) == set(self.queries)
        assert len(self.watches) + len(self.watches.broken) == len(self.queries)


def test_a_set_finds_what_its_queries_find_alone() -> None:
    ComingAndGoing.counts.clear()
    usual = settings()
    run_state_machine_as_test(
        ComingAndGoing,
        settings=settings(
            max_examples=max(20, usual.max_examples // 10), stateful_step_count=20, deadline=None
        ),
    )
    counts = ComingAndGoing.counts
    matches = counts[True] / counts.total()
    sys.stdout.write(f"{counts.total()} comparisons, {matches:.0%} of them matches\n")
    assert counts[True] >= 0.2 * counts.total()
