"""Writes down how attempts ended, however long that takes."""

import logging
import shlex

from scraper.alerts.line import Line
from scraper.alerts.report import Report, about, refusals
from scraper.alerts.store import Database, Unit
from scraper.alerts.waiting import to_its_end
from scraper.clock import Clock
from storage.records import CHANNEL_PAUSED, Delivery, Outcome

_log = logging.getLogger(__name__)

_PAUSE_AFTER_ERROR = 1.0  # seconds until it is tried again, doubled up to a minute
_LONGEST_PAUSE = 60.0


class Recorder:
    """Records outcomes of what `worker` claimed, and how the channels fare by them."""

    def __init__(self, *, database: Database, clock: Clock, worker: str) -> None:
        self._database = database
        self._clock = clock
        self._worker = worker

    async def record(self, delivery: Delivery, report: Report, line: Line | None) -> None:
        """Write the outcome down, however long that takes; `line` is that of the channel, if any.

        What could not be written must not be sent again, so nobody goes on before it is.
        """
        turned = line is not None and report.works != (line.failing_since is None)
        written = None
        pause = _PAUSE_AFTER_ERROR
        while written is None:
            try:
                written = await to_its_end(
                    self._database.run(lambda unit: self._finish(unit, delivery, report, turned))
                )
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
        if not written:
            _log.warning(
                "delivery %s: another worker took it over; it may be sent twice",
                delivery.id,
                extra=about(delivery, "lost"),
            )

    def _finish(self, unit: Unit, delivery: Delivery, report: Report, turned: bool) -> bool:  # noqa: FBT001 - in a lambda
        """Write it in one transaction; `turned`: the channel works, or fails, as it did not."""
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
            return outbox.fail(delivery.id, worker=self._worker, error=report.detail, now=now)
        return outbox.retry(
            delivery.id, worker=self._worker, at=report.retry_at, error=report.detail, now=now
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
