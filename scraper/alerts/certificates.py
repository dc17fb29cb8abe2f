"""Tells the operator of certificates of ours that end soon, while there is time to renew them."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from scraper.alerts.store import Database, Unit
from scraper.alerts.validity import valid_until
from scraper.alerts.wording import moment
from scraper.clock import Clock

CERTIFICATE: Final = "channel.certificate"  # a kind of notice; its subject is the channel
NOTICE: Final = timedelta(days=14)  # ahead of its end

_OPTION: Final = "certificate_file"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """A certificate that we show; `end` is None when none can be read in its file."""

    file: Path
    end: datetime | None

    @classmethod
    def read(cls, file: Path) -> "OwnCertificate":
        """The certificate in a file in PEM."""
        try:
            return cls(file, valid_until(file.read_text("ascii", "replace")))
        except OSError:
            return cls(file, None)

    def has_expired(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.end is not None and self.end <= now

    def warning(self, now: datetime) -> str | None:
        """That it has ended, or soon will; None as long as there is time."""
        if self.end is None or self.end - now > NOTICE:
            return None
        verb = "has expired" if self.has_expired(now) else "expires"
        return (
            f"our own certificate {self.file.name} {verb} on {moment(self.end)}: put a renewed one "
            f"into {_OPTION}"
        )


class Certificates:
    """Looks at the certificates that channels show of us; relative paths start at `folder`."""

    def __init__(self, *, database: Database, clock: Clock, folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder

    async def check(self) -> None:
        """Open a notice for each channel whose certificate ends soon; resolve those of others."""
        shown, told = await self._database.query(_shown_and_told)
        if not (shown or told):
            return
        found = await asyncio.to_thread(self._look, shown)
        ending = {channel: words for channel, words in found.items() if words is not None}
        if not (ending or told):
            return
        now = self._clock.now()

        def write(unit: Unit) -> None:
            for channel in told - ending.keys():
                unit.notices.resolve(CERTIFICATE, channel, now=now)
            for channel, words in ending.items():
                unit.notices.open(CERTIFICATE, channel, f"{words[0].upper()}{words[1:]}", now=now)

        await self._database.run(write)
        for channel in sorted(ending.keys() - told):
            _log.warning(
                "channel %s: %s",
                channel,
                ending[channel],
                extra={"action": CERTIFICATE, "channel": channel},
            )

    def _look(self, shown: Mapping[str, str]) -> Mapping[str, str | None]:
        now = self._clock.now()
        files = {channel: self._folder / file for channel, file in shown.items()}
        return {channel: OwnCertificate.read(file).warning(now) for channel, file in files.items()}


def _shown_and_told(unit: Unit) -> tuple[Mapping[str, str], set[str]]:
    """The certificate's file of each channel that shows one, and of which channels was told."""
    shown = {
        channel.spec.name: str(channel.spec.options[_OPTION])
        for channel in unit.channels.list()
        if channel.spec.options.get(_OPTION)
    }
    told = {notice.subject for notice in unit.notices.list() if notice.kind == CERTIFICATE}
    return shown, told
