"""Why an article is in its story, told from the texts as they are stored now."""

from dataclasses import dataclass

from scraper.dedupe import (
    Overlapping,
    articles_key,
    count_keys,
    describe,
    overlapping,
    shared_words,
)
from scraper.text.diff import Kind, pieces
from storage.database import UnitOfWork
from storage.records import StoredArticle, Story, StoryDecision

_LEAST_WORDS = 4  # of a passage: fewer are alike, or differ, by chance
_PASSAGES = 20  # shown of each sort, the longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """What two texts have in common, and what only one of them has, as they stand in the text."""

    shared: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An article, its story, and what put it there.

    `other` is the article that it was compared with; the rest is None or empty without one.
    `words` are those that both use and that count, the weightiest first, with the part of their
    likeness that each makes up.
    """

    article: StoredArticle
    story: Story
    decision: StoryDecision | None
    other: StoredArticle | None = None
    overlap: Overlapping | None = None
    passages: Passages | None = None
    words: tuple[tuple[str, float], ...] = ()


def explain(unit: UnitOfWork, stored: StoredArticle) -> Why:
    """Compare an article with the one that its place in a story rests on."""
    decision = unit.stories.decisions([stored.id]).get(stored.id)
    story = unit.stories.get(stored.story_id)
    assert story is not None
    other_id = stored.copy_of or (decision.other_id if decision else None)
    other = unit.articles.get(other_id) if other_id is not None else None
    if other is None:
        return Why(article=stored, story=story, decision=decision)
    here, there = stored.article, other.article
    return Why(
        article=stored,
        story=story,
        decision=decision,
        other=other,
        overlap=overlapping(here.title, here.body, there.title, there.body),
        passages=_passages(there.body, here.body),
        words=_words(unit, stored, other),
    )


def _passages(there: str, here: str) -> Passages:
    found: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for piece in pieces(there, here):
        text = " ".join(piece.text.split())
        if len(text) > _LEAST_WORDS and (" " not in text or text.count(" ") >= _LEAST_WORDS - 1):
            found[piece.kind].append(text)
    return Passages(
        shared=_longest(found[Kind.SAME]),
        only_here=_longest(found[Kind.ADDED]),
        only_there=_longest(found[Kind.REMOVED]),
    )


def _longest(texts: list[str]) -> tuple[str, ...]:
    """The longest, in the order of the text."""
    kept = set(sorted(range(len(texts)), key=lambda place: -len(texts[place]))[:_PASSAGES])
    return tuple(text for place, text in enumerate(texts) if place in kept)


def _words(
    unit: UnitOfWork, stored: StoredArticle, other: StoredArticle
) -> tuple[tuple[str, float], ...]:
    one, two = (
        (each.article.title, each.article.body, each.article.language) for each in (stored, other)
    )
    counts: dict[int, int] = {}
    for text in (one, two):
        terms = describe(*text)
        counts |= unit.events.counts([articles_key(terms.language), *count_keys(terms)])
    return tuple(shared_words(one, two, counts))
