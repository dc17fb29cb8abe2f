"""A database as a large newsroom has it after months: made up, and written in bulk."""

import random
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import fulltext
from storage.alerts import pack
from storage.database import Database
from storage.fulltext import Texts, folded
from storage.identifiers import new_id
from storage.records import ChannelSpec, Passage, SourceSpec, WatchSpec
from storage.tables import (
    alerts,
    article_keys,
    articles,
    deliveries,
    delivery_attempts,
    matches,
    stories,
    story_decisions,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_SPAN = timedelta(days=90)
_AT_ONCE = 5_000
_PER_STORY = (1, 1, 1, 2, 3, 8)  # articles, drawn evenly
_OUTLETS = 800
_LANGUAGES = ("en", "en", "en", "de", "fr", "ar", "es", "ru")
_RINGS = 50  # one story in so many matches a watch
_WORDS = 80  # of a text
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def fill(
    database: Database, *, count: int, sources: int, watches: int, report: bool = True
) -> None:
    """Write so many articles, and what belongs to them; tells on standard output how far it is."""
    draw = random.Random(7)
    words = ["".join(draw.choices(_LETTERS, k=draw.randint(3, 9))) for _ in range(30_000)]
    words[:3] = ["rocket", "Baghdad", "airport"]
    with database.begin() as unit:
        unit.channels.add(ChannelSpec(name="desk", type="email", options={}), now=NOW)
        unit.sources.sync(
            [
                SourceSpec(name=f"Source {number}", url=f"https://s{number}.example/rss")
                for number in range(sources)
            ],
            now=NOW - _SPAN,
        )
        unit.watches.sync(
            [
                WatchSpec(
                    name=f"Watch {number}",
                    query=f"{words[number + 3]} OR {words[-number - 1]}",
                    channels=("desk",),
                )
                for number in range(watches)
            ],
            now=NOW - _SPAN,
        )
    began = time.monotonic()
    done = 0
    made = _stories(draw, words, count, sources, watches)
    while done < count:
        rows = _some(made)
        with database.begin() as unit:
            _write(unit.connection, rows)
        done += len(rows["articles"])
        if report:
            print(f"\r{done:,} articles, {time.monotonic() - began:.0f} s", end="", flush=True)
    with database.begin() as unit:
        unit.connection.execute(sa.text("ANALYZE"))
    if report:
        print()


Rows = dict[str, list[dict[str, Any]]]


def _some(made: Iterator[Rows]) -> Rows:
    """Stories with about so many articles as are written at once."""
    rows: Rows = {}
    for story in made:
        for name, values in story.items():
            rows.setdefault(name, []).extend(values)
        if len(rows["articles"]) >= _AT_ONCE:
            break
    return rows


def _write(connection: Connection, rows: Rows) -> None:
    for table in (
        stories,
        articles,
        article_keys,
        story_decisions,
        matches,
        alerts,
        deliveries,
        delivery_attempts,
    ):
        if some := rows.get(table.name):
            connection.execute(sa.insert(table), some)
    texts = [
        Texts(row["id"], row["title"], row["standfirst"], row["body"]) for row in rows["articles"]
    ]
    fulltext.add(connection, [folded(each) for each in texts])


def _stories(
    draw: random.Random, words: list[str], count: int, sources: int, watches: int
) -> Iterator[Rows]:
    """Each story with all that belongs to it, in the order of time."""
    article, story = 0, 0
    while article < count:
        story += 1
        begun = NOW - _SPAN + _SPAN * article / count
        size = min(draw.choice(_PER_STORY), count - article)
        language = draw.choice(_LANGUAGES)
        text = " ".join(draw.choices(words, k=_WORDS))
        rings = story % _RINGS == 0
        rows: Rows = {"stories": [], "articles": [], "article_keys": [], "story_decisions": []}
        leader = article + 1
        for number in range(size):
            article += 1
            seen = begun + timedelta(minutes=7 * number)
            outlet = f"o{draw.randrange(_OUTLETS)}.example"
            rows["articles"].append(
                _article(article, story, leader, outlet, language, text, seen, draw, sources)
            )
            keys = {"article_id": article, "rules": 0, "whole": False, "changes": 0}
            rows["article_keys"].append(keys)
            rows["story_decisions"].append(
                {
                    "article_id": article,
                    "story_id": story,
                    "kind": "lead" if number == 0 else "copy",
                    "other_id": None if number == 0 else leader,
                    "score": None if number == 0 else 0.9,
                    "evidence": None,
                    "decided_at": seen,
                }
            )
        rows["stories"].append(
            {
                "id": story,
                "leader_id": leader,
                "article_count": size,
                "created_at": begun,
                "updated_at": rows["articles"][-1]["first_seen_at"],
                "pinned": False,
            }
        )
        if rings:
            rows |= _rang(leader, story, 1 + draw.randrange(watches), text, begun)
        yield rows


def _article(
    number: int,
    story: int,
    leader: int,
    outlet: str,
    language: str,
    text: str,
    seen: datetime,
    draw: random.Random,
    sources: int,
) -> dict[str, Any]:
    first = text.split(" ", 9)[:9]
    return {
        "id": number,
        "url": f"https://{outlet}/news/{number}",
        "title": " ".join(first).capitalize(),
        "standfirst": None,
        "authors": [],
        "published_at": seen - timedelta(minutes=11),
        "body": f"{text}.\n\nMore from {outlet}.",
        "language": language,
        "tags": [],
        "site_name": outlet,
        "word_count": _WORDS,
        "kind": "article",
        "source_id": 1 + draw.randrange(sources),
        "story_id": story,
        "copy_of": None if number == leader else leader,
        "first_seen_at": seen,
        "revisions": 0,
        "indexed": False,
        "outlet": outlet,
    }


def _rang(
    article: int, story: int, watch: int, text: str, at: datetime
) -> Mapping[str, list[dict[str, Any]]]:
    passages = pack([Passage(field="body", text=text[:200], highlights=((0, 6),))])
    alert, delivery = new_id(at), new_id(at)
    dead = story % (_RINGS * 400) == 0
    return {
        "matches": [
            {
                "watch_id": watch,
                "article_id": article,
                "passages": passages,
                "matched_at": at,
                "quiet": False,
            }
        ],
        "alerts": [
            {
                "id": alert,
                "watch_id": watch,
                "article_id": article,
                "story_id": story,
                "passages": passages,
                "once_key": f"watch:{watch}:story:{story}",
                "revised": False,
                "created_at": at,
            }
        ],
        "deliveries": [
            {
                "id": delivery,
                "kind": "alert",
                "alert_id": alert,
                "channel": "desk",
                "state": "failed" if dead else "delivered",
                "attempts": 1,
                "created_at": at,
                "delivered_at": None if dead else at,
                "last_error": "refused" if dead else None,
                "alert_count": 1,
            }
        ],
        "delivery_attempts": [
            {
                "delivery_id": delivery,
                "attempted_at": at,
                "outcome": "failed" if dead else "delivered",
                "error": "refused" if dead else None,
            }
        ],
    }


def size_of(path: Path) -> str:
    """The size of the database's file, for people."""
    return f"{path.stat().st_size / 1e9:.1f} GB"
