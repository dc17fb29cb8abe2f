"""One process, APScheduler: the ticks of the embedded daemon."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scraper.app import GRACE, App
from scraper.jobs.tasks import TASKS, Task

_log = logging.getLogger(__name__)

WATCH_EVERY = 5.0  # seconds between two looks at the clock
JUMP = timedelta(seconds=3)  # the wall clock moved this much against the monotonic one


async def run_local(app: App, stop: asyncio.Event) -> None:
    """Tick until `stop`; then let what is in hand finish, give the rest back, and return."""
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
    loops = [
        asyncio.create_task(app.visits.run(), name="visits"),
        asyncio.create_task(app.reading.run(), name="reading"),
        asyncio.create_task(app.deliverer.run(), name="deliveries"),
        asyncio.create_task(_watch_clock(app, scheduler), name="clock"),
    ]
    try:
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)
        cut_off = await app.stop(GRACE)
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        _log.info(
            "stopped; %s",
            f"{cut_off} pieces of work were cut off and given back" if cut_off else "nothing lost",
            extra={"action": "run.stopped"},
        )


async def _guarded(task: Task, app: App) -> None:
    try:
        await task.run(app)
    except Exception:  # noqa: BLE001 - the border of a job; it comes again
        _log.exception("%s: failed", task.name, extra={"action": "job.error", "job": task.name})


async def _watch_clock(app: App, scheduler: AsyncIOScheduler) -> None:
    """Notice when the wall clock jumps, which APScheduler and `next_visit_at` go by.

    Forward (or a machine that slept): what is due is due, nothing else to do. Backward: without
    this, the next tick and all that was due soon would wait until the old time comes round again.
    """
    wall, steady = app.clock.now(), app.clock.monotonic()
    while True:
        await app.clock.sleep(WATCH_EVERY)
        drift = (app.clock.now() - wall) - timedelta(seconds=app.clock.monotonic() - steady)
        wall, steady = app.clock.now(), app.clock.monotonic()
        if abs(drift) < JUMP:
            continue
        _log.warning(
            "the clock jumped by %+.0f s", drift.total_seconds(), extra={"action": "clock.jumped"}
        )
        if drift < timedelta(0):
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
            await app.clock_went_back(-drift)
