"""The people who wrote an article, and nobody where it names none.

They are looked for in JSON-LD, in meta elements, in elements named after authors, in lines such as
"By …" beside the headline. An agency, a newsroom or the site itself is no author.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from scraper.extract import dates
from scraper.extract import traits as names
from scraper.extract.head import Head
from scraper.extract.jsonld import types_of
from scraper.extract.outline import PLACES, Marked, Outline
from scraper.extract.people import (
    follows_by,
    is_credit,
    is_full,
    is_role,
    people_in,
    unique,
)
from scraper.extract.titles import SiteNames

MOST: Final = 12  # authors of one article; more is a masthead, not a byline
_MOST_VALUES: Final = 50  # of one source that are read
_ORGANISATION_TYPES: Final = frozenset(("organization", "newsmediaorganization", "corporation"))
_META: Final = (
    "author", "article:author", "byl", "sailthru.author", "parsely-author", "dc.creator",
    "dcterms.creator", "dcsext.author", "article_author", "authors", "cxenseparse:author",
    "articleauthor", "article:author_name", "citation_author", "vr:author", "dc.contributor",
    "bt:author", "trackonomics.author", "cxenseparse:recs:author",
    "shareaholic:article_author_name",
)  # fmt: skip
# The labels that Yoast and others give to the name of the author in the card for Twitter.
_WRITTEN_BY: Final = re.compile(
    r"written|verfasst|geschrieben|author|autor|auteur|écrit|escrito|scritto|skriv|napisa|автор|"
    r"написа|geschreven|oleh|yazan|作者|投稿|كتب|نوشت|kirjoit|συντ",
    re.IGNORECASE,
)
_WRITTEN: Final = re.compile(
    r".{0,80}?(?:(?:作者|记者|記者|撰文|采写|通讯员)\s*(?:[：:／/]|\s)\s*|(?:本报)?记者)"
    r"(?=[\u3400-\u9fff]{2,4}(?:\W|$))"
)
_REPORTER: Final = re.compile(
    r"(?:本报记者|记者|記者|作者|采写|文)\s*[：:／/\s]\s*([\u3400-\u9fff]{2,4}(?:[\s、][\u3400-\u9fff]{2,4}){0,4})(?=\W|$)"
)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_BESIDE: Final = re.compile(r"\s*[|•·⋅]\s*")
_BETWEEN: Final = "\x1f"  # what no page has in its text: put between the texts of elements
_NEAR: Final = 12  # blocks before the body in which a byline can stand
_FAR: Final = 40  # blocks from the body: no byline of its
_BESIDE_FIRST: Final = 2  # blocks between the elements of one byline
_BELOW: Final = 6  # blocks after it
_LONGEST_LINE: Final = 120  # characters of one
_LONGEST_MARKED: Final = 300  # characters of an element named after authors


def find_authors(
    head: Head, outline: Outline, sites: SiteNames, before: int, last: int = -1
) -> tuple[list[str], str] | None:
    """The authors and where they were found; None where no person is named.

    `before` is the number of the block at which the body begins, `last` that at which it ends: a
    byline stands close to one of them.
    """
    for values, source in sources(head, outline, before, last):
        few = islice(dict.fromkeys(values), _MOST_VALUES)
        people = unique(name for value in few for name in people_in(value, sites))
        if people and len(people) <= MOST:
            return people, source
    return None


def sources(
    head: Head, outline: Outline, before: int, last: int
) -> Iterator[tuple[list[str], str]]:
    """What the page says of who wrote it, and where, the most trusted place first."""
    yield from _declared(head)
    yield from _bylines(outline, before, last)
    yield from _signed(outline, before)
    yield from _reporters(outline, before)
    yield from _on_cards(head)


def _declared(head: Head) -> Iterator[tuple[list[str], str]]:
    linked = list(islice(_linked_names(head), _MOST_VALUES))
    if linked:
        yield linked, "json-ld author"
    for name in _META:
        if name in head.meta:
            yield head.all(name), f"meta {name}"


def _on_cards(head: Head) -> Iterator[tuple[list[str], str]]:
    """The author as the card for Twitter names it, unless another is declared.

    It is the account that stored the article: not its author where that is said to be an agency.
    """
    for author in head.data.all(head.data.article.get("author")):
        if isinstance(author, str) or (isinstance(author, dict) and author.get("name")):
            return
    for number in ("1", "2"):
        label = head.meta.get(f"twitter:label{number}", "")
        value = head.meta.get(f"twitter:data{number}")
        if value and _WRITTEN_BY.search(label):
            yield [value], f"meta twitter:data{number}"


def _linked_names(head: Head) -> Iterator[str]:
    """The names of the authors in JSON-LD, those of organisations left out."""
    for key in ("author", "creator"):
        found = False
        for author in islice(head.data.all(head.data.article.get(key)), _MOST_VALUES):
            if isinstance(author, str):
                found = True
                yield author
            elif isinstance(author, dict):
                if not types_of(author).isdisjoint(_ORGANISATION_TYPES):
                    continue
                for value in _flat(author.get("name") or author.get("byline")):
                    found = True
                    yield value
        if found:
            return


def _flat(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each


def _bylines(outline: Outline, before: int, last: int) -> Iterator[tuple[list[str], str]]:
    """What stands in elements named after authors near the body, the most telling names first."""
    marked = [
        each
        for each in outline.marked
        if each.traits & names.AUTHOR
        and not each.box.above & names.COMMENTS
        and not each.box.places & PLACES["figure"]
        and _distance(each, before, last) < _FAR
    ]
    marked.sort(key=lambda each: (_distance(each, before, last), each.block))
    told = [each for each in marked if "author" in (each.attributes.get("rel") or "")]
    if told:
        yield _together(told), "rel=author"
    told = [each for each in marked if each.attributes.get("itemprop") in {"author", "name"}]
    if told:
        yield _together(told), "itemprop=author"
    bylines = [lines for each in _closest(marked) if (lines := _lines(each))]
    for lines in bylines:
        if follows_by(lines[0]) is not None:
            yield _full(lines), "byline"
    yield from _written(outline, before)
    for lines in bylines:
        yield _full(lines), "byline"


def _closest(marked: list[Marked]) -> list[Marked]:
    """The first elements, and those beside the very first."""
    return [each for each in marked[:8] if abs(each.block - marked[0].block) <= _BESIDE_FIRST]


def _together(marked: list[Marked]) -> list[str]:
    return [line for each in _closest(marked) for line in _lines(each)]


def _full(lines: list[str]) -> list[str]:
    """One line as it is; of several none of a single word: a label, a place, a button."""
    return lines if len(lines) == 1 else [line for line in lines if is_full(line)]


def _lines(marked: Marked) -> list[str]:
    """The texts in an element named after authors, one for each element in it."""
    text = marked.node.text(separator=_BETWEEN)
    if not 2 < len(text) < 20 * _LONGEST_MARKED:
        return []
    lines = [line for each in text.split(_BETWEEN) if (line := " ".join(each.split()))]
    if sum(map(len, lines)) > _LONGEST_MARKED or any(map(is_credit, lines)):
        return []
    if len(lines) > 1 and follows_by(lines[0]) == "":
        lines[:2] = [f"{lines[0]} {lines[1]}"]
    if 2 <= len(lines) <= 3 and all(" " not in line and line[:1].isupper() for line in lines):
        return [" ".join(lines)]  # the first name and the last, each in an element of its own
    return [line for line in lines if len(line) <= _LONGEST_LINE]


def _written(outline: Outline, before: int) -> Iterator[tuple[list[str], str]]:
    """Lines near the beginning of the body that say who wrote it: "By …", "记者 …"."""
    labelled = False
    for text in _near_lines(outline, before):
        if labelled and is_full(text):
            yield [text], "line beside the headline"
        rest = follows_by(text)
        labelled = rest == ""
        if rest is None:
            match = _WRITTEN.match(text)
            rest = text[match.end() :] if match else None
        if rest:
            yield [rest], "line beside the headline"


def _near_lines(outline: Outline, before: int) -> list[str]:
    """The short texts shortly before the body, and the first two of it."""
    return [
        block.text
        for block in outline.blocks[max(0, before - _NEAR) : before + 2]
        if len(block.text) <= _LONGEST_LINE and not block.box.above & names.COMMENTS
    ]


def _signed(outline: Outline, before: int) -> Iterator[tuple[list[str], str]]:
    """Names in a line with a role or a date: "Mara Quint | Senior writer | July 2, 2025"."""
    for text in _near_lines(outline, before):
        parts = _BESIDE.split(text)
        if 2 <= len(parts) <= 5 and any(is_role(part) or dates.read(part) for part in parts):
            yield (
                [
                    part
                    for part in parts
                    if is_full(part) and not is_role(part) and not any(map(str.isdigit, part))
                ],
                "line beside the headline",
            )


def _reporters(outline: Outline, before: int) -> Iterator[tuple[list[str], str]]:
    """The reporter whom a Chinese text names at its beginning or its end."""
    for block in outline.blocks[before:]:
        if not _HAN.search(block.text[:20]):
            continue
        match = _REPORTER.search(block.text[:80]) or _REPORTER.search(block.text[-40:])
        if match:
            yield [match[1]], "reporter named in the text"
            return


def _distance(each: Marked, before: int, last: int = -1) -> int:
    if each.block <= before:
        return before - each.block
    if last >= 0 and 0 <= each.block - last <= _BELOW:
        return 20 + each.block - last
    return (each.block - before) * 2
