"""The readers of feeds that are measured, each in a process: `python -m bench.feeds_peers NAME`.

A process takes one feed a line, {"body": base64, "headers": by lower-case name, "url": its address,
"times": how often to read it}, and answers with one line: {"feed": its title and language,
"entries": their number, "first": what it says of the first one, "seconds": of CPU, the median of
the times} or {"error": why not}. Times of publication are ISO 8601 in UTC. What is not found is
absent or null.
"""
# ruff: noqa: PLC0415  # a process imports the one reader that it runs

import base64
import calendar
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

OURS = "tocsin"
Feed = dict[str, Any]
Read = Callable[[bytes, Mapping[str, str], str], Any]
Told = Callable[[Any], Feed]  # from what a reader gives to what is compared


def tocsin() -> tuple[Read, Told]:
    """Ours."""
    from scraper.discover import Discovery, discover
    from storage.records import Page

    now = datetime.now(UTC)

    def read(body: bytes, headers: Mapping[str, str], url: str) -> Discovery:
        return discover(
            Page(
                url=url,
                requested_url=url,
                status=200,
                headers=headers,
                body=body,
                fetched_at=now,
            )
        )

    def told(found: Discovery) -> Feed:
        first = {}
        if found.entries:
            entry = found.entries[0]
            first = {
                "title": entry.title,
                "link": entry.url,
                "summary": entry.summary,
                "id": entry.guid,
                "language": entry.language,
                "published": _iso(entry.published_at),
                "updated": _iso(entry.modified_at),
            }
        feed = {"title": found.title, "language": found.language}
        return {"feed": feed, "entries": len(found.entries), "first": first}

    return read, told


def feedparser() -> tuple[Read, Told]:
    """All that it has; HTML is sanitised, not removed, which is what it does by default."""
    import feedparser as library

    def read(body: bytes, headers: Mapping[str, str], url: str) -> Any:
        return library.parse(body, response_headers={"content-location": url, **headers})

    def told(found: Any) -> Feed:
        first: Feed = {}
        if found.entries:
            entry = found.entries[0]
            first = {key: entry.get(key) for key in ("title", "link", "summary", "id")}
            for key in ("published", "updated", "created"):
                parsed = entry.get(f"{key}_parsed")
                moment = parsed and datetime.fromtimestamp(calendar.timegm(parsed), UTC)
                first[key] = _iso(moment)
            contents = entry.get("content") or ()
            first["content"] = contents[0].get("value") if contents else None
            detail = entry.get("title_detail") or {}
            first["language"] = entry.get("language") or detail.get("language")
        feed = {key: found.feed.get(key) for key in ("title", "language")}
        return {"feed": feed, "entries": len(found.entries), "first": first}

    return read, told


def fastfeedparser() -> tuple[Read, Told]:
    """All that it has. It is given no headers, for it takes none."""
    import fastfeedparser as library

    def read(body: bytes, headers: Mapping[str, str], url: str) -> Any:
        del headers, url
        return library.parse(body)

    def told(found: Any) -> Feed:
        first: Feed = {}
        if found.entries:
            entry = found.entries[0]
            first = {key: entry.get(key) for key in ("title", "link", "id", "language")}
            first["summary"] = entry.get("description")
            contents = entry.get("content") or ()
            first["content"] = contents[0].get("value") if contents else None
            for key in ("published", "updated"):
                stated = entry.get(key)
                first[key] = _iso(datetime.fromisoformat(stated)) if stated else None
        feed = {key: found.feed.get(key) for key in ("title", "language")}
        return {"feed": feed, "entries": len(found.entries), "first": first}

    return read, told


READERS = {OURS: tocsin, "feedparser": feedparser, "fastfeedparser": fastfeedparser}


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _answer(question: Feed, read: Read, told: Told) -> Feed:
    body = base64.b64decode(question["body"])
    seconds = []
    try:
        for _ in range(question.get("times", 1)):
            gc.collect()
            started = time.process_time()
            found = read(body, question["headers"], question["url"])
            seconds.append(time.process_time() - started)
        return {**told(found), "seconds": statistics.median(seconds)}
    except Exception as error:  # noqa: BLE001 - whatever a reader raises is its answer
        return {"error": f"{type(error).__name__}: {error}"[:200]}


def main() -> None:
    """Answer lines until there are no more."""
    name = sys.argv[1]
    read, told = READERS[name]()
    version = "" if name == OURS else metadata.version(name)
    print(json.dumps({"version": version}), flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), read, told)), flush=True)


if __name__ == "__main__":
    main()
