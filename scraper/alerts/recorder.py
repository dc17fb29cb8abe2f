"""Writes down how attempts ended, however long that takes."""

import asyncio
import logging
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from scraper.alerts.line import Line
from scraper.alerts.report import Report, about, refusals
from scraper.alerts.store import Database, Unit
from scraper.alerts.waiting import to_its_end
from scraper.clock import Clock
from storage.records import CHANNEL_PAUSED, Delivery, Outcome

_log = logging.getLogger(__name__)

_PAUSE_AFTER_ERROR = 1.0  # seconds until it is tried again, doubled up to a minute
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class _Ended:
    """An attempt that ended; `turned`: the channel works, or fails, as it did not."""

    delivery: Delivery
    report: Report
    turned: bool

    @property
    def is_plain(self) -> bool:
        """The channel took it, and all is as it was."""
        report = self.report
        return report.outcome is Outcome.DELIVERED and not (report.refused or self.turned)


_Waiting = tuple[_Ended, "asyncio.Future[bool]"]


class Recorder:
    """Records outcomes of what `worker` claimed, and how the channels fare by them.

    What ends while a transaction is under way is written by the next one, all of it together: a
    transaction has to wait for the disk, which costs more than what is written.
    """

    def __init__(self, *, database: Database, clock: Clock, worker: str) -> None:
        self._database = database
        self._clock = clock
        self._worker = worker
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, delivery: Delivery, report: Report, line: Line | None) -> None:
        """Write the outcome down, however long that takes; `line` is that of the channel, if any.

        What could not be written must not be sent again, so nobody goes on before it is.
        """
        turned = line is not None and report.works != (line.failing_since is None)
        ended = _Ended(delivery, report, turned)
        written = None
        write = self._together  # the first time; then alone, as one may be what keeps the others
        pause = _PAUSE_AFTER_ERROR
        while written is None:
            try:
                written = await to_its_end(write(ended))
            except Exception as error:  # noqa: BLE001 - the border of a job: it may be back later
                _log.error(
                    "delivery %s: its outcome (%s) cannot be recorded (%s), next try in %g s",
                    delivery.id,
                    report.outcome,
                    error,
                    pause,
                    extra=about(delivery, "stuck"),
                )
                await self._clock.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                write = self._alone
        if not written:
            _log.warning(
                "delivery %s: another worker took it over; it may be sent twice",
                delivery.id,
                extra=about(delivery, "lost"),
            )

    async def _alone(self, ended: _Ended) -> bool:
        return await self._database.run(lambda unit: self._finish(unit, ended))

    async def _together(self, ended: _Ended) -> bool:
        """Written by the next transaction, with what else ended by then."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((ended, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await written

    async def _write(self) -> None:
        """Write all that waits, one transaction after the other."""
        while self._waiting:
            await asyncio.sleep(0)  # what ended in the same turn of the loop comes along
            some, self._waiting = self._waiting, []
            try:
                done = await self._database.run(partial(self._finish_all, some))
            except Exception as error:  # noqa: BLE001 - each of those that wait gets to know it
                for _, written in some:
                    written.set_exception(error)
            except BaseException:
                for _, written in (*some, *self._waiting):
                    written.cancel()
                raise
            else:
                for (_, written), result in zip(some, done, strict=True):
                    written.set_result(result)

    def _finish_all(self, some: Sequence[_Waiting], unit: Unit) -> list[bool]:
        plain = [ended for ended, _ in some if ended.is_plain]
        ids = [ended.delivery.id for ended in plain]
        done = unit.outbox.delivered_together(ids, worker=self._worker, now=self._clock.now())
        return [
            ended.delivery.id in done if ended.is_plain else self._finish(unit, ended)
            for ended, _ in some
        ]

    def _finish(self, unit: Unit, ended: _Ended) -> bool:
        """Write one down."""
        delivery, report, turned = ended.delivery, ended.report, ended.turned
        outbox, now = unit.outbox, self._clock.now()
        if report.stops:
            self._stop(unit, delivery.channel, report.stops)
        elif turned and report.works:
            unit.channels.works(delivery.channel)
        elif turned:
            unit.channels.fails(delivery.channel, now)
        if report.outcome is Outcome.DELIVERED:
            refused = refusals(report)
            return outbox.delivered(delivery.id, worker=self._worker, now=now, refused=refused)
        if report.retry_at is None:
            return outbox.fail(
                delivery.id,
                worker=self._worker,
                error=report.detail,
                now=now,
                settled=report.settled,
            )
        return outbox.retry(
            delivery.id,
            worker=self._worker,
            at=report.retry_at,
            error=report.detail,
            now=now,
            settled=report.settled,
        )

    def _stop(self, unit: Unit, channel: str, because: str) -> None:
        if unit.channels.stop(channel, because):
            unit.notices.open(
                CHANNEL_PAUSED,
                channel,
                f"The channel is paused, and its alerts wait: {because}. When it is mended: "
                f"tocsin channel resume {shlex.quote(channel)}",
                now=self._clock.now(),
            )
