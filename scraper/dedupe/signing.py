"""What is kept of an article to recognise its copies."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final
from zlib import crc32

from scraper.dedupe.shingles import shingle
from scraper.dedupe.sketch import pack
from scraper.text.words import texts
from storage.records import Signature

KEYS: Final = 16  # of an article, at most
_KEY_BITS: Final = 48  # SQLite stores such in six bytes; a million articles share none by chance
_ENOUGH: Final = 2 * KEYS  # as many are expected below the bound: with repeats, fewer
# A body of fewer different word pairs is a caption or a notice ("Watch the video here"): two of
# them may well be the same and no copies.
LEAST_PAIRS: Final = 8
MAX_CHARACTERS: Final = 200_000  # of a body that are read; some pages are longer, no article is


def sign(
    title: str | None,
    body: str,
    language: str | None = None,  # noqa: ARG001 - callers know it; so far words are told by script
) -> Signature:
    """What is kept of a text: see `storage.records.Signature`.

    The keys are the 16 smallest hashes of its runs of four words (bottom-k sampling: Cohen and
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
        keys=_smallest(lead.quads + rest.quads),
        sketch=pack(lead.pairs + rest.pairs, _figures(heading + running)),
    )


def _smallest(hashes: Sequence[int]) -> tuple[int, ...]:
    """The smallest KEYS of these signed 64-bit hashes, repeats left out, their upper 48 bits."""
    # Hashes are spread evenly: of many, only those are sorted that can be among the smallest.
    bound = -(1 << 63) + _ENOUGH * (1 << 64) // max(_ENOUGH, len(hashes))
    few = {each for each in hashes if each < bound}
    smallest = sorted(few if len(few) >= KEYS else {*hashes})[:KEYS]
    return tuple(dict.fromkeys(value >> 64 - _KEY_BITS for value in smallest))


def _digest(heading: Sequence[str], running: Sequence[str], rest: str) -> str:
    """32 hexadecimal digits, the same for texts of the same folded words."""
    text = "\n".join((" ".join(heading), " ".join(running), rest))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _figures(tokens: Sequence[str]) -> list[int]:
    """Hashes of the numbers in a text."""
    return [crc32(token.encode()) for token in tokens if token[0].isdecimal()]
