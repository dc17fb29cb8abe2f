"""Making the indexes by which stored articles are found again, after they were admitted.

There are two: of words, for searches, and of keys, for tests of watches. An article's keys are
those of its present text and of the earlier ones that are kept: a backtest asks what would have
rung, and so looks at each text as it came.

What goes into an index is made in a thread between transactions, so that the database is free for
others. Not in the sandbox: its processes would remember the same words as this one, 200 MB in each.
"""

import asyncio
import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from scraper.pipeline.matching import match_text
from scraper.watch import RULES, MatchText, index_keys
from storage.database import Database
from storage.fulltext import folded
from storage.records import Article
from storage.search_keys import ArticleTexts, Stale, tokens

_log = logging.getLogger(__name__)

_AT_ONCE = 50  # articles written in one transaction: admission waits for no more than that
# Characters of an article's texts together: some forty thousand words. Of longer ones no keys are
# made, so they are looked at whatever is asked. The worst of this length takes three seconds.
LONGEST = 300_000

_Made: TypeAlias = list[tuple[Stale, str | None]]


async def index_words(database: Database, most: int) -> int:
    """Index the words of at most `most` articles that wait for it; gives how many still do."""
    left = most
    while left > 0 and (done := await _index_words_of(database, min(_AT_ONCE, left))):
        left -= done
    return await database.query(lambda unit: unit.search.pending())


async def _index_words_of(database: Database, size: int) -> int:
    texts = await database.query(lambda unit: unit.search.unindexed(size))
    words = await asyncio.to_thread(lambda: [*map(folded, texts)])
    made = list(zip(texts, words, strict=True))
    if made:
        await database.run(lambda unit: unit.search.put(made))
    return len(made)


async def index_articles(database: Database, most: int) -> int:
    """Make the keys of at most `most` articles that wait for it; gives how many still do."""
    done = 0
    while done < most:
        some = await _index_some(database, min(_AT_ONCE, most - done))
        if not some:
            return 0
        done += some
    return await database.query(lambda unit: unit.keys.pending(RULES))


async def _index_some(database: Database, size: int) -> int:
    stale = await database.query(lambda unit: unit.keys.stale(RULES, size))
    made = await asyncio.to_thread(_made, stale)
    if made:
        await database.run(lambda unit: unit.keys.put(RULES, made))
    return len(made)


def _made(stale: Sequence[Stale]) -> _Made:
    return [(each, tokens(_keys(each.texts))) for each in stale]


def _keys(texts: ArticleTexts) -> Collection[str] | None:
    try:
        return keys_of(texts)
    except Exception:  # noqa: BLE001 - the border of an article; the others must not wait for it
        url = texts.stored.article.url
        _log.exception("%s: cannot be indexed", url, extra={"action": "index.error"})
        return None


def keys_of(texts: ArticleTexts) -> Collection[str] | None:
    """The keys of all texts of an article; None where they are too long to make any."""
    every = list(told(texts))
    if sum(len(article.body) for article, _ in every) > LONGEST:
        return None
    return frozenset().union(*(index_keys(as_matched(texts, article)) for article, _ in every))


def told(texts: ArticleTexts) -> Iterator[tuple[Article, datetime]]:
    """The article as each of its texts told it, and when that was first seen; the first first.

    Of an earlier text the title, the standfirst and the body are kept; the rest is today's.
    """
    stored = texts.stored
    for earlier in texts.earlier:
        article = replace(
            stored.article, title=earlier.title, standfirst=earlier.standfirst, body=earlier.body
        )
        yield article, earlier.seen_at
    yield stored.article, stored.revised_at or stored.first_seen_at


def as_matched(texts: ArticleTexts, article: Article) -> MatchText:
    """One of the texts as watches read it."""
    return match_text(article, texts.source_name, texts.source_tags)
