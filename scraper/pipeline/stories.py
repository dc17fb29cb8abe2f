"""To which story a new article goes, and what becomes of stories when more is known.

    relation (copy, rewrite)? ─► its story
    else: vector ─► stories near it ─► settle ─► one of them, or a new one
                                          └─► articles that move, stories that merge

Everything is written in the transaction that admits the article.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scraper.dedupe import (
    CANDIDATES_NEAR,
    MEMBERS,
    OPENED,
    PER_TERM,
    STORY_WINDOW,
    Relation,
    Settled,
    articles_key,
    asked,
    count_keys,
    describe,
    indexed,
    is_counted,
    settle,
    weigh,
)
from storage.database import UnitOfWork
from storage.records import (
    Article,
    Belonging,
    OpenStory,
    Signature,
    StoredArticle,
    StoryDecision,
    StoryMember,
)
from storage.stories import Moved

_NOTHING: Final = Settled()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a new article goes, before it is stored; `write` it afterwards."""

    story_id: int | None  # None: it leads a new one
    kind: Belonging
    vector: bytes | None = None  # None: no article of another text joins it
    relation: Relation | None = None
    settled: Settled = _NOTHING
    moved: tuple[Moved, ...] = ()
    merged: tuple[Moved, ...] = ()

    def write(self, unit: UnitOfWork, stored: StoredArticle, now: datetime, at: datetime) -> None:
        """Remember the decision, and let others find the article. `at`: when it was news."""
        if self.vector is not None:
            tied_to = self.relation.article_id if self.relation else None
            unit.events.add(
                StoryMember(stored.id, self.vector, tied_to),
                story_id=stored.story_id,
                terms=indexed(self.vector),
                seen_at=at,
            )
        unit.stories.decide(self._decision(stored, now))
        for moved in (*self.moved, *self.merged):
            for home, articles in moved.left.items():
                self._note(unit, moved.into, home, articles, stored.id, now)

    def _decision(self, stored: StoredArticle, now: datetime) -> StoryDecision:
        relation = self.relation
        near = [each for each in self.settled.near if each[0] != stored.story_id]
        return StoryDecision(
            article_id=stored.id,
            story_id=stored.story_id,
            kind=self.kind,
            decided_at=now,
            other_id=relation.article_id if relation else self.settled.nearest,
            score=_rounded(relation.score if relation else self.settled.score),
            evidence={"near": [[story, _rounded(score)] for story, score in near]}
            if near
            else None,
        )

    @staticmethod
    def _note(
        unit: UnitOfWork, into: int, home: int, articles: Sequence[int], by: int, now: datetime
    ) -> None:
        """Of articles that were moved, say from where, and which article was the reason."""
        for article_id, was in unit.stories.decisions(articles).items():
            unit.stories.decide(
                StoryDecision(
                    article_id=article_id,
                    story_id=into,
                    kind=Belonging.EVENT if was.kind is Belonging.LEAD else was.kind,
                    decided_at=now,
                    other_id=was.other_id,
                    score=was.score,
                    evidence={**(was.evidence or {}), "from": home, "by": by},
                )
            )


def place(
    unit: UnitOfWork,
    article: Article,
    signature: Signature,
    relation: Relation | None,
    *,
    now: datetime,
    at: datetime,
    window: timedelta = STORY_WINDOW,
) -> Placement:
    """Decide on the story of a new article, and move what this shows to belong elsewhere.

    Nobody else may admit meanwhile: `unit.articles.wait` sees to that, as do its candidates.
    `relation` is what it is to an earlier article, `at` when it was news. Stories are looked at
    that had an article within `window` of then.
    """
    if relation is not None and relation.kind == "copy":
        return Placement(story_id=relation.story_id, kind=Belonging.COPY, relation=relation)
    vector = _vector(unit, article, signature)
    if relation is not None:
        return Placement(
            story_id=relation.story_id, kind=Belonging.REWRITE, vector=vector, relation=relation
        )
    if vector is None:
        return Placement(story_id=None, kind=Belonging.LEAD)
    settled = settle(vector, _near(unit, vector, at, window))
    moved = {
        move: unit.stories.move(move.article_ids, move.into, now=now) for move in settled.moves
    }
    merged = [unit.stories.merge(each.story_id, each.into, now=now) for each in settled.merges]
    story = settled.story_id if settled.joins is None else moved[settled.joins].into
    return Placement(
        story_id=story,
        kind=Belonging.LEAD if story is None else Belonging.EVENT,
        vector=vector,
        settled=settled,
        moved=tuple(moved.values()),
        merged=tuple(merged),
    )


def _vector(unit: UnitOfWork, article: Article, signature: Signature) -> bytes | None:
    terms = describe(article.title, article.body, article.language)
    if not terms.weights:
        return None
    keys = [articles_key(terms.language), *count_keys(terms)]
    counts = unit.events.counts(keys)
    articles = counts.get(keys[0], 0)
    if is_counted(signature.exact, articles):
        unit.events.count(keys)
    return weigh(terms, articles, counts)


def _near(unit: UnitOfWork, vector: bytes, at: datetime, window: timedelta) -> Sequence[OpenStory]:
    return unit.events.near(
        asked(vector),
        since=at - window,
        until=at + window,
        per_term=PER_TERM,
        candidates=CANDIDATES_NEAR,
        most=OPENED,
        members=MEMBERS,
    )


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 3)
