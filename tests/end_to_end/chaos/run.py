"""The daemon, killed again and again, among receivers and a machine that fail."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from scraper.composition import open_database, pace_file
from scraper.settings import load
from tests.end_to_end.chaos import stored
from tests.end_to_end.chaos.judge import Answer, Arrival, Case, Subject, Violation, judge
from tests.end_to_end.chaos.receivers import TIME_LIMIT, Hooks, Journal, Mails
from tests.end_to_end.chaos.troubles import Troubles, small_disk
from tests.end_to_end.daemon import Daemon
from tests.end_to_end.outlets import Outlet, story
from tests.servers import LocalSite

T = TypeVar("T")

HURRY = 3600  # an hour of retries passes in a second
DISK = 192 * 2**20  # bytes
SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
_GONE = "gone@example.org"

# Where each watch rings: all ring for every article.
WATCHES: Mapping[str, tuple[str, ...]] = {
    "w0": ("hook0",),
    "w1": ("hook1",),
    "w2": ("hook2",),
    "w3": ("hook3",),
    "w4": ("hook4",),
    "w5": ("hook0", "desk"),
    "w6": ("hook1", "pair"),
    "w7": ("hook2", "held"),
    "w8": ("hook3", "nobody"),
    "w9": ("hook4", "hook0"),
}
HOOKS = ("hook0", "hook1", "hook2", "hook3", "hook4", "held")
MAILS: Mapping[str, tuple[str, ...]] = {
    "desk": ("desk@example.org", _GONE),
    "pair": ("ann@example.org", "bo@example.org"),
    "nobody": (_GONE,),
}
POISONED = "hook4"  # breaks over w4's alert of some articles, every time

_MOST_LATE = 0.1  # seconds between the arrival and the kill
_EARLY = 0.1  # share of the kills that come while the daemon starts
_LOOK = 0.5  # seconds between two looks at what is left
_KEPT_IN_FEED = 60  # articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done. `address` None: SQLite, on a disk of its own if that is allowed."""

    articles: int
    kills: int
    seed: int
    address: str | None = None
    poisoned: int = 0  # every so-many-th article is poison to a receiver; 0: none is
    lock_every: float = 20.0  # seconds
    fill_every: float = 30.0
    resume_every: float = 1.0
    longest_lock: float = 17.0  # longer than anybody waits for a database
    longest_round: float = 6.0  # seconds after which a daemon is killed, whatever came
    most_arrivals: int = 160  # after which, at most, it is killed
    throttle: str = "20/m"  # of the channel that gets digests
    patience: float = 400.0  # seconds for what is left after the last kill
    hurry: int = HURRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run gave."""

    case: Case
    violations: list[Violation]
    done: Mapping[str, int]  # by receivers and troubles
    kills: int
    seconds: float
    disk: bool  # whether there was one that could be filled

    def figures(self) -> dict[str, object]:
        """The table."""
        case = self.case
        heard: dict[tuple[str, str], list[Arrival]] = {}
        for each in sorted(case.arrivals, key=lambda each: each.at):
            heard.setdefault((each.id, each.recipient), []).append(each)
        again = [pair for many in heard.values() for pair in pairwise(many)]
        states = Counter(one.state for one in case.stored)
        return {
            "seconds": round(self.seconds),
            "kills": self.kills,
            "alerts due": len(case.due),
            "alerts that rang": len(case.rang),
            "deliveries": len(case.stored),
            "- done": states["delivered"],
            "- dead letters": states["failed"],
            "attempts recorded": sum(len(one.attempts) for one in case.stored),
            "messages that arrived": len(case.arrivals),
            **{f"- {kind}": sum(a.answer is kind for a in case.arrivals) for kind in Answer},
            "arrived again": len(again),
            "- after a yes that a kill cut off": sum(a.answer is Answer.TAKEN for a, _ in again),
            **dict(sorted(self.done.items())),
            "VIOLATIONS": len(self.violations),
        }


@dataclass(slots=True)
class _Publisher:
    """Publishes articles, and knows what is due for them."""

    random: Random
    outlets: list[Outlet]
    due: dict[Subject, frozenset[str]] = field(default_factory=dict)
    count: int = 0

    def publish(self, articles: int) -> None:
        for _ in range(articles):
            title = f"Rocket number {self.count} is launched"
            outlet = self.random.choice(self.outlets)
            outlet.items = outlet.items[: _KEPT_IN_FEED - 1]
            outlet.publish(f"story-{self.count}", title, story(self.count))
            for watch, channels in WATCHES.items():
                self.due[watch, title] = frozenset(channels)
            self.count += 1


class _Run:
    def __init__(self, folder: Path, plan: Plan, journal: Journal, site: LocalSite) -> None:
        self.folder = folder
        self.plan = plan
        self.journal = journal
        self.random = Random(plan.seed)
        self.publisher = _Publisher(
            Random(plan.seed + 1), [Outlet(site, name) for name in ("morning", "evening")]
        )
        self.kills: list[float] = []
        self.engine: Engine | None = None

    def kill_again_and_again(self, settings: Path) -> None:
        for number in range(self.plan.kills):
            share = self.plan.articles * (number + 1) // self.plan.kills
            self.publisher.publish(share - self.publisher.count)
            with Daemon(settings) as daemon:
                self._await_moment()
                daemon.kill()
            self.kills.append(time.time())

    def _await_moment(self) -> None:
        if self.random.random() < _EARLY:
            time.sleep(self.random.uniform(0, 2))
            return
        left = [self.random.randint(1, self.plan.most_arrivals)]
        reached = threading.Event()

        def arrived() -> None:
            left[0] -= 1
            if left[0] <= 0:
                reached.set()

        self.journal.on_arrival = arrived
        reached.wait(self.plan.longest_round)
        self.journal.on_arrival = lambda: None
        time.sleep(self.random.uniform(0, _MOST_LATE))

    def finish(self, settings: Path) -> None:
        """Let a daemon do what is left. What is poison is given up only while others are taken."""
        ends = time.monotonic() + self.plan.patience
        while time.monotonic() < ends and self.left() != {}:
            with Daemon(settings) as daemon:
                while time.monotonic() < ends and daemon.process.poll() is None:
                    time.sleep(_LOOK)
                    left = self.left()
                    if left == {}:
                        break
                    if left is not None and left.keys() == {POISONED} and self.plan.poisoned:
                        self.publisher.publish(1)
                if daemon.process.poll() is None:
                    daemon.stop(patience=30)

    def left(self) -> dict[str, int] | None:
        """Deliveries that are not done, by channel, once all alerts rang; None: not known."""
        known = self.look(lambda connection: len(stored.rang(connection)))
        if known is None:
            return None
        if known < len(self.publisher.due):
            return {"alerts": len(self.publisher.due) - known}
        return self.look(stored.unfinished)

    def look(self, work: Callable[[Connection], T]) -> T | None:
        """What the database says; None when it says nothing now."""
        assert self.engine is not None
        with suppress(sa.exc.OperationalError), self.engine.connect() as connection:
            return work(connection)
        return None

    def is_poison(self, channel: str, tells: frozenset[Subject]) -> bool:
        if not self.plan.poisoned or channel != POISONED:
            return False
        return any(
            watch == "w4" and int(title.split()[2]) % self.plan.poisoned == 1
            for watch, title in tells
        )


def run(folder: Path, plan: Plan) -> Outcome:
    """The whole run in a folder of its own."""
    started = time.monotonic()
    journal = Journal()
    with LocalSite() as site, _disk(folder, plan) as disk:
        one = _Run(folder, plan, journal, site)
        with (
            Hooks(journal, Random(plan.seed + 2), poisoned=one.is_poison) as hooks,
            Mails(journal, Random(plan.seed + 3), refused=[_GONE]) as mails,
        ):
            address = plan.address or f"sqlite:///{'disk/' if disk else ''}tocsin.db"
            settings = write_settings(folder, plan, address, site, hooks, mails)
            with open_database(load(settings)):
                pass  # its tables are there before anybody looks into it
            one.engine = stored.engine_of(address, folder)
            with Troubles(journal, Random(plan.seed + 4)) as troubles:
                troubles.every(
                    plan.resume_every,
                    troubles.resume(folder, lambda: one.look(stored.paused) or []),
                )
                with Troubles(journal, Random(plan.seed + 5)) as others:
                    others.every(plan.lock_every, others.lock(one.engine, plan.longest_lock))
                    if disk is not None:
                        others.every(plan.fill_every, others.fill(disk))
                    one.kill_again_and_again(settings)
                one.finish(settings)
            if plan.address is not None:  # else it is in the folder
                pace_file(load(settings)).unlink(missing_ok=True)
        with one.engine.connect() as connection:
            case = Case(
                due=one.publisher.due,
                rang=list(stored.rang(connection).values()),
                stored=stored.stored(connection),
                arrivals=journal.arrivals,
                kills=one.kills,
                recipients={name: frozenset([""]) for name in HOOKS}
                | {name: frozenset(to) - {_GONE} for name, to in MAILS.items()},
            )
    return Outcome(
        case=case,
        violations=judge(case),
        done=journal.done,
        kills=len(one.kills),
        seconds=time.monotonic() - started,
        disk=disk is not None,
    )


@contextmanager
def _disk(folder: Path, plan: Plan) -> Iterator[Path | None]:
    if plan.address is not None:
        yield None
        return
    with small_disk(folder / "disk", DISK) as disk:
        yield disk


def write_settings(
    folder: Path, plan: Plan, address: str, site: LocalSite, hooks: Hooks, mails: Mails
) -> Path:
    """The settings file."""
    parts = [
        f"""
[service]
database = "{address}"
listen = "127.0.0.1:0"
keep_pages = "never"
processes = 1

[development]
hurry = {plan.hurry}

[fetch]
contact = "newsroom@example.org"
host_pause = "0s"
allow_networks = ["127.0.0.0/8"]

[smtp]
host = "127.0.0.1"
port = {mails.port}
sender = "tocsin@example.org"
timeout = "{TIME_LIMIT:g}s"
"""
    ]
    parts += [
        f'[[source]]\nname = "{name}"\nurl = "{site.url(f"/{name}/rss.xml")}"\nevery = "1s"\n'
        for name in ("morning", "evening")
    ]
    for name in HOOKS:
        parts.append(
            f'[[channel]]\nname = "{name}"\ntype = "webhook"\nsecret = "{SECRET}"\n'
            f'url = "{hooks.base}/hooks/{name}"\ntimeout = "{TIME_LIMIT:g}s"\n'
            + (f'throttle = "{plan.throttle}"\n' if name == "held" else "")
        )
    for name, to in MAILS.items():
        parts.append(f'[[channel]]\nname = "{name}"\ntype = "email"\nto = {list(to)}\n')
    for name, channels in WATCHES.items():
        parts.append(
            f'[[watch]]\nname = "{name}"\nquery = "rocket"\npolicy = "every"\n'
            f"channels = {list(channels)}\n"
        )
    file = folder / "tocsin.toml"
    file.write_text("\n".join(parts), "utf-8")
    return file
