"""The leaves of a query's tree: what is looked up in a text.

leaf = Term | Wildcard | Fuzzy | Regex | Run | Phrase | AnyOf     these stand somewhere
| Mark | Published                                           these are true of an article
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from scraper.watch.indexed import IndexedText
from scraper.watch.matchtext import AS_WRITTEN
from scraper.watch.paragraphs import Span
from scraper.watch.pattern_keys import key_of_expression, key_of_fuzzy, key_of_wildcard
from scraper.watch.patterns import expression_spans, is_within, spans_several, wildcard
from scraper.watch.rows import follow, loose


class Hit(NamedTuple):
    """Where a leaf holds: from the word at position `first` to that at `last`, inclusive."""

    first: int
    last: int
    leaf: "Leaf"


class Mode(Enum):
    """How a word is compared."""

    PLAIN = "plain"  # case and accents aside, with its regular inflections and written-on prefixes
    NAME = "name"  # the same of a word typed as a name: what inflects names
    EXACT = "exact"  # case and accents aside
    CASED = "cased"  # accents aside


class Node(ABC):
    """A query, or a part of one."""

    __slots__ = ()

    @abstractmethod
    def holds(self, text: IndexedText) -> bool:
        """Whether the text satisfies it."""

    @abstractmethod
    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """What in the text makes it hold; with `negated`, what makes it not hold.

        The caller knows that it does. Nothing is shown for what is absent.
        """

    @property
    @abstractmethod
    def binding(self) -> int:
        """How tightly its operator binds, for parentheses."""


class Leaf(Node):
    """What is looked up in the text."""

    __slots__ = ()
    within: str | None  # the field it is looked for in; None: the default ones
    written: str  # as a person typed it, without the field

    @abstractmethod
    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:
        """Everywhere it stands, in the order of the text; in its own field, if it has one."""

    def holds(self, text: IndexedText) -> bool:
        """Whether it is anywhere."""
        return bool(self.spans(text, self.within))

    def hits(self, text: IndexedText, *, negated: bool = False) -> list[Hit]:
        """Everywhere it is."""
        if negated:
            return []
        return [Hit(first, last, self) for first, last in self.spans(text, self.within)]

    def scoped(self, field: str) -> "Leaf":
        """The same, looked for in a field."""
        scoped: Leaf = replace(self, within=field)  # type: ignore[type-var]  # leaves are dataclasses
        return scoped

    @property
    def binding(self) -> int:
        """Tighter than every operator."""
        return 9

    def __str__(self) -> str:
        return f"{self.within}:{self.written}" if self.within else self.written


@dataclass(frozen=True, slots=True)
class Term(Leaf):
    """One word. `token` is folded; `spelling`, of a CASED one, has its capitals (forms.cased)."""

    token: str
    mode: Mode = Mode.PLAIN
    spelling: str = ""
    within: str | None = None
    written: str = field(default="", compare=False)

    def holds(self, text: IndexedText) -> bool:
        """Whether it is anywhere."""
        within, mode = self.within, self.mode
        if mode is Mode.CASED:
            return bool(self.spans(text, within))
        exact, plain = (text.exact, text.plain) if within is None else text.spellings(within)
        if within in AS_WRITTEN:
            return self.token in exact
        if mode is Mode.PLAIN:
            return text.key_of_term[self.token] in plain
        if mode is Mode.NAME:
            return text.key_of_name[self.token] in plain
        return self.token in exact

    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:
        """Everywhere it stands."""
        within, mode = self.within or within, self.mode
        if mode is Mode.PLAIN and within not in AS_WRITTEN:
            return text.plain_spans(text.key_of_term[self.token], within)
        if mode is Mode.NAME and within not in AS_WRITTEN:
            return text.plain_spans(text.key_of_name[self.token], within)
        found = text.spans(self.token, within)
        if mode is Mode.CASED and found:
            return [span for span in found if _spelled(text, span) == self.spelling]
        return found

    def may_hold(self, text: IndexedText) -> bool:
        """Whether the default fields have the word at all, capitals aside."""
        if self.mode is Mode.PLAIN:
            return text.key_of_term[self.token] in text.plain
        if self.mode is Mode.NAME:
            return text.key_of_name[self.token] in text.plain
        return self.token in text.exact


def _spelled(text: IndexedText, span: Span) -> str:
    return "".join(text.cased(position) for position in range(span[0], span[1] + 1))


class _Pattern(Leaf):
    """What matches words by their letters."""

    __slots__ = ()

    @property
    @abstractmethod
    def key(self) -> str | None:
        """The key of pattern_keys.py by which it is found, if there is any."""

    def holds(self, text: IndexedText) -> bool:
        """Whether such a word is anywhere."""
        return (self.within is None and text.is_known(self.key)) or bool(self.spans(text))

    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:
        """Everywhere such a word stands."""
        within = self.within or within
        known = text.known_spans(self.key, within)
        return self._search(text, within) if known is None else known

    @abstractmethod
    def _search(self, text: IndexedText, within: str | None) -> Sequence[Span]:
        """The same, found by a look at all words."""


@dataclass(frozen=True, slots=True)
class Wildcard(_Pattern):
    """Words of a shape: `*` stands for any characters, `?` for one."""

    pattern: str
    within: str | None = None
    written: str = field(default="", compare=False)

    @property
    def key(self) -> str | None:
        """As of every pattern."""
        return key_of_wildcard(self.pattern)

    def _search(self, text: IndexedText, within: str | None) -> Sequence[Span]:
        start, chosen = wildcard(self.pattern)
        return text.spans_of(("wildcard", self.pattern), within, chosen, start=start)


@dataclass(frozen=True, slots=True)
class Fuzzy(_Pattern):
    """Words that at most so many `edits`, 0 to 2, make of the token."""

    token: str
    edits: int
    within: str | None = None
    written: str = field(default="", compare=False)

    @property
    def key(self) -> str | None:
        """As of every pattern."""
        return key_of_fuzzy(self.token, self.edits)

    def _search(self, text: IndexedText, within: str | None) -> Sequence[Span]:
        def close(spelling: str) -> bool:
            return is_within(self.token, spelling, self.edits)

        return text.spans_of(("fuzzy", self.token, self.edits), within, close)


@dataclass(frozen=True, slots=True)
class Regex(_Pattern):
    """Words, or several in a row, that a regular expression in RE2's syntax matches whole."""

    pattern: str
    cased: bool = False
    within: str | None = None
    written: str = field(default="", compare=False)

    @property
    def key(self) -> str | None:
        """As of every pattern."""
        return key_of_expression(self.pattern, cased=self.cased)

    def holds(self, text: IndexedText) -> bool:
        """Whether it matches anywhere."""
        return _Pattern.holds(self, text) if self._of_words else bool(self.spans(text))

    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:
        """Everywhere it matches."""
        if self._of_words:
            return _Pattern.spans(self, text, within)
        return self._search(text, self.within or within)

    @property
    def _of_words(self) -> bool:
        """Whether its key says all of it: not of several words, nor of words with capitals."""
        return not self.cased and not spans_several(self.pattern)

    def _search(self, text: IndexedText, within: str | None) -> Sequence[Span]:
        return expression_spans(text, self.pattern, within, cased=self.cased)


@dataclass(frozen=True, slots=True)
class Run(Leaf):
    """Two or more characters of a script without spaces, with nothing between."""

    tokens: tuple[str, ...]
    within: str | None = None
    written: str = field(default="", compare=False)

    def may_hold(self, text: IndexedText) -> bool:
        """Whether the default fields have its first two characters side by side."""
        return f"{self.tokens[0]} {self.tokens[1]}" in text.exact

    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:
        """Everywhere it stands."""
        asked = (self.tokens, self.within or within)
        found: list[Span] | None = text.memo.get(asked)
        if found is None:
            found = text.memo[asked] = self._find(text, asked[1])
        return found

    def _find(self, text: IndexedText, within: str | None) -> list[Span]:
        starts = {first for first, _ in text.spans(self.tokens[0], within)}
        glued = text.layout.glued
        for offset, token in enumerate(self.tokens[1:], 1):
            if not starts:
                break
            places = {first - offset for first, _ in text.spans(token, within)}
            starts = {at for at in starts & places if at + offset in glued}
        return [(start, start + len(self.tokens) - 1) for start in sorted(starts)]


Part = Term | Wildcard | Run


@dataclass(frozen=True, slots=True)
class Phrase(Leaf):
    """Words next to one another, in this order; with `slop`, about there (see rows.loose).

    `joined` is the other spelling of an unquoted compound: air-strike, airstrike.
    """

    parts: tuple[Part, ...]
    joined: Term | Wildcard | None = None
    slop: int | None = None
    within: str | None = None
    written: str = field(default="", compare=False)

    def holds(self, text: IndexedText) -> bool:
        """Whether it is anywhere: mostly one of its words is not there at all, as is soon seen."""
        if self.within is None and self.joined is None:
            for part in self.parts:
                if not isinstance(part, Wildcard) and not part.may_hold(text):
                    return False
        return bool(self.spans(text, self.within))

    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:
        """Everywhere it stands."""
        within = self.within or within
        asked = (self.parts, self.slop, within)
        if (found := text.memo.get(asked)) is None:
            found = text.memo[asked] = self._find(text, within)
        spans: Sequence[Span] = found
        if self.joined is not None:
            spans = sorted({*spans, *self.joined.spans(text, within)})
        return spans

    def _find(self, text: IndexedText, within: str | None) -> Sequence[Span]:
        places = []
        for part in self.parts:
            found = part.spans(text, within)
            if not found:
                return ()
            places.append(found)
        if self.slop is None:
            return follow(places)
        return loose(places, self.lengths, self.slop)

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many words each part is."""
        return tuple(len(part.tokens) if isinstance(part, Run) else 1 for part in self.parts)


@dataclass(frozen=True, slots=True)
class Mark(Leaf):
    """What is known of the article as a whole: `lang:`, `site:`, `kind:`."""

    within: str
    value: str
    written: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """As it stands in IndexedText.marks."""
        return f":{self.within}:{self.value}"

    def holds(self, text: IndexedText) -> bool:
        """Whether the article is so marked."""
        return self.key in text.marks

    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:  # noqa: ARG002 - the same for every text
        """Nowhere: it is true of the article, not of a place in it."""
        return ()


@dataclass(frozen=True, slots=True)
class Published(Leaf):
    """Published at or after `since` and before `before`, in UTC; None: no such bound."""

    since: datetime | None
    before: datetime | None
    written: str = field(default="", compare=False)
    within: str | None = field(default="published", compare=False)

    def holds(self, text: IndexedText) -> bool:
        """Whether the article is known to be published then."""
        at = text.original.published_at
        if at is None:
            return False
        after = self.since is None or at >= self.since
        return after and (self.before is None or at < self.before)

    def spans(self, text: IndexedText, within: str | None = None) -> Sequence[Span]:  # noqa: ARG002 - the same for every text
        """Nowhere: it is true of the article, not of a place in it."""
        return ()
