"""What is kept of an article to recognise its copies."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from heapq import nsmallest
from typing import Final
from zlib import crc32

from scraper.dedupe.shingles import shingle
from scraper.dedupe.sketch import pack
from scraper.text.words import texts
from storage.records import Signature

KEYS: Final = 32  # of an article, at most
# A body of fewer different word pairs is a caption or a notice ("Watch the video here"): two of
# them may well be the same and no copies.
LEAST_PAIRS: Final = 8
_FIGURE: Final = re.compile(r"^\d.*", re.MULTILINE)  # no word has the end of a line in it
MAX_CHARACTERS: Final = 200_000  # of a body that are read; some pages are longer, no article is


def sign(
    title: str | None,
    body: str,
    language: str | None = None,  # noqa: ARG001 - callers know it; so far words are told by script
) -> Signature:
    """What is kept of a text: see `storage.records.Signature`.

    The keys are the 32 smallest hashes of its runs of four words (bottom-k sampling: Cohen and
    Kaplan, "Summarizing data using bottom-k sketches", 2007). Of a text that stands whole in one p
    times as long, one in p of the longer text's keys is expected among its own. A text whose body
    is empty or next to it has neither keys nor sketch, so it is no copy of anything.
    """
    heading, running = texts(title or ""), texts(body[:MAX_CHARACTERS])
    exact = _digest(heading, running, body[MAX_CHARACTERS:])
    lead, rest = shingle(heading), shingle(running)
    if len(set(rest.pairs)) < LEAST_PAIRS:
        return Signature(exact=exact, keys=(), sketch=pack(()))
    return Signature(
        exact=exact,
        keys=tuple(nsmallest(KEYS, {*lead.quads, *rest.quads})),
        sketch=pack(lead.pairs + rest.pairs, _figures(heading + running)),
    )


def _digest(heading: Sequence[str], running: Sequence[str], rest: str) -> str:
    """32 hexadecimal digits, the same for texts of the same folded words."""
    text = "\n".join((" ".join(heading), " ".join(running), rest))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _figures(tokens: Sequence[str]) -> list[int]:
    """Hashes of the numbers in a text."""
    return [crc32(figure.encode()) for figure in _FIGURE.findall("\n".join(tokens))]
