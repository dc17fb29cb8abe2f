"""The dashboard's pages, with a million articles, 5,000 sources and 1,000 watches.

    python -m bench.dashboard [--articles 1000000] [--keep FILE.db] [--rounds 40]

Makes a database (or takes the one that is kept), and asks for each page in turn, by way of the
application alone, without a network: what the server takes for it. Printed are the median and the
95th percentile in milliseconds, and what a browser loads at its first visit, styles and scripts
included, compressed as they are sent. The clock stands at the end of what was made up.
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bench.dashboard_made import NOW, fill, size_of
from scraper.web.app import make_app
from storage.database import Database

_PAGES: Mapping[str, str] = {
    "now": "/",
    "stories": "/stories",
    "a story": "/stories/{story}",
    "articles": "/articles",
    "articles of a language": "/articles?language=ar",
    "articles of a source": "/articles?source=Source+77",
    "search, a rare word": "/articles?q={rare}",
    "search, two words": "/articles?q={two}",
    "search, a common word": "/articles?q=example",
    "an article": "/articles/{article}",
    "watches": "/watches",
    "a watch": "/watches/Watch%207",
    "sources": "/sources",
    "a source": "/sources/Source%2077",
    "alerts": "/alerts",
    "dead letters": "/alerts?state=failed",
    "channels": "/channels",
    "charts": "/charts",
}
_ASSETS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


class _Clock:
    """Stands still."""

    def now(self) -> datetime:
        """The end of what was made up."""
        return NOW.astimezone(UTC)

    def monotonic(self) -> float:
        """As time goes by."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def measure(database: Database, rounds: int) -> None:
    """Print the table."""
    app = make_app(database, _Clock(), hosts=[])
    names = _names(database)
    transport = httpx.ASGITransport(app)
    headers = {"accept-encoding": "br"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers=headers
    ) as client:
        print("| page | median | 95th percentile | first visit |")
        print("|---|---|---|---|")
        for name, path in _PAGES.items():
            address = path.format(**names)
            first = await client.get(address)
            if first.status_code != httpx.codes.OK:
                print(f"| {name} | – | – | answers {first.status_code} |")
                continue
            times = [await _time(client, address) for _ in range(rounds)]
            middle, late = statistics.median(times), _percentile(times, 0.95)
            weight = await _weight(client, first)
            print(f"| {name} | {middle:.0f} ms | {late:.0f} ms | {weight / 1000:.0f} kB |")


async def _time(client: httpx.AsyncClient, address: str) -> float:
    began = time.perf_counter()
    await client.get(address)
    return (time.perf_counter() - began) * 1000


async def _weight(client: httpx.AsyncClient, page: httpx.Response) -> int:
    """Bytes of a page and of what it loads, as they go over the network."""
    total = int(page.headers.get("content-length", len(page.content)))
    for asset in sorted(set(_ASSETS.findall(page.text))):
        answer = await client.get(asset)
        total += int(answer.headers["content-length"])
    return total


def _names(database: Database) -> dict[str, object]:
    """An article and a story in the middle, and words to search for."""
    with database.read() as unit:
        (newest,) = unit.articles.list(1)
        middle = unit.articles.get(newest.id // 2)
    assert middle is not None
    words = middle.article.body.split()
    return {
        "article": middle.id,
        "story": middle.story_id,
        "rare": words[3],
        "two": f"{words[5]}+{words[6]}",
    }


def _percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def main() -> None:
    """Make the database, and measure."""
    parser = argparse.ArgumentParser(
        prog="bench.dashboard",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=5_000)
    parser.add_argument("--watches", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", type=Path, help="the database, to be used again")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = (chosen.keep or Path(folder) / "tocsin.db").resolve()
        is_new = not file.exists()
        with Database.open(f"sqlite:///{file}") as database:
            if is_new:
                fill(
                    database,
                    count=chosen.articles,
                    sources=chosen.sources,
                    watches=chosen.watches,
                )
            print(f"{chosen.articles:,} articles, {size_of(file)}")
            asyncio.run(measure(database, chosen.rounds))


if __name__ == "__main__":
    main()
