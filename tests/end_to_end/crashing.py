"""Kills the daemon at random moments, and compares what was published, stored and delivered.

    python -m tests.end_to_end.crashing --kills 200

A moment is chosen by what the outside sees: after the so-many-th request for a feed, a page or a
webhook, before or after it is answered, and up to a tenth of a second later; so kills fall into
visits, fetches, transactions and deliveries alike.
"""

import argparse
import json
import sqlite3
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.end_to_end.daemon import Daemon, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite, MailSink, Reply, Request

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
LONGEST_ROUND = 5.0  # seconds after which a daemon with nothing left to do is killed all the same
MOST_LATE = 0.1  # seconds between the chosen event and the kill


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run of kills gave."""

    kills: int
    published: int
    stored: int
    stored_twice: int
    alerts_due: int
    alerts: int  # distinct ids that arrived by webhook
    mails: int  # distinct Message-IDs
    lost: int
    wrong: int  # arrived, and nobody asked for it
    webhooks_repeated: int  # the same id again: allowed, a receiver drops it
    mails_repeated: int
    interrupted: int  # pieces of work that were taken over from a killed daemon

    @property
    def hold(self) -> bool:
        """Whether the invariants held."""
        return (
            self.stored == self.published
            and self.alerts == self.mails == self.alerts_due
            and not (self.stored_twice or self.lost or self.wrong)
        )


class Trigger:
    """Calls `fire` in another thread a random while after the n-th event of a kind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kind = ""
        self._left = 0
        self._late = 0.0
        self._fire: Callable[[], None] | None = None

    def set(self, kind: str, count: int, late: float, fire: Callable[[], None]) -> None:
        with self._lock:
            self._kind, self._left, self._late, self._fire = kind, count, late, fire

    def event(self, kind: str) -> None:
        with self._lock:
            if self._fire is None or kind != self._kind:
                return
            self._left -= 1
            if self._left > 0:
                return
            timer = threading.Timer(self._late, self._fire)
            self._fire = None
        timer.start()


class WatchedSite(LocalSite):
    """Tells the trigger of requests for feeds and pages."""

    def __init__(self, trigger: Trigger) -> None:
        super().__init__()
        self._trigger = trigger

    def answer(self, request: Request) -> Reply:
        self._trigger.event("feed" if request.path.endswith(".xml") else "page")
        return super().answer(request)


class WatchedHooks(HookSink):
    """Tells the trigger of webhooks."""

    def __init__(self, trigger: Trigger) -> None:
        super().__init__(SECRET)
        self._trigger = trigger

    def answer(self, request: Request) -> Reply:
        self._trigger.event("hook")
        return super().answer(request)


def run(folder: Path, *, kills: int, seed: int) -> Figures:
    """Publish, start, kill, so many times; then let the daemon finish, and count."""
    random = Random(seed)
    trigger = Trigger()
    with WatchedSite(trigger) as site, WatchedHooks(trigger) as hook, MailSink() as mail:
        outlets = [Outlet(site, "morning"), Outlet(site, "evening")]
        settings = write_settings(
            folder,
            sources=[(outlet.name, outlet.feed) for outlet in outlets],
            watches=[("rocket", "rocket")],
            mail_port=mail.port,
            hook=(hook.url, SECRET),
        )
        published: dict[str, bool] = {}  # link → does it mention a rocket
        for number in range(kills):
            for _ in range(random.randint(2, 6)):
                _publish(random, outlets, published)
            _start_and_kill(random, settings, trigger, number)
        due = sum(published.values())
        _finish(settings, len(published), due, hook, mail)
        return _count(folder, kills, published, hook, mail)


def _publish(random: Random, outlets: list[Outlet], published: dict[str, bool]) -> None:
    number = len(published)
    mentions = random.random() < 0.5
    text = story(seed=number, mention="a rocket" if mentions else "")
    outlet = random.choice(outlets)
    published[outlet.publish(f"story-{number}", f"Story number {number}", text)] = mentions


def _start_and_kill(random: Random, settings: Path, trigger: Trigger, number: int) -> None:
    killed = threading.Event()
    with Daemon(settings) as daemon:

        def kill() -> None:
            daemon.kill()
            killed.set()

        # The first rounds kill early, so that there is always something left to take over.
        kind = random.choice(["feed", "page", "page", "hook"])
        trigger.set(kind, random.randint(1, 3 + number % 3), random.uniform(0, MOST_LATE), kill)
        if not killed.wait(LONGEST_ROUND):
            kill()


def _finish(settings: Path, articles: int, due: int, hook: HookSink, mail: MailSink) -> None:
    database = settings.parent / "tocsin.db"
    with Daemon(settings) as daemon:
        finished = threading.Event()
        for _ in range(600):
            ids = {call.id for call in hook.accepted}
            if len(ids) >= due and len(_message_ids(mail)) >= due:
                with closing(sqlite3.connect(database)) as connection:
                    (stored,) = connection.execute("SELECT count(*) FROM articles").fetchone()
                if stored >= articles:
                    break
            finished.wait(0.1)
        daemon.stop()


def _message_ids(mail: MailSink) -> Counter[str]:
    return Counter(letter.message["Message-ID"] for letter in mail.messages)


def _count(
    folder: Path, kills: int, published: dict[str, bool], hook: HookSink, mail: MailSink
) -> Figures:
    with closing(sqlite3.connect(folder / "tocsin.db")) as connection:
        stored = Counter(url for (url,) in connection.execute("SELECT url FROM articles"))
    due = {url for url, mentions in published.items() if mentions}
    hooks = Counter(call.id for call in hook.accepted)
    urls = Counter(
        {call.id: call.payload["data"]["article"]["url"] for call in hook.accepted}.values()
    )
    mails = _message_ids(mail)
    log = (folder / "daemon.log").read_text("utf-8")
    return Figures(
        kills=kills,
        published=len(published),
        stored=len(stored.keys() & published.keys()),
        stored_twice=sum(count - 1 for count in stored.values()),
        alerts_due=len(due),
        alerts=len(hooks),
        mails=len(mails),
        lost=len(due - urls.keys()),
        wrong=sum(count - 1 for count in urls.values()) + len(urls.keys() - due),
        webhooks_repeated=sum(hooks.values()) - len(hooks),
        mails_repeated=sum(mails.values()) - len(mails),
        interrupted=log.count("from a worker that died"),
    )


def main() -> None:
    """Run, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder), kills=chosen.kills, seed=chosen.seed)
    shown = {name: getattr(figures, name) for name in Figures.__dataclass_fields__}
    print(json.dumps(shown | {"invariants hold": figures.hold}, indent=2))  # noqa: T201 - a report


if __name__ == "__main__":
    main()
