"""Which blocks of a page are text of its article, by the page's truth: what the forest learns.

A block is text where most of its 4-grams (or, for a few words, the words in a row) stand in the
true body. Truths that only have snippets label the blocks they quote.
"""

import bisect
from collections import Counter
from types import ModuleType
from typing import Any, TypeAlias

from scraper.extract.outline import Block

Label: TypeAlias = tuple[bool | None, int]  # whether it is text (None: unknown), its words


def label(
    blocks: list[Block], truth: dict[str, Any], score: ModuleType, *, headline_unsure: bool
) -> list[Label]:
    """For each block whether it is text, and its number of words.

    `headline_unsure`: the truths of the set have the headline in the body, or have not.
    """
    if not truth.get("body"):
        return [quoted(block.text, truth, score) for block in blocks]
    found = contained(blocks, truth["body"], score)
    for other in truth.get("body_alt", []):
        # What only some of the accepted bodies hold is neither.
        found = [
            (own if own == known else None, size)
            for (own, size), (known, _) in zip(found, contained(blocks, other, score), strict=True)
        ]
    return tidied(found, blocks, headline_unsure=headline_unsure)


def quoted(text: str, truth: dict[str, Any], score: ModuleType) -> Label:
    """A block of a set that only has snippets."""
    size = len(score.tokens(text))
    if any(score.squash(snippet) in text for snippet in truth.get("with", [])):
        return True, size
    if any(score.squash(snippet) in text for snippet in truth.get("without", [])):
        return False, size
    return None, size


def contained(blocks: list[Block], body: str, score: ModuleType) -> list[Label]:
    """Whether most of each block stands in the body."""
    words = score.tokens(body)
    joined = f" {' '.join(words)} "
    grams = {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))}
    found: list[Label] = []
    for block in blocks:
        own = score.tokens(block.text)
        if not own:
            found.append((None, 0))
        elif len(own) < 5:
            found.append((f" {' '.join(own)} " in joined, len(own)))
        else:
            held = Counter(tuple(own[at : at + 4]) for at in range(len(own) - 3))
            inside = sum(count for gram, count in held.items() if gram in grams)
            found.append((inside * 2 > sum(held.values()), len(own)))
    return found


def tidied(labels: list[Label], blocks: list[Block], *, headline_unsure: bool) -> list[Label]:
    """The labels without chance hits: a lone word counts only close to real text."""
    sure = [at for at, (is_text, size) in enumerate(labels) if is_text and size >= 8]
    if not sure:
        return labels
    found: list[Label] = []
    for at, (is_text, size) in enumerate(labels):
        known = is_text
        if is_text and size < 5:
            place = bisect.bisect(sure, at)
            near = min(abs(at - sure[i]) for i in (place - 1, place) if 0 <= i < len(sure))
            known = near <= 6 and sure[0] - 3 <= at <= sure[-1] + 3
        if headline_unsure and at <= sure[0] + 1 and blocks[at].box.tag in {"h1", "h2", "h3"}:
            known = None
        found.append((known, size))
    return found
