"""The stories near an article, found in memory by the rules of storage."""

from collections import Counter, deque
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from scraper.dedupe.events import CANDIDATES, MEMBERS, OPENED, PER_TERM, Settled
from scraper.dedupe.vectors import asked, indexed
from storage.records import OpenStory, StoryMember


class _Known(NamedTuple):
    member: StoryMember
    seen_at: datetime


class MemoryStories:
    """Stories and their articles, of which a bounded number can still be found.

    The rules of `near` are those of the database: the articles that share the most of their
    heaviest terms with the terms asked for, the newer first among equals, name their stories; of
    these the articles first seen since a time are shown. For each term only the newest 50 are
    looked at.

    Articles are added in ascending order. A new story's number is that of its first article. Beyond
    `capacity` the oldest article is forgotten; it keeps its story. Of each takes about 1 kB.
    """

    def __init__(self, *, capacity: int = 100_000) -> None:
        self._capacity = capacity
        self._known: dict[int, _Known] = {}
        self._by_term: dict[int, deque[int]] = {}
        self._story: dict[int, int] = {}
        self._articles: dict[int, list[int]] = {}
        self._copies: dict[int, list[int]] = {}

    def story(self, article_id: int) -> int:
        """The story in which an article is now."""
        return self._story[article_id]

    def near(self, vector: bytes, *, since: datetime) -> list[OpenStory]:
        """The stories that an article with this vector may be of, with members to compare."""
        shared: Counter[int] = Counter()
        for term in asked(vector):
            shared.update(self._by_term.get(term, ()))
        best = sorted(shared, key=lambda article_id: (-shared[article_id], -article_id))
        stories = dict.fromkeys(self._story[article_id] for article_id in best[:CANDIDATES])
        opened = (self._open(story_id, since) for story_id in stories)
        return list(islice(filter(None, opened), OPENED))

    def _open(self, story_id: int, since: datetime) -> OpenStory | None:
        known = (self._known.get(article_id) for article_id in self._articles[story_id])
        members = [one.member for one in known if one and one.seen_at >= since]
        if not members:
            return None
        return OpenStory(story_id=story_id, members=(members[0], *members[1:][1 - MEMBERS :]))

    def add(
        self,
        article_id: int,
        story_id: int | None,
        *,
        vector: bytes | None,
        seen_at: datetime,
        copy_of: int | None = None,
        tied_to: int | None = None,
    ) -> int:
        """Add an article to a story, or to one of its own; its story's number.

        A copy goes where its original goes. Without a `vector` no article of another text joins it.
        """
        story = article_id if story_id is None else story_id
        self._put(article_id, story)
        if copy_of is not None:
            self._copies.setdefault(copy_of, []).append(article_id)
        elif vector is not None:
            self._known[article_id] = _Known(StoryMember(article_id, vector, tied_to), seen_at)
            for term in indexed(vector):
                self._by_term.setdefault(term, deque(maxlen=PER_TERM)).append(article_id)
        while len(self._known) > self._capacity:
            self._forget(next(iter(self._known)))
        return story

    def apply(self, settled: Settled) -> tuple[int | None, dict[int, int]]:
        """Carry out what was settled: the article's story, and every article that moved with its.

        None: the article leads a story of its own.
        """
        moved: dict[int, int] = {}
        own = settled.story_id
        for move in settled.moves:
            into = move.article_ids[0] if move.into is None else move.into
            own = into if move is settled.joins else own
            for article_id in move.article_ids:
                followers = (article_id, *self._copies.get(article_id, ()))
                moved |= dict.fromkeys(followers, into)
        for merge in settled.merges:
            rest = [each for each in self._articles[merge.story_id] if each not in moved]
            moved |= dict.fromkeys(rest, merge.into)
        for article_id, into in moved.items():
            self._articles[self._story[article_id]].remove(article_id)
            self._put(article_id, into)
        return own, moved

    def _put(self, article_id: int, story_id: int) -> None:
        self._story[article_id] = story_id
        articles = self._articles.setdefault(story_id, [])
        articles.append(article_id)
        if len(articles) > 1 and articles[-2] > article_id:
            articles.sort()

    def _forget(self, article_id: int) -> None:
        vector = self._known.pop(article_id).member.vector
        for term in indexed(vector):
            found = self._by_term.get(term)
            if found and found[0] == article_id:
                found.popleft()
                if not found:
                    del self._by_term[term]
