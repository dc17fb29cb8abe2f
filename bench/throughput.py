"""How many articles a second `tocsin once` takes in, from a local site to the database.

    python -m bench.throughput --articles 10000 --outlets 4

The site runs in this process, on the same processors. Memory is the peak of the sum over the
daemon's processes of their proportional set size.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from random import Random

from tests.end_to_end.daemon import environment, write_settings
from tests.end_to_end.outlets import FIRST, words
from tests.servers import Item, LocalSite, article_html, rss


def fill(sites: list[LocalSite], articles: int) -> list[tuple[str, str]]:
    """Put up the articles, each of its own words; the sources."""
    sources = []
    for number, site in enumerate(sites):
        items = []
        for index in range(number, articles, len(sites)):
            random = Random(index)
            paragraphs = [f"{words(random, 45).capitalize()}." for _ in range(9)]
            if index % 100 == 0:
                paragraphs[3] += " Then a rocket rose over the bay."
            title = words(random, 7).capitalize()
            path = f"/2026/03/story-{index}"
            site.add(path, article_html(title, paragraphs, FIRST), validators=False)
            items.append(Item(url=site.url(path), title=title, published=FIRST))
        sources.append(
            (f"outlet {number}", site.add("/rss.xml", rss(items), "application/rss+xml"))
        )
    return sources


def memory(pid: int) -> int:
    """Proportional set size of a process and those below it, in bytes."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
            below = int(status.parent.name) == pid or int(fields[2]) == pid  # its process group
            if below:
                rollup = (status.parent / "smaps_rollup").read_text()
                total += 1024 * int(rollup.split("Pss:", 1)[1].split()[0])
        except (OSError, IndexError, ValueError):
            continue  # it ended meanwhile
    return total


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--outlets", type=int, default=4)
    chosen = parser.parse_args()
    sites = [LocalSite() for _ in range(chosen.outlets)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for site in sites:
            site.__enter__()
        sources = fill(sites, chosen.articles)
        write_settings(folder, sources=sources, watches=[("rocket", "rocket")], every="1h")
        peak = 0
        started = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "scraper", "once", "--json"],
            cwd=folder,
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            while process.poll() is None:
                peak = max(peak, memory(process.pid))
                time.sleep(0.5)
            seconds = time.perf_counter() - started
            assert process.stdout is not None
            summary = json.load(process.stdout)
        with closing(sqlite3.connect(folder / "tocsin.db")) as database:
            count = "SELECT count(*), count(DISTINCT url) FROM articles"
            stored, distinct = database.execute(count).fetchone()
            (rang,) = database.execute("SELECT count(*) FROM alerts").fetchone()
        size = (folder / "tocsin.db").stat().st_size
        for site in sites:
            site.__exit__(None, None, None)
    print(json.dumps(summary, indent=2))
    print(f"published         {chosen.articles}")
    print(f"stored            {stored}, distinct {distinct}")
    print(f"alerts            {rang} of {chosen.articles // 100}")
    print(f"seconds           {seconds:.1f}")
    print(f"articles a second {stored / seconds:.0f}")
    print(f"peak memory       {peak / 2**20:.0f} MiB, all processes")
    print(f"database          {size / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
