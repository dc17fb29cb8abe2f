"""Alerts: how long a page takes to ring, how many go out a second, and what bad receivers cost.

    python -m bench.alerts [--rounds 3] [--deliveries 3000] [--articles 300] [--at-once 4]

The daemon is the real one, on SQLite, with receivers and a site on loopback in a process of their
own, on the same processors.

- The wait is from the last byte of a page, by the site's log, to the request at the webhook, by the
  receiver's, while other articles are read besides: the median and the 99th percentile.
- The rate is that of deliveries that are due when the daemon starts, from the first that arrives to
  the last, with the four at once that webhooks have, or as many as `--at-once` says.
- Both again with two more channels that get the same: one never answers, and is cut off after its
  15 seconds, one takes a second for each answer.
"""

import argparse
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from storage.database import Database
from storage.records import ChannelSpec, Signature, WatchSpec
from tests.alerts.samples import ARTICLE, PASSAGE
from tests.end_to_end.daemon import Daemon, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import LocalSite
from tests.serving import HttpServer, Reply, Request

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="  # noqa: S105 - made up
GOOD, SLOW, DEAD = "good", "slow", "dead"
PER_SECOND = 10  # articles that are published, of which every second one rings
_OUTLETS = 10
_ARTICLES = 50  # that the deliveries of the rate are about
_PATIENCE = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Heard:
    """When what arrived at the good receiver, and when each page had gone out."""

    arrivals: Sequence[tuple[float, str]]  # the monotonic clock, and the article's headline
    pages: Mapping[str, float]  # by headline


class _Receivers(HttpServer):
    """One that takes at once, one that takes its time, one that never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: list[tuple[float, str]] = []

    def answer(self, request: Request) -> Reply:
        if request.path == f"/{DEAD}":
            return Reply(hang=True)
        if request.path == f"/{SLOW}":
            return Reply(status=204, delay=1.0)
        self.arrivals.append((request.at, request.body.decode()))
        return Reply(status=204)


class _Site(LocalSite):
    """Writes down when it gave a page away."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, float] = {}

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        self.given[request.path] = time.monotonic()  # its last byte is written at once
        return reply


def serve(pipe: Pipe) -> None:
    """Serve until the pipe says something; then tell what was heard.

    The pipe says how many articles to publish, or how many arrivals to wait for.
    """
    with _Receivers() as receivers, _Site() as site:
        outlets = [Outlet(site, f"outlet{number}") for number in range(_OUTLETS)]
        pipe.send((receivers.base, [(each.name, each.feed) for each in outlets]))
        pages: dict[str, str] = {}
        while (asked := pipe.recv()) is not None:
            what, number = asked
            if what == "publish":
                pages = _publish(outlets, number)
                number = number // 2
            _await(receivers, number)
            pipe.send(
                Heard(
                    [
                        (at, json.loads(body)["data"]["article"]["title"])
                        for at, body in receivers.arrivals
                    ],
                    {
                        title: site.given[path]
                        for title, path in pages.items()
                        if path in site.given
                    },
                )
            )
            receivers.arrivals.clear()


def _publish(outlets: Sequence[Outlet], articles: int) -> dict[str, str]:
    """Publish at an even pace; the paths of the articles that ring, by headline."""
    pages = {}
    started = time.monotonic()
    for number in range(articles):
        rings = number % 2 == 0
        title = f"Story number {number} of the day"
        outlet = outlets[number % len(outlets)]
        outlet.items = outlet.items[:20]
        text = story(number, mention="a rocket" if rings else "")
        url = outlet.publish(f"story-{number}", title, text)
        if rings:
            pages[title] = url.removeprefix(outlet.site.base)
        time.sleep(max(0.0, started + (number + 1) / PER_SECOND - time.monotonic()))
    return pages


def _await(receivers: _Receivers, number: int) -> None:
    ends = time.monotonic() + _PATIENCE
    while len(receivers.arrivals) < number:
        if time.monotonic() > ends:
            raise TimeoutError(f"{len(receivers.arrivals)} of {number} arrived")
        time.sleep(0.05)


class _World:
    """The other process, seen from here."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self.base, self.sources = pipe.recv()

    def ask(self, what: str, number: int) -> Heard:
        self._pipe.send((what, number))
        if not self._pipe.poll(3 * _PATIENCE):
            raise TimeoutError("the receivers say nothing")
        heard: Heard = self._pipe.recv()
        return heard


@contextmanager
def world() -> Iterator[_World]:
    """Site and receivers, in a process of their own."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        if not ours.poll(30):
            raise TimeoutError("the receivers did not start")
        yield _World(ours)
        ours.send(None)
        process.join(10)
    finally:
        process.kill()


def settings(
    folder: Path,
    base: str,
    sources: Sequence[tuple[str, str]],
    channels: Sequence[str],
    at_once: int = 4,
) -> Path:
    """A settings file with these channels, and a watch that rings at all of them."""
    file = write_settings(folder, sources=sources, watches=[], every="1s")
    text = file.read_text("utf-8")
    for name in channels:
        text += (
            f'\n[[channel]]\nname = "{name}"\ntype = "webhook"\nurl = "{base}/{name}"\n'
            f'secret = "{SECRET}"\nconcurrency = {at_once}\n'
        )
    text += (
        '\n[[watch]]\nname = "rocket"\nquery = "rocket"\npolicy = "every"\n'
        f"channels = {json.dumps(list(channels))}\n"
    )
    file.write_text(text, "utf-8")
    return file


def fill(
    folder: Path, base: str, channels: Sequence[str], deliveries: int, at_once: int = 4
) -> None:
    """A database with so many alerts that are due at each of the channels."""
    now = datetime.now(UTC)
    with Database.open(f"sqlite:///{folder}/tocsin.db") as database, database.begin() as unit:
        unit.channels.sync(
            [
                ChannelSpec(
                    name=name,
                    type="webhook",
                    options={"url": f"{base}/{name}", "secret": SECRET},
                    plan={"concurrency": at_once},
                )
                for name in channels
            ],
            now=now,
        )
        watch = unit.watches.add(
            WatchSpec(name="alarm", query="Baghdad", channels=tuple(channels)), now=now
        )
        articles = [
            unit.articles.add(
                ARTICLE,
                keys=[f"https://news.example.org/{number}"],
                source_id=None,
                story_id=None,
                copy_of=None,
                signature=Signature(exact=str(number), keys=(number,), sketch=b"x"),
                now=now,
            )
            for number in range(_ARTICLES)
        ]
        for number in range(deliveries):
            stored = articles[number % _ARTICLES]
            unit.outbox.ring(
                watch_id=watch.id,
                article_id=stored.id,
                story_id=stored.story_id,
                passages=(PASSAGE,),
                once_key=str(number),
                channels=channels,
                now=now,
            )


def rate(there: _World, channels: Sequence[str], deliveries: int, at_once: int) -> float:
    """Deliveries a second at the good receiver."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, there.base, channels, deliveries, at_once)
        with Daemon(settings(folder, there.base, [], channels, at_once)) as daemon:
            times = [at for at, _ in there.ask("wait", deliveries).arrivals]
            daemon.kill()
    return (len(times) - 1) / (max(times) - min(times))


def waits(there: _World, channels: Sequence[str], articles: int) -> list[float]:
    """Seconds from page to webhook, in order."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Daemon(settings(folder, there.base, there.sources, channels)) as daemon:
            time.sleep(3)  # it has looked at the feeds once
            heard = there.ask("publish", articles)
            daemon.kill()
    return sorted(at - heard.pages[title] for at, title in heard.arrivals)


def _shown(rounds: Sequence[Sequence[float]], part: float) -> str:
    """The median over the rounds of what so large a part of the waits of a round stay below."""
    if not rounds:
        return "–"
    seconds = statistics.median(each[int(len(each) * part)] for each in rounds)
    return f"{seconds * 1000:.0f} ms"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="bench.alerts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--deliveries", type=int, default=3000)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=4)
    chosen = parser.parse_args()
    ways = {"alone": [GOOD], "beside a dead and a slow one": [GOOD, SLOW, DEAD]}
    rates: dict[str, list[float]] = {way: [] for way in ways}
    seconds: dict[str, list[list[float]]] = {way: [] for way in ways}
    for _ in range(chosen.rounds):
        for way, channels in ways.items():
            if chosen.deliveries:
                with world() as there:
                    rates[way].append(rate(there, channels, chosen.deliveries, chosen.at_once))
            if chosen.articles:
                with world() as there:
                    seconds[way].append(waits(there, channels, chosen.articles))
    print("| channel | deliveries/s | page to webhook, median | 99th percentile |")
    print("|---|---|---|---|")
    for way in ways:
        speed = f"{statistics.median(rates[way]):.0f}" if rates[way] else "–"
        middle, late = (_shown(seconds[way], part) for part in (0.5, 0.99))
        print(f"| {way} | {speed} | {middle} | {late} |")


if __name__ == "__main__":
    main()
