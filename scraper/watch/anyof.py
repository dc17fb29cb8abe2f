"""Any of many terms: a saved list, or the names of a place or country."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from scraper.watch.indexed import IndexedText
from scraper.watch.matchtext import AS_WRITTEN
from scraper.watch.paragraphs import Span
from scraper.watch.terms import Hit, Leaf, Mode, Phrase, Run, Term, Wildcard

_MOST_TABLES: Final = 16  # languages; a large list's tables weigh
_AS_WRITTEN: Final = "as written"  # in the place of a language


class _Table(NamedTuple):
    """The leaves of an AnyOf by what a text has that they could begin with."""

    plain: Mapping[str, Sequence[Leaf]]
    exact: Mapping[str, Sequence[Leaf]]
    others: Sequence[Leaf]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf(Leaf):
    """Any of many leaves: a saved list of terms, or the names of a place or country.

    `leaves` have no field of their own. What they could begin with is looked up, so that the cost
    does not grow with their number.
    """

    kind: Literal["set", "place", "country"]
    name: str
    leaves: tuple[Leaf, ...]
    within: str | None = None
    written: str = field(default="", compare=False)
    tables: dict[str | None, _Table] = field(default_factory=dict, compare=False, repr=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AnyOf):
            return NotImplemented
        mine, others = ((each.kind, each.name, each.within) for each in (self, other))
        return mine == others and (self.leaves is other.leaves or self.leaves == other.leaves)

    def __hash__(self) -> int:
        return hash((self.kind, self.name, self.within))

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """Every place, with the leaf that stands there."""
        return [] if negated else sorted(self._hits(text, self.within), key=lambda hit: hit[:2])

    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:
        """Every place of any of them."""
        within = self.within or within
        asked = ("any of", id(self.leaves), within)
        if (found := text.memo.get(asked)) is None:
            found = text.memo[asked] = sorted({hit[:2] for hit in self._hits(text, within)})
        spans: Sequence[Span] = found
        return spans

    def _hits(self, text: IndexedText, within: str | None) -> Iterator[Hit]:
        for leaf in self._present(text, within):
            for first, last in leaf.spans(text, within):
                yield Hit(first, last, leaf)

    def _present(self, text: IndexedText, within: str | None) -> Iterator[Leaf]:
        """The leaves that the text may have, each once."""
        table = self._table(text, as_written=within in AS_WRITTEN)
        exact, plain = (text.exact, text.plain) if within is None else text.spellings(within)
        seen: set[int] = set()
        for keys, by_key in ((plain, table.plain), (exact, table.exact)):
            # Whichever has less is looked through.
            few = keys.intersection(by_key) if len(by_key) < len(keys) else keys & by_key.keys()
            for key in few:
                for leaf in by_key[key]:
                    if id(leaf) not in seen:
                        seen.add(id(leaf))
                        yield leaf
        yield from table.others

    def _table(self, text: IndexedText, *, as_written: bool) -> _Table:
        """By what a leaf is looked up: in fields of names by its spelling, whatever its mode."""
        language = _AS_WRITTEN if as_written else text.reader.language
        if (found := self.tables.get(language)) is None:
            plain: defaultdict[str, list[Leaf]] = defaultdict(list)
            exact: defaultdict[str, list[Leaf]] = defaultdict(list)
            others = []
            for leaf in self.leaves:
                starts = list(_starts(leaf))
                if not starts:
                    others.append(leaf)
                for start in starts:
                    if as_written or start.mode in {Mode.EXACT, Mode.CASED}:
                        exact[start.token].append(leaf)
                    elif start.mode is Mode.PLAIN:
                        plain[text.key_of_term[start.token]].append(leaf)
                    else:
                        plain[text.key_of_name[start.token]].append(leaf)
            if len(self.tables) >= _MOST_TABLES:
                self.tables.clear()
            found = self.tables[language] = _Table(dict(plain), dict(exact), others)
        return found


def _starts(leaf: Leaf) -> Iterator[Term]:
    """What a text that has the leaf has one of; nothing where that is not known."""
    if isinstance(leaf, Term):
        yield leaf
    elif isinstance(leaf, Run):
        yield Term(leaf.tokens[0], Mode.EXACT)
    elif isinstance(leaf, Phrase) and not isinstance(leaf.joined, Wildcard):
        starts = list(_starts(leaf.parts[0]))
        if starts and leaf.joined is not None:
            starts.append(leaf.joined)
        yield from starts
