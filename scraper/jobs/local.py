"""One process, APScheduler: the ticks of the embedded daemon."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scraper.app import GRACE, App
from scraper.jobs.tasks import TASKS, Task
from storage.errors import StorageError

_log = logging.getLogger(__name__)

WATCH_EVERY = 5.0  # seconds between two looks at the clock
_MARGIN = 0.25  # seconds beyond the grace until what does not end is left behind
JUMP = timedelta(seconds=3)  # the wall clock moved this much against the monotonic one


async def run_local(app: App, stop: asyncio.Event) -> bool:
    """Tick until `stop`; then let what is in hand finish, give the rest back, and return.

    False when it had to end because a part of it did, which none should: who started it starts it
    again.
    """
    scheduler = _schedule(app)
    loops = [
        asyncio.create_task(app.visits.run(), name="visits"),
        asyncio.create_task(app.reading.run(), name="reading"),
        asyncio.create_task(app.deliverer.run(), name="deliveries"),
        asyncio.create_task(_watch_clock(app, scheduler), name="clock"),
    ]
    told = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait({told, *loops}, return_when=asyncio.FIRST_COMPLETED)
        return not _report_ended(loops)
    finally:
        scheduler.shutdown(wait=False)
        await _end(app, [told, *loops])


def _schedule(app: App) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(timezone=UTC)
    for task in TASKS:
        scheduler.add_job(
            _guarded,
            IntervalTrigger(seconds=round(task.every.total_seconds()), timezone=UTC),
            args=(task, app),
            id=task.name,
            next_run_time=datetime.now(UTC),
            # A tick that is late, or finds the last one still busy, is not made up for: the next
            # one asks the database for all that is due.
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def _report_ended(loops: Sequence["asyncio.Task[None]"]) -> bool:
    """Whether one of those that go on until they are stopped has ended, said in words."""
    ended = [loop for loop in loops if loop.done()]
    for loop in ended:
        error = None if loop.cancelled() else loop.exception()
        _log.critical(
            "%s ended unexpectedly, so the daemon ends, too",
            loop.get_name(),
            exc_info=error,
            extra={"action": "run.broken", "part": loop.get_name()},
        )
    return bool(ended)


async def _end(app: App, tasks: Sequence["asyncio.Task[Any]"]) -> None:
    """Stop everything. What waits for a database that does not answer is left to its end."""
    stopping = asyncio.create_task(app.stop(GRACE))
    await asyncio.wait({stopping}, timeout=GRACE + _MARGIN)
    for task in (stopping, *tasks):
        task.cancel()
    await asyncio.wait({stopping, *tasks}, timeout=_MARGIN)
    if not stopping.done() or stopping.cancelled() or stopping.exception() is not None:
        words = "not everything could be finished; what was claimed is given back"
    elif cut_off := stopping.result():
        words = f"{cut_off} pieces of work were cut off and given back"
    else:
        words = "nothing lost"
    _log.info("stopped; %s", words, extra={"action": "run.stopped"})


async def _guarded(task: Task, app: App) -> None:
    try:
        await task.run(app)
    except asyncio.CancelledError:
        return  # the daemon ends: APScheduler would call that a failure of the job
    except StorageError as error:  # the database may be back when it comes again
        _log.error(
            "%s: put off: %s", task.name, error, extra={"action": "job.error", "job": task.name}
        )
    except Exception:  # noqa: BLE001 - the border of a job; it comes again
        _log.exception("%s: failed", task.name, extra={"action": "job.error", "job": task.name})


async def _watch_clock(app: App, scheduler: AsyncIOScheduler) -> None:
    """Notice when the wall clock jumps, which APScheduler and `next_visit_at` go by.

    Forward (or a machine that slept): what is due is due, nothing else to do. Backward: without
    this, the next tick and all that was due soon would wait until the old time comes round again.
    """
    wall, steady = app.clock.now(), app.clock.monotonic()
    owed = timedelta(0)  # how far the clock was set back without the database knowing it
    while True:
        await app.clock.sleep(WATCH_EVERY)
        drift = (app.clock.now() - wall) - timedelta(seconds=app.clock.monotonic() - steady)
        wall, steady = app.clock.now(), app.clock.monotonic()
        if abs(drift) >= JUMP:
            _log.warning(
                "the clock jumped by %+.0f s",
                drift.total_seconds(),
                extra={"action": "clock.jumped"},
            )
            owed = max(owed - drift, timedelta(0))
            for job in scheduler.get_jobs() if drift < timedelta(0) else ():
                job.modify(next_run_time=datetime.now(UTC))
        if owed:
            owed = await _bring_forward(app, owed)


async def _bring_forward(app: App, by: timedelta) -> timedelta:
    """Tell the database that the clock went back; what is left to be told."""
    try:
        await app.clock_went_back(by)
    except Exception as error:  # noqa: BLE001 - the border of a job; it is tried again
        _log.error(
            "cannot bring forward what is due, as the clock went back: %s",
            error,
            extra={"action": "clock.error"},
        )
        return by
    return timedelta(0)
