"""To which story an article belongs that copies nothing: one on the same event, or none.

An article is compared with the members of the few stories that are nearest, and with them it is
sorted anew, by average linkage (linkage.py). As a rule nothing else comes of it than that the
article joins a story, or leads one. But it may be the one that shows two stories to be one, or one
to be two: then they are merged, or parted, as far as those members go that were looked at. Nothing
is looked at but what came before, and nothing else is ever moved.

A story stays with its first article: the part that has it keeps the story's number, and of stories
that are merged the oldest goes on. A story that a person has made is taken as a whole, and two such
are never merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from scraper.dedupe.linkage import APART, linked
from scraper.dedupe.vectors import similarity, unpacked
from storage.records import OpenStory, StoryMember

# Chosen on one half of a set of reports, and checked on the other: docs/decisions/stories.md.
ALIKE: Final = 0.25  # on average, of two groups that tell of one event
NEAR: Final = 0.1  # a story less like the article than that is not looked at
LOOKED_AT: Final = 3  # stories that are sorted anew with the article
MEMBERS: Final = 16  # of each that are looked at: the first, and the newest
CANDIDATES: Final = 48  # articles that share the most with it, whose stories are the candidates
OPENED: Final = 8  # of these stories, so many are compared with the article
PER_TERM: Final = 50  # articles looked at for one term, the newest


@dataclass(frozen=True, slots=True)
class Move:
    """Articles that leave their story: for another, or, if `into` is None, for a new one."""

    article_ids: tuple[int, ...]  # ascending: the first leads a new story
    into: int | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A story whose articles, all that are not moved elsewhere, go to another."""

    story_id: int
    into: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What becomes of an article, and of the stories near it.

    `story_id` None: it leads a new story, unless `joins` says that it goes with articles that are
    moved to a new one. `score`, 0 to 1, is how like it is to those of its story on average, and
    `nearest` the one among them that is most alike; without company they are 0 and None. `near` are
    the stories that were looked at, and how like them it is. Moves come before merges.
    """

    story_id: int | None = None
    joins: Move | None = None
    score: float = 0.0
    nearest: int | None = None
    near: tuple[tuple[int, float], ...] = ()
    moves: tuple[Move, ...] = ()
    merges: tuple[Merge, ...] = ()


class _Item(NamedTuple):
    """What is sorted as one: an article, or a pinned story's members. The subject has no story."""

    members: tuple[StoryMember, ...]
    story: OpenStory | None


def settle(vector: bytes, stories: Sequence[OpenStory], *, alike: float = ALIKE) -> Settled:
    """Sort an article with the stories near it; `vector` is its packed vector.

    `stories` come with MEMBERS members at most, the first first, then ascending. Groups are joined
    that are as like as `alike`. Raises ValueError when a vector is damaged.
    """
    near = _near(vector, stories) if unpacked(vector) else []
    if not near:
        return Settled()
    items = _items(near)
    groups = linked(_square(items, vector), [max(1, len(item.members)) for item in items], alike)
    return replace(
        _outcome(items, groups, near, vector),
        near=tuple((story.story_id, _mean(vector, story.members)) for story in near),
    )


def _near(subject: bytes, stories: Sequence[OpenStory]) -> list[OpenStory]:
    scored = [(-_mean(subject, story.members), story.story_id, story) for story in stories]
    best = sorted(each for each in scored if -each[0] >= NEAR)[:LOOKED_AT]
    return sorted((story for _, _, story in best), key=_age)


def _age(story: OpenStory) -> int:
    return story.members[0].article_id


def _mean(subject: bytes, members: Sequence[StoryMember]) -> float:
    if not members:
        return 0.0
    return sum(similarity(subject, one.vector) for one in members) / len(members)


def _items(stories: Sequence[OpenStory]) -> list[_Item]:
    """In the order in which the articles came, the subject last."""
    items = []
    for story in stories:
        if story.pinned:
            items.append(_Item(tuple(story.members), story))
        else:
            items += [_Item((member,), story) for member in story.members]
    items.sort(key=lambda item: item.members[0].article_id)
    return [*items, _Item((), None)]


def _square(items: Sequence[_Item], subject: bytes) -> list[list[float]]:
    vectors = [
        [member.vector for member in item.members] if item.story else [subject] for item in items
    ]
    rows = [[0.0] * len(items) for _ in items]
    for one in range(len(items)):
        for other in range(one):
            value = _between(items[one], items[other], vectors[one], vectors[other])
            rows[one][other] = rows[other][one] = value
    return rows


def _between(one: _Item, other: _Item, ours: Sequence[bytes], theirs: Sequence[bytes]) -> float:
    if one.story and other.story:
        if one.story.pinned and other.story.pinned:
            return APART
        if _tied(one.members, other.members):
            return 1.0
    total = sum(similarity(a, b) for a in ours for b in theirs)
    return total / (len(ours) * len(theirs))


def _tied(ones: Sequence[StoryMember], others: Sequence[StoryMember]) -> bool:
    """Whether an article of the ones is a rewrite of one of the others, or the other way round."""
    ids, other_ids = {one.article_id for one in ones}, {one.article_id for one in others}
    return any(one.tied_to in other_ids for one in ones) or any(
        one.tied_to in ids for one in others
    )


def _outcome(
    items: Sequence[_Item], groups: Sequence[int], stories: Sequence[OpenStory], subject: bytes
) -> Settled:
    home: dict[int, int] = {}  # of a group: the story that it is from now on
    merges = []
    for story in stories:  # the oldest first
        group = groups[_first_item(items, story)]
        if group in home:
            merges.append(Merge(story.story_id, home[group]))
        else:
            home[group] = story.story_id
    gone = {merge.story_id: merge.into for merge in merges}
    moves: dict[int, Move] = {}
    for group in sorted(set(groups)):
        into = home.get(group)
        leaving = [
            member.article_id
            for item, own in zip(items, groups, strict=True)
            if own == group and item.story
            for member in item.members
            if into is None or gone.get(item.story.story_id, item.story.story_id) != into
        ]
        if leaving:
            moves[group] = Move(tuple(sorted(leaving)), into)
    mine = groups[-1]
    score, nearest = _company(items, groups, subject)
    move = moves.get(mine)
    return Settled(
        story_id=home.get(mine),
        joins=move if mine not in home else None,
        score=score,
        nearest=nearest,
        moves=tuple(moves.values()),
        merges=tuple(merges),
    )


def _first_item(items: Sequence[_Item], story: OpenStory) -> int:
    """Where the first article of a story is, of those that are looked at: it stands for it."""
    return next(
        number
        for number, item in enumerate(items)
        if item.story is story and item.members[0] is story.members[0]
    )


def _company(
    items: Sequence[_Item], groups: Sequence[int], subject: bytes
) -> tuple[float, int | None]:
    """How like the subject is to those of its group on average, and to whom the most."""
    scores = [
        (similarity(subject, member.vector), -member.article_id)
        for item, group in zip(items, groups, strict=True)
        if group == groups[-1]
        for member in item.members
    ]
    if not scores:
        return 0.0, None
    return sum(score for score, _ in scores) / len(scores), -max(scores)[1]
