"""What is done again and again. The state of the schedule is in the database: a tick only asks."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from scraper.app import App

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Something done every so often; it never runs twice at once."""

    name: str
    every: timedelta
    run: Callable[[App], Awaitable[None]]


async def _ask(app: App) -> None:
    app.tick()


async def _keep_back_offs(app: App) -> None:
    await app.keep_back_offs()


async def _subscribe(app: App) -> None:
    await app.subscriber.tick()


async def _index(app: App) -> None:
    await app.index()


async def _prune(app: App) -> None:
    pruned = await app.prune()
    if any(pruned.values()):
        _log.info(
            "deleted %d earlier texts and %d signatures that are kept no longer",
            pruned["revisions"],
            pruned["signatures"],
            extra={"action": "prune.done", **pruned},
        )


async def _prune_pages(app: App) -> None:
    if pruned := await app.prune_pages():
        _log.info(
            "deleted %d pages that are kept no longer",
            pruned,
            extra={"action": "prune.pages", "pages": pruned},
        )


async def _look_after_machine(app: App) -> None:
    await app.look_after_machine()


async def _look_after_certificates(app: App) -> None:
    await app.certificates.check()


async def _beat(app: App) -> None:
    await app.beat()


TASKS = (
    Task("ask for what is due", timedelta(seconds=1), _ask),
    Task("keep which hosts are left alone", timedelta(seconds=2), _keep_back_offs),
    Task("ask hubs to push", timedelta(seconds=5), _subscribe),
    Task("index new articles", timedelta(seconds=5), _index),
    Task("delete what is kept no longer", timedelta(days=1), _prune),
    # More often: at a busy desk pages are a gigabyte in three days.
    Task("delete pages that are kept no longer", timedelta(hours=1), _prune_pages),
    Task("look at disk and clock", timedelta(minutes=1), _look_after_machine),
    Task("look at our own certificates", timedelta(hours=1), _look_after_certificates),
    Task("heartbeat", timedelta(seconds=10), _beat),
)
