"""Which of some earlier articles an article is a copy of, or a rewrite."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from itertools import chain
from typing import Final, NamedTuple

from scraper.dedupe.overlap import compare
from scraper.dedupe.sketch import Sketch, unpack
from scraper.dedupe.verdict import LEAST_SHARED, Kind, Verdict, judge, judge_whole
from storage.records import Signature, SignedArticle

# A pair that this article shares with more stories than that is an outlet's or a template's, and
# counts for nothing. There is no list of boilerplate to keep: the candidates themselves tell.
MOST_STORIES: Final = 2
# So many candidates, those that share the most, are looked at closely. Of one story there may be
# many copies, but any of them names the same original.
LOOKED_AT: Final = 5
# A copy of a copy must share this much with the original too, if that is at hand. Otherwise texts
# drift into a story by way of a paragraph that the first copy had added.
LEADER_CONTAINMENT: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What an article is to an earlier one.

    A "copy" has the same text, give or take what an outlet adds, cuts and changes. A "rewrite" has
    a substantial part of it, and a text of its own. `article_id` is the original, never itself a
    copy; `score`, 0 to 1, is how much of the two texts the shared passages cover, on average.
    """

    kind: Kind
    article_id: int
    story_id: int
    score: float


class _Rival(NamedTuple):
    article: SignedArticle
    sketch: Sketch
    shared: frozenset[int]


def relate(signature: Signature, candidates: Sequence[SignedArticle]) -> Relation | None:
    """The best of what the article with this signature is to the candidates; None for news.

    `candidates` are earlier articles that share keys with it or its exact text, some fifty with the
    most keys in common, in any order. A copy goes before a rewrite, then the higher score, then the
    earlier article. With a single candidate, kind and score are the same both ways round. Raises
    ValueError when a sketch is damaged.
    """
    if not candidates:  # most articles: unpacking takes as long as half of signing
        return None
    subject = unpack(signature.sketch)
    rivals = _rivals(subject, candidates)
    commonplace = _commonplace(rivals)
    related = []
    for rival in _nearest(subject, rivals, commonplace):
        verdict = _judge(subject, rival, commonplace, exact=signature.exact)
        if verdict is not None:
            related.append((rival.article, verdict))
    originals = {article.article_id: article for article in candidates}
    for article, verdict in sorted(related, key=_preference):
        original = article.article_id if article.copy_of is None else article.copy_of
        if original in originals and not _shares_enough(subject, originals[original]):
            continue
        return Relation(
            kind=verdict.kind,
            article_id=original,
            story_id=article.story_id,
            score=verdict.score,
        )
    return None


def _rivals(subject: Sketch, candidates: Sequence[SignedArticle]) -> list[_Rival]:
    """The candidates that share enough to be worth a look."""
    rivals = []
    for article in candidates:
        sketch = unpack(article.signature.sketch)
        shared = subject.members & sketch.members
        if len(shared) >= LEAST_SHARED:
            rivals.append(_Rival(article, sketch, shared))
    return rivals


def _commonplace(rivals: Sequence[_Rival]) -> frozenset[int]:
    """The pairs that this article has in common with too many stories."""
    if len({rival.article.story_id for rival in rivals}) <= MOST_STORIES:
        return frozenset()
    by_story: dict[int, set[int]] = {}
    for rival in rivals:
        by_story.setdefault(rival.article.story_id, set()).update(rival.shared)
    stories = Counter(chain.from_iterable(by_story.values()))
    return frozenset(pair for pair, count in stories.items() if count > MOST_STORIES)


def _nearest(
    subject: Sketch, rivals: Sequence[_Rival], commonplace: frozenset[int]
) -> list[_Rival]:
    """The few that share the most with the article, as a part of the shorter of the two."""

    def distance(rival: _Rival) -> tuple[float, tuple[datetime, int]]:
        own = rival.shared - commonplace if commonplace else rival.shared
        return -_part(len(own), subject, rival.sketch), _age(rival.article)

    return nsmallest(LOOKED_AT, rivals, key=distance)


def _judge(
    subject: Sketch, rival: _Rival, commonplace: frozenset[int], *, exact: str
) -> Verdict | None:
    if rival.article.signature.exact == exact:
        return Verdict("copy", 1.0)
    template = rival.shared & commonplace
    own = compare(subject, rival.sketch, rival.shared, without=template)
    verdict = judge(own, subject, rival.sketch)
    if verdict is None and template:
        whole = compare(subject, rival.sketch, rival.shared)
        verdict = judge_whole(whole, subject, rival.sketch)
    return verdict


def _shares_enough(subject: Sketch, original: SignedArticle) -> bool:
    sketch = unpack(original.signature.sketch)
    shared = len(subject.members & sketch.members)
    return _part(shared, subject, sketch) >= LEADER_CONTAINMENT


def _part(shared: int, one: Sketch, two: Sketch) -> float:
    """What part of the shorter text `shared` pairs are, 0 to 1."""
    halvings = max(one.halvings, two.halvings)
    return shared / max(1, min(len(one.thinned(halvings)), len(two.thinned(halvings))))


def _preference(related: tuple[SignedArticle, Verdict]) -> tuple[bool, float, tuple[datetime, int]]:
    article, verdict = related
    return verdict.kind != "copy", -verdict.score, _age(article)


def _age(article: SignedArticle) -> tuple[datetime, int]:
    return article.first_seen_at, article.article_id
