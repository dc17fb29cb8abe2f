"""Mutations of real pages: what a seed makes of them is always the same.

Each mutation takes the page and another page that it may borrow from. Most are what goes wrong on
the way (bytes lost, doubled, from elsewhere; the wrong charset; markup cut short), the rest what
somebody would send who wants the reader to hang: nesting, attributes, entities, JSON and numbers
without measure.
"""

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.fuzz_hostile import (
    CODECS,
    DATES,
    ENTITIES,
    LABELS,
    METAS,
    NAMES,
    SCHEMA,
    SHELLS,
    STRANGE,
    SURROGATES,
    TAGS,
    URLS,
)

Rng = random.Random
Mutation = Callable[[Rng, bytes, bytes], bytes]

MOST_BYTES = 10_000_000  # of a page that is made big; what the daemon fetches at most
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]{0,500})>")
_DIGITS = re.compile(rb"\d{1,4}([-/.: ])\d{1,2}\1\d{1,4}|datetime=\S{4,30}|\d{10,13}")
_CHARSET = re.compile(rb"charset=[\"']?[\w-]+")


@dataclass(frozen=True, slots=True)
class Case:
    """A mutated page as it would come from the network, and what was done to it."""

    html: bytes
    url: str
    headers: Mapping[str, str]
    now: datetime | None
    steps: tuple[str, ...]


def place(rng: Rng, html: bytes) -> int:
    """Anywhere, or (mostly) right behind a tag, where markup does most."""
    at = rng.randrange(len(html) + 1)
    if rng.random() < 0.3:
        return at
    found = html.find(b">", at, at + 5000)
    return found + 1 if found >= 0 else at


def span(rng: Rng, html: bytes, most: int = 50_000) -> tuple[int, int]:
    """A slice, short ones as often as long ones."""
    at = rng.randrange(len(html) + 1)
    return at, min(len(html), at + int(most ** rng.random()))


def put(rng: Rng, html: bytes, what: bytes) -> bytes:
    """The page with this somewhere in it."""
    at = place(rng, html)
    return html[:at] + what + html[at:]


def scattered(rng: Rng, html: bytes, choices: tuple[bytes, ...], most: int = 200) -> bytes:
    """The page with some of these all over it."""
    places = sorted(place(rng, html) for _ in range(rng.randint(1, most)))
    parts = []
    for start, end in zip([0, *places], [*places, len(html)], strict=True):
        parts += [html[start:end], rng.choice(choices)]
    return b"".join(parts[:-1])


def flip(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Bytes that are others."""
    changed = bytearray(html)
    for _each in range(rng.randint(1, max(1, min(2000, len(html) // 50)))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: Rng, html: bytes, _: bytes) -> bytes:
    """A slice is missing."""
    at, end = span(rng, html)
    return html[:at] + html[end:]


def double(rng: Rng, html: bytes, _: bytes) -> bytes:
    """A slice is there again, and again."""
    at, end = span(rng, html, 20_000)
    return html[:at] + html[at:end] * rng.randint(2, 30) + html[end:]


def move(rng: Rng, html: bytes, _: bytes) -> bytes:
    """A slice stands elsewhere."""
    at, end = span(rng, html)
    return put(rng, html[:at] + html[end:], html[at:end])


def borrow(rng: Rng, html: bytes, other: bytes) -> bytes:
    """A slice of another page."""
    at, end = span(rng, other)
    return put(rng, html, other[at:end])


def interleave(rng: Rng, html: bytes, other: bytes) -> bytes:
    """Two pages in turns."""
    parts = []
    at = 0
    while at < max(len(html), len(other)) and len(parts) < 400:
        size = rng.randint(200, 20_000)
        parts.append(rng.choice((html, other))[at : at + size])
        at += size
    return b"".join(parts)


def splice(rng: Rng, html: bytes, other: bytes) -> bytes:
    """The head of one page, the rest of another."""
    return html[: place(rng, html)] + other[place(rng, other) :]


def truncate(rng: Rng, html: bytes, _: bytes) -> bytes:
    """The connection was lost."""
    return html[: rng.randrange(len(html) + 1)]


def nul(rng: Rng, html: bytes, _: bytes) -> bytes:
    """NUL bytes and other control characters."""
    return scattered(rng, html, (b"\0", b"\0" * 100, b"\x08", b"\x1f", b"\x7f"))


def entities(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Character references that name nothing, or what may not be named."""
    return scattered(rng, html, ENTITIES)


def strange(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Characters that turn, join, or are none."""
    return scattered(rng, html, tuple(each.encode() for each in STRANGE) + SURROGATES)


def unbalance(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Tags that are left out, opened or closed once more, or renamed."""
    share = rng.choice((0.01, 0.1, 0.5))

    def changed(match: re.Match[bytes]) -> bytes:
        if rng.random() > share:
            return match[0]
        tag = rng.choice(TAGS)
        return rng.choice((b"", match[0] * 2, b"</" + match[2] + b">", b"<" + tag + b">",
                           b"<" + match[1] + tag + match[3] + b">"))  # fmt: skip

    return _TAG.sub(changed, html)


def rename(rng: Rng, html: bytes, _: bytes) -> bytes:
    """All elements of one name have another."""
    match = _TAG.search(html, rng.randrange(len(html) + 1))
    if match is None:
        return html
    return re.sub(rb"(</?)" + match[2] + rb"\b", rb"\1" + rng.choice(TAGS), html)


def nest(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Elements in one another, deep."""
    depth = int(10 ** rng.uniform(1, rng.choice((3, 4, 5))))
    tags = rng.choices(TAGS, k=rng.randint(1, 3))
    opened = b"".join(b"<" + tag + b">" for tag in tags)
    closed = b"".join(b"</" + tag + b">" for tag in reversed(tags))
    times = depth // len(tags) + 1
    at = place(rng, html)
    end = rng.choice((at, len(html), place(rng, html)))
    at, end = min(at, end), max(at, end)
    return html[:at] + opened * times + html[at:end] + closed * rng.choice((0, times)) + html[end:]


def attributes(rng: Rng, html: bytes, _: bytes) -> bytes:
    """A tag with very many attributes, or a very long one, or one that never ends."""
    match = _TAG.search(html, rng.randrange(len(html) + 1))
    at = match.end(2) if match else 0
    count = int(10 ** rng.uniform(1, 4.5))
    added = rng.choice(
        (
            b" a=b" * count,
            b"".join(b" a%d=%d" % (each, each) for each in range(count)),
            b' class="' + b" ".join(rng.choices(NAMES, k=count)) + b'"',
            b" style='" + b"display:none;" * count + b"'",
            b' id="' + b"x" * count * 10 + b'"',
            b' content="',
            b" =" * count,
        )
    )
    return html[:at] + added + html[at:]


def names(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Boxes that have each other's names, and addresses that are none."""
    share = rng.choice((0.02, 0.3))

    def changed(match: re.Match[bytes]) -> bytes:
        if rng.random() > share:
            return match[0]
        values = NAMES if match[1] in {b"class", b"id", b"itemprop", b"rel"} else URLS
        return match[1] + b'="' + rng.choice(values) + b'"'

    return re.sub(rb"\b(class|id|itemprop|rel|href|src|srcset)=\"[^\"]{0,2000}\"", changed, html)


def recode(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Another encoding, with the old label or any other."""
    return mislabel(rng, html.decode("utf-8", "replace").encode(rng.choice(CODECS), "replace"), b"")


def mislabel(rng: Rng, html: bytes, _: bytes) -> bytes:
    """The label of another encoding."""
    label = b"charset=" + rng.choice(LABELS).encode()
    return rng.choice((_CHARSET.sub(label, html), b"<meta " + label + b">" + html, html))


def numbers(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Dates and numbers that cannot be."""
    share = rng.choice((0.1, 0.9))
    changed = _DIGITS.sub(
        lambda match: rng.choice(DATES) if rng.random() < share else match[0], html
    )
    value = rng.choice(DATES)
    added = rng.choice(
        (
            b"<time datetime='" + value + b"'>" + rng.choice(DATES) + b"</time>",
            b"<meta property='article:published_time' content='" + value + b"'>",
            b"<p>Published " + value + b" | Updated " + rng.choice(DATES) + b"</p>",
        )
    )
    return put(rng, changed, added * rng.choice((1, 1, 2000)))


def linked_data(rng: Rng, html: bytes, _: bytes) -> bytes:
    """JSON-LD that is broken, huge, deep, or not what it should be."""
    depth = int(10 ** rng.uniform(1, 5))
    match rng.randrange(8):
        case 0:
            inside = b'{"a":' * depth
        case 1:
            inside = b"[" * depth + b"]" * depth
        case 2:
            inside = json.dumps([thing(rng, 3) for _each in range(min(depth, 3000))]).encode()
        case 3:
            inside = json.dumps(thing(rng, 6)).encode()[: rng.randint(1, 4000)]
        case 4:
            inside = b'{"@type":"NewsArticle","headline":"' + b"word " * depth + b'"}'
        case 5:
            inside = b'{"@type":"NewsArticle","articleBody":' + b"9" * depth + b"e9999}"
        case 6:
            inside = json.dumps(references(rng)).encode()
        case _:
            inside = b"<!--//<![CDATA[\n" + json.dumps(thing(rng, 4)).encode() + b"//]]>-->;"
    made = b'<script type="application/ld+json">' + inside + b"</script>"
    return made + html if rng.random() < 0.3 else put(rng, html, made)


def thing(rng: Rng, depth: int) -> Any:
    """A value where JSON-LD may have any."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice((None, True, -1, 1e308, 10**30, "", "\ud800", "NewsArticle", "Person",
                           "2020-13-45", "http://[", "x" * 5000, "<p>a</p>"))  # fmt: skip
    if rng.random() < 0.25:
        return [thing(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    return {key: thing(rng, depth - 1) for key in rng.choices(SCHEMA, k=rng.randint(0, 6))}


def references(rng: Rng) -> dict[str, Any]:
    """An article of which all is said by reference, to numbers that are none."""
    values = {key: {"@id": thing(rng, 2)} for key in SCHEMA if not key.startswith("@")}
    return {"@type": "NewsArticle", **values}


def declared(rng: Rng, html: bytes, _: bytes) -> bytes:
    """Meta elements whose names have white space in them, or stand there very often."""
    name = rng.choice(METAS)
    at = rng.randrange(len(name) + 1)
    name = name[:at] + rng.choice((b"", b"\n", b"\r", b"\t", b"a\n", b"&#10;", b"\n\n")) + name[at:]
    content = rng.choice((b"true", b"Jane Doe, ", b"", b"\n", *DATES))
    made = (
        b"<meta " + rng.choice((b"name", b"property", b"itemprop")) + b'="' + name + b'" content="'
    )
    times = int(10 ** rng.uniform(0, 3))
    return put(rng, html, (made + content * rng.choice((1, 50)) + b'">') * times)


def long_text(rng: Rng, html: bytes, _: bytes) -> bytes:
    """A text of a million characters without a tag."""
    unit = rng.choice(
        (" ", "a", "a ", "\n", "中文。", "ก", "\u0301", "&amp;", "<", "word, ", "9", "- ")
    )
    whole = (unit * (1_000_000 // len(unit))).encode()
    before, after = rng.choice(((b"<p>", b"</p>"), (b"<title>", b"</title>"), (b"<h1>", b"</h1>"),
                                (b"", b""), (b"<a href='", b"'>x</a>"), (b"<pre>", b""),
                                (b"<meta property=og:title content='", b"'>"),
                                (b"<span class=byline>By ", b"</span>")))  # fmt: skip
    return put(rng, html, before + whole + after)


def table(rng: Rng, html: bytes, _: bytes) -> bytes:
    """A huge table, whole or not."""
    rows = int(10 ** rng.uniform(2, 4))
    cell = rng.choice(
        (b"<td>9</td>", b"<td><p>Some words in a cell", b"<td><table><td>", b"<th>a<td>")
    )
    return put(rng, html, b"<table>" + (b"<tr>" + cell * rng.randint(1, 20)) * rows)


def crowd(rng: Rng, html: bytes, _: bytes) -> bytes:
    """The same element very many times."""
    count = int(10 ** rng.uniform(2, 4.5))
    unit = rng.choice(
        (
            b"<p>The talks went on until late, and nobody said a word.</p>", b"<br>", b"<h1>A</h1>",
            b"<a href=/a>Read more of this</a> ", b"<figure><img src=a.jpg><figcaption>A harbour",
            b"<time>9 June 2020</time>", b"<li>", b"<article><h2>A</h2><p>Short.</p></article>",
            b"<span class=author>Jane Doe</span>", b"<meta name=author content=a>", b"<p>a<div>b",
            b"<link rel=canonical href=/a>", b"<font><b>", b"<img src=a srcset='a 1x, b 2x'>",
        )
    )  # fmt: skip
    return put(rng, html, unit * count)


def shell(rng: Rng, html: bytes, _: bytes) -> bytes:
    """The whole page, or what follows from somewhere, in something else."""
    before, after = rng.choice(SHELLS)
    at = rng.choice((0, place(rng, html)))
    return html[:at] + before + html[at:] + after


def inflate(rng: Rng, html: bytes, other: bytes) -> bytes:
    """Ten megabytes, of pages or of slices of them."""
    unit = rng.choice((html + other, html, html[slice(*span(rng, html))])) or b"<p>a"
    return (unit * (MOST_BYTES // len(unit) + 1))[:MOST_BYTES]


# How often each is drawn, of 1,000. Ten megabytes come last and alone.
MUTATIONS: tuple[tuple[Mutation, int], ...] = (
    (flip, 80), (cut, 80), (double, 50), (move, 60), (borrow, 60), (interleave, 40), (splice, 50),
    (truncate, 60), (nul, 40), (entities, 50), (strange, 50), (unbalance, 70), (rename, 40),
    (nest, 30), (attributes, 30), (names, 50), (recode, 40), (mislabel, 40), (numbers, 50),
    (linked_data, 50), (declared, 20), (long_text, 8), (table, 10), (crowd, 20), (shell, 40),
)  # fmt: skip
BIG = 0.004  # the share of pages that are made big


def mutated(seed: int, count: int, read: Callable[[int], bytes]) -> Case:
    """What this seed makes of `count` pages, of which `read` gives the one with a number."""
    rng = random.Random(seed)
    html, other = read(rng.randrange(count)), read(rng.randrange(count))
    drawn = rng.choices(
        [each for each, _ in MUTATIONS],
        [weight for _, weight in MUTATIONS],
        k=rng.choice((1, 1, 2, 3, 5)),
    )
    if rng.random() < BIG:
        drawn.append(inflate)
    for each in drawn:
        html = each(rng, html, other)[:MOST_BYTES]
    return Case(html, *surroundings(rng), tuple(each.__name__ for each in drawn))


def surroundings(rng: Rng) -> tuple[str, dict[str, str], datetime | None]:
    """The address, the headers and the time that a page comes with."""
    url = "https://outlet.example/news/2020/06/09/talks-go-on-123456"
    if rng.random() < 0.1:
        url = rng.choice(("", "http://[", "https://outlet.example/2020/13/45/x", "x" * 5000))
    headers = {}
    if rng.random() < 0.5:
        label = rng.choice(("utf-8", *LABELS))
        headers["content-type"] = f"text/html; charset={label}"
    now = None
    if rng.random() < 0.7:  # the clock of a machine, which may be wrong by years
        now = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(20_000))
    return url, headers, now
