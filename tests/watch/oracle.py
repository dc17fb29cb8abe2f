"""What queries mean, said as plainly as can be: slow, and nothing in it that could hide a mistake.

`holds` evaluates a tree by the definition of the language (docs/queries.md) alone: a text is lists
of words, all places of a leaf are looked at, all choices of places of a phrase and of a proximity
are tried. There is no index, nothing is kept from one question to the next, and no question ends
early. The matcher is compared with it.

Shared with the matcher is what is defined elsewhere and tested there: what a word is and how it is
folded (scraper.text), what keys its inflections have (scraper.text.inflection), what hyphens and
written-on prefixes make of it (scraper.watch.forms), and which language a text seems to be in.
"""

import html
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from scraper.text import inflection
from scraper.text.folding import fold, fold_keeping_case
from scraper.text.languages import identify
from scraper.text.words import is_unspaced, words
from scraper.watch import MatchText
from scraper.watch.forms import cased, compounds, without_prefixes
from scraper.watch.nodes import (
    And,
    AnyOf,
    AtLeast,
    Fuzzy,
    Mark,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Published,
    Regex,
    Run,
    Term,
    Wildcard,
)

DEFAULT = ("title", "standfirst", "body")
NAMES = ("author", "source", "url")  # fields whose words are not inflected


class Place(NamedTuple):
    """The words of a field from one position to another, both included."""

    field: str
    paragraph: int
    first: int
    last: int


class Spelling(NamedTuple):
    """One way to read the words at a place as one word; a word has one, a compound another."""

    place: Place
    folded: str
    with_case: str


class Paragraph(NamedTuple):
    """`spellings` are those of its words first, in order, then of its compounds."""

    words: tuple[Spelling, ...]
    compounds: tuple[Spelling, ...]
    glued: frozenset[int]  # positions of words that follow the one before with nothing between


class Reading:
    """A text as the definition has it."""

    def __init__(self, text: MatchText, language: str | None = None) -> None:
        self.text = text
        title, standfirst, body, caption = (
            _without_entities(value or "")
            for value in (text.title, text.standfirst, text.body, text.caption)
        )
        said = text.language or language
        self.language = _primary(said) if said else None
        if self.language is None:
            self.language = identify(f"{title} {standfirst} {body}")
        self.fields = {
            "title": _paragraphs("title", _parted(title)),
            "standfirst": _paragraphs("standfirst", _parted(standfirst)),
            "body": _paragraphs("body", _parted(body)),
            "caption": _paragraphs("caption", _parted(caption)),
            "author": _paragraphs("author", text.authors),
            "source": _paragraphs("source", [text.source or ""]),
            "section": _paragraphs("section", [text.section or ""]),
            "tag": _paragraphs("tag", text.tags),
            "url": _paragraphs("url", [unquote(text.url or "")]),
        }

    def of(self, within: str | None) -> list[tuple[str, Paragraph]]:
        """The paragraphs of a field; None: of those that a word without field is looked for in."""
        fields = DEFAULT if within is None else (within,)
        return [(field, paragraph) for field in fields for paragraph in self.fields[field]]


def holds(root: Node, text: MatchText, *, language: str | None = None) -> bool:
    """Whether the text satisfies the query."""
    return holds_for(root, Reading(text, language))


def holds_for(root: Node, reading: Reading) -> bool:
    """The same of a text that was read before."""
    return _holds(root, reading)


def places(node: Node, text: MatchText, *, language: str | None = None) -> set[Place]:
    """Where a leaf, a group of leaves or a proximity stands in the text."""
    return _places(node, Reading(text, language), None)


def _holds(node: Node, text: Reading) -> bool:  # noqa: PLR0911 - a case for each kind of node
    match node:
        case And(children):
            answers = [_holds(child, text) for child in children]
            return False not in answers
        case Or(children):
            answers = [_holds(child, text) for child in children]
            return True in answers
        case Not(child):
            return not _holds(child, text)
        case AtLeast(count, child):
            starts = {place[:3] for place in _places(child, text, None)}
            return len(starts) >= count
        case Mark("lang", value):
            return text.language == value
        case Mark("site", value):
            return _is_of_site(text.text.url, value)
        case Mark("kind", value):
            return text.text.kind == value
        case Published(since, before):
            at = text.text.published_at
            return (
                at is not None
                and (since is None or since <= at)
                and (before is None or at < before)
            )
        case _:
            return len(_places(node, text, None)) > 0


def _places(  # noqa: PLR0911 - a case for each kind of node
    node: Node, text: Reading, within: str | None
) -> set[Place]:
    """All places, in the field that the node names or else `within`."""
    match node:
        case Or(children):
            return {place for child in children for place in _places(child, text, within)}
        case Near():
            return _stretches(node, text)
        case Term() | Wildcard() | Fuzzy():
            return {
                spelling.place
                for field, paragraph in text.of(node.within or within)
                for spelling in (*paragraph.words, *paragraph.compounds)
                if _is_spelled(node, spelling, field, text.language)
            }
        case Regex():
            return _expressed(node, text, node.within or within)
        case Run(tokens):
            return _run(tokens, text, node.within or within)
        case Phrase():
            return _phrase(node, text, node.within or within)
        case AnyOf():
            field = node.within or within
            return {place for leaf in node.leaves for place in _places(leaf, text, field)}
        case Mark() | Published():
            return set()
        case _:
            raise TypeError(node)


def _is_spelled(
    node: Term | Wildcard | Fuzzy, spelling: Spelling, field: str, language: str | None
) -> bool:
    match node:
        case Wildcard(pattern):
            letters = {"*": ".*", "?": "."}
            expression = "".join(letters.get(sign, re.escape(sign)) for sign in pattern)
            return re.fullmatch(expression, spelling.folded, re.DOTALL) is not None
        case Fuzzy(token, edits):
            return distance(token, spelling.folded) <= edits
        case Term(token, Mode.CASED, with_case):
            return spelling.with_case == with_case and spelling.folded == token
        case Term(token, mode) if mode is Mode.EXACT or field in NAMES:
            return spelling.folded == token
        case Term(token, mode):
            wanted = inflection.key(token, language, name=mode is Mode.NAME)
            readings = (spelling.folded, *without_prefixes(spelling.folded, language))
            return any(wanted in inflection.keys(each, language) for each in readings)


def distance(one: str, other: str) -> int:
    """Optimal string alignment: letters put in, left out, changed, or two neighbours swapped.

    The textbook's whole matrix (Damerau, 1964; Wagner and Fischer, 1974).
    """
    cost = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i == 0 or j == 0:
                cost[i][j] = i + j
                continue
            ways = [
                cost[i - 1][j] + 1,
                cost[i][j - 1] + 1,
                cost[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            ]
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
                ways.append(cost[i - 2][j - 2] + 1)
            cost[i][j] = min(ways)
    return cost[-1][-1]


def _expressed(node: Regex, text: Reading, within: str | None) -> set[Place]:
    fold_letter = fold_keeping_case if node.cased else fold
    letters = ((sign, fold_letter(sign)) for sign in node.pattern)
    folded = "".join(new if len(new) == 1 and not old.isascii() else old for old, new in letters)
    pattern = re.compile(folded, 0 if node.cased else re.IGNORECASE)
    several = " " in node.pattern or r"\s" in node.pattern
    found = set()
    for field, paragraph in text.of(within):
        spelled = [(each.place, _shown(each, node)) for each in paragraph.words]
        if several:
            rows = [
                (spelled[i : j + 1], " ")
                for i in range(len(spelled))
                for j in range(i, len(spelled))
            ]
        else:
            joined = [(each.place, _shown(each, node)) for each in paragraph.compounds]
            rows = [([each], "") for each in (*spelled, *joined)]
            rows += [
                (spelled[i : j + 1], "")
                for i in range(len(spelled))
                for j in range(i + 1, len(spelled))
                if all(_is_run(paragraph, at) for at in range(i + 1, j + 1))
            ]
        for row, between in rows:
            if pattern.fullmatch(between.join(shown for _, shown in row)):
                first, last = row[0][0], row[-1][0]
                found.add(Place(field, first.paragraph, first.first, last.last))
    return found


def _shown(spelling: Spelling, node: Regex) -> str:
    return spelling.with_case if node.cased else spelling.folded


def _is_run(paragraph: Paragraph, at: int) -> bool:
    """Whether the words `at` and before it are characters with nothing between."""
    before, after = paragraph.words[at - 1], paragraph.words[at]
    return (
        after.place.first in paragraph.glued
        and is_unspaced(before.folded)
        and is_unspaced(after.folded)
    )


def _run(tokens: Sequence[str], text: Reading, within: str | None) -> set[Place]:
    found = set()
    for field, paragraph in text.of(within):
        for i in range(len(paragraph.words) - len(tokens) + 1):
            row = paragraph.words[i : i + len(tokens)]
            held = all(each.place.first in paragraph.glued for each in row[1:])
            if held and [each.folded for each in row] == list(tokens):
                found.add(
                    Place(field, row[0].place.paragraph, row[0].place.first, row[-1].place.last)
                )
    return found


def _phrase(node: Phrase, text: Reading, within: str | None) -> set[Place]:
    found = set()
    of_parts = [_places(part, text, within) for part in node.parts]
    for chosen in product(*of_parts):
        if len({place.field for place in chosen}) > 1:
            continue
        if node.slop is None:  # no position is beside one of another paragraph
            fits = all(one.last + 1 == other.first for one, other in pairwise(chosen))
        else:
            fits = _fits_loosely(chosen, node)
        if fits:
            first, last = min(each.first for each in chosen), max(each.last for each in chosen)
            found.add(Place(chosen[0].field, chosen[0].paragraph, first, last))
    if node.joined is not None:
        found |= _places(node.joined, text, within)
    return found


def _fits_loosely(chosen: Sequence[Place], node: Phrase) -> bool:
    assert node.slop is not None
    moved, words_before = [], 0
    for place, part in zip(chosen, node.parts, strict=True):
        moved.append(place.first - words_before)
        words_before += len(part.tokens) if isinstance(part, Run) else 1
    distinct = len({place.first for place in chosen}) == len(chosen)
    return distinct and max(moved) - min(moved) <= node.slop


def _stretches(node: Near, text: Reading) -> set[Place]:
    """Of every chain of places, each near the next, the stretch from its first to its last word."""
    found = set()
    for chain in product(*(_places(operand, text, None) for operand in node.operands)):
        links = zip(pairwise(chain), node.distances, node.ordered, strict=True)
        if all(_are_near(*pair, most, ordered=ordered) for pair, most, ordered in links):
            first = min(chain, key=lambda place: place.first)
            last = max(each.last for each in chain)
            found.add(Place(first.field, first.paragraph, first.first, last))
    return found


def _are_near(one: Place, other: Place, most: int, *, ordered: bool) -> bool:
    """Whether they stand apart, from the last word of one to the first of the other at most so."""
    if one.field != other.field:
        return False
    if 1 <= other.first - one.last <= most:
        return True
    return not ordered and 1 <= one.first - other.last <= most


def _paragraphs(field: str, values: Iterable[str]) -> list[Paragraph]:
    """Positions go on from one to the next, with one that no word has between them."""
    found: list[Paragraph] = []
    position = 0
    for value in values:
        read = words(value)
        if not read:
            continue
        number = len(found)
        spelled = tuple(
            Spelling(
                Place(field, number, position + at, position + at),
                word.text,
                "".join(cased(value[word.start : word.end]).split()),  # 13 000 is one word
            )
            for at, word in enumerate(read)
        )
        joined = tuple(
            Spelling(
                Place(field, number, position + first, position + last),
                folded,
                "".join(each.with_case for each in spelled[first : last + 1]),
            )
            for folded, first, last in compounds(value, read)
        )
        glued = frozenset(
            position + at for at in range(1, len(read)) if read[at - 1].end == read[at].start
        )
        found.append(Paragraph(spelled, joined, glued))
        position += len(read) + 1
    return found


def _parted(value: str) -> list[str]:
    return re.split(r"\n[^\S\n]*\n", value)


def _without_entities(value: str) -> str:
    return re.sub(r"&#?\w+;", lambda entity: html.unescape(entity[0]), value)


def _primary(language: str) -> str | None:
    return re.split("[-_]", language.casefold())[0] or None


def _is_of_site(url: str | None, site: str) -> bool:
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:
        return False  # no address
    return host is not None and (host == site or host.endswith(f".{site}"))
