"""The words of a text as the matcher has them: piece by piece between spaces, each read once.

Most of a text is words that were met before. So a text is split at its spaces, and what one piece
comes to is kept: its words folded, their other spellings, and the keys of their inflections in the
text's language. Reading a text is then mostly looking up.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from scraper.text import inflection
from scraper.text.words import Word, is_unspaced, words
from scraper.watch.forms import Compound, compounds, is_without_prefixes, without_prefixes

_MOST_KEPT: Final = 160_000  # pieces, and words, of one language
_MOST_KEPT_OF_ALL: Final = 250_000  # pieces of all languages: some 200 MB
_LOOK_EVERY: Final = 1_000  # pieces that are read from the start
# What stands around words and is no part of them, whatever the word.
_AROUND: Final = '.,;:!?()[]"\u201c\u201d\u201e\u00ab\u00bb\u2026'
_UNKNOWN: Final = "zxx"  # any code of which nothing is known
_LONGEST_KEPT: Final = 40  # characters; longer ones are hardly met twice


class Piece(NamedTuple):
    """What stands between two spaces.

    `exact` has its words as they are spelled, joined compounds, and pairs of neighbours of scripts
    without spaces with a space between; `plain` the keys of all inflections that they may be.
    `several`: words in it are held together in some way. `compounds` and `glued` count from its
    first word; a glued word follows the one before it with nothing between.
    """

    words: tuple[str, ...]
    exact: frozenset[str]
    plain: frozenset[str]
    several: bool = False
    compounds: tuple[Compound, ...] = ()
    glued: tuple[int, ...] = ()


_Known = TypeVar("_Known")


class _Kept(dict[str, _Known]):
    """What is worked out for a text and kept, for what comes again and again; bounded.

    When half of what may be kept is new, what did not come again since the last time is let go.
    """

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[str, _Known] = {}

    def __missing__(self, text: str) -> _Known:
        if (found := self._before.pop(text, None)) is None:
            found = self.work_out(text)
        if len(text) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT // 2:
                self._before = dict(self)
                self.clear()
            self[text] = found
        return found

    def work_out(self, text: str) -> _Known:
        """What the text comes to, from the start."""
        raise NotImplementedError

    @property
    def kept(self) -> int:
        """How many texts are kept."""
        return len(self) + len(self._before)

    def forget(self) -> None:
        """Let go of all."""
        self.clear()
        self._before = {}


class Reader(_Kept[Piece]):
    """Reads the texts of one language; a dict from pieces to what they are."""

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self.language = language
        self._read_anew = 0
        self.keys_of_word = _WordKeys(language)
        self.key_of_term = _TermKeys(language, name=False)
        self.key_of_name = _TermKeys(language, name=True)

    def work_out(self, text: str) -> Piece:
        """What the piece is."""
        self._read_anew += 1
        if not self._read_anew % _LOOK_EVERY:
            _make_room()
        return self._read(text)

    def forget(self) -> None:
        """Let go of all that is kept of texts."""
        super().forget()
        self.keys_of_word.forget()

    def _read(self, piece: str) -> Piece:
        keys = self.keys_of_word
        if piece.isascii() and piece.isalnum():
            word = piece.lower()
            if word != piece:
                return self[word]
            return Piece((word,), frozenset((word,)), frozenset(keys[word]))
        bare = piece.strip(_AROUND)
        if bare != piece and bare.isalnum():
            return self[bare]
        found = words(piece)
        spelled = [word.text for word in found]
        joined = tuple(compounds(piece, found)) if len(found) > 1 else ()
        glued = tuple(_glued(found))
        exact = {*spelled, *(compound.joined for compound in joined)}
        plain = {key for spelling in exact for key in keys[spelling]}
        exact.update(
            f"{spelled[at - 1]} {spelled[at]}"
            for at in glued
            if is_unspaced(spelled[at - 1]) and is_unspaced(spelled[at])
        )
        several = bool(joined or glued)
        return Piece(tuple(spelled), frozenset(exact), frozenset(plain), several, joined, glued)


class _WordKeys(_Kept[tuple[str, ...]]):
    """By a word of a text, the keys that it answers to, with and without written-on prefixes."""

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self._language = language

    def work_out(self, text: str) -> tuple[str, ...]:
        """The keys of a word."""
        found = inflection.keys(text, self._language)
        if prefixed := without_prefixes(text, self._language):
            others = (key for rest in prefixed for key in inflection.keys(rest, self._language))
            found = tuple(dict.fromkeys((*found, *others)))
        return found


class _TermKeys(dict[str, str]):
    """By a word of a query, the key to look for."""

    def __init__(self, language: str | None, *, name: bool) -> None:
        super().__init__()
        self._language = language
        self._name = name

    def __missing__(self, token: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        key = self[token] = inflection.key(token, self._language, name=self._name)
        return key


def _glued(found: Sequence[Word]) -> Iterable[int]:
    return (at for at in range(1, len(found)) if found[at - 1].end == found[at].start)


def reader_of(language: str | None) -> Reader:
    """The reader of a language; texts of one language share it, and what it knows.

    Languages of which nothing is known share one, whatever sources make up as theirs.
    """
    if language is None or inflection.is_known(language) or is_without_prefixes(language):
        return _reader_of(language)
    return _reader_of(_UNKNOWN)


_readers: dict[str | None, Reader] = {}


def _reader_of(language: str | None) -> Reader:
    if (found := _readers.get(language)) is None:
        found = _readers.setdefault(language, Reader(language))
    return found


def _make_room() -> None:
    """However many languages a source goes through, what is kept of their texts has a bound."""
    readers = list(_readers.values())
    if sum(reader.kept for reader in readers) > _MOST_KEPT_OF_ALL:
        max(readers, key=lambda reader: reader.kept).forget()
