"""Which hosts asked to be left alone, kept in the database: for after a restart, and for others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.database import UnitOfWork
from storage.records import HostBackOff

_MOST: Final = 20_000  # hosts that nobody asked for yet; the ones free soonest are forgotten


class BackOffs:
    """What the pacer recalls and reports; whoever has a transaction writes down what changed."""

    def __init__(self, known: Iterable[HostBackOff] = ()) -> None:
        self._known = {back_off.key: back_off for back_off in known}
        self._begun: dict[str, HostBackOff] = {}
        self._over: set[str] = set()
        self._told: dict[str, datetime] = {}  # until when, as it was stored at the last look

    def recall(self, key: str) -> HostBackOff | None:
        """What is known of a host from before or from other workers, to whoever asks first."""
        return self._known.pop(key, None)

    def learn(self, stored: Sequence[HostBackOff]) -> None:
        """Take in the hosts that are to be left alone now, as all workers wrote them down.

        One that this worker knows to answer again is left out until that is written, too.
        """
        was, self._told = self._told, {each.key: each.until for each in stored}
        for back_off in stored:
            key = back_off.key
            if was.get(key) != back_off.until and key not in self._over:
                self._known[key] = back_off
        if len(self._known) > _MOST:
            soonest = sorted(self._known.values(), key=lambda each: each.until)
            for back_off in soonest[: len(self._known) - _MOST]:
                del self._known[back_off.key]

    def began(self, back_off: HostBackOff) -> None:
        """A host is to be left alone."""
        self._over.discard(back_off.key)
        self._begun[back_off.key] = back_off

    def ended(self, key: str) -> None:
        """A host that was to be left alone answers again."""
        self._begun.pop(key, None)
        self._over.add(key)

    def changes(self) -> "BackOffChanges | None":
        """What is to be written down; None: nothing."""
        if not (self._begun or self._over):
            return None
        return BackOffChanges(begun=tuple(self._begun.values()), over=tuple(self._over))

    def written(self, changes: "BackOffChanges") -> None:
        """That is committed; what changed meanwhile is not."""
        for back_off in changes.begun:
            if self._begun.get(back_off.key) is back_off:
                del self._begun[back_off.key]
        self._over.difference_update(changes.over)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOffChanges:
    """Hosts to be left alone, and hosts that are well again."""

    begun: Sequence[HostBackOff]
    over: Sequence[str]

    def write(self, unit: UnitOfWork, now: datetime) -> None:
        """Write it down."""
        if self.over:
            unit.hosts.well(self.over)
        if self.begun:
            unit.hosts.put(self.begun, now=now)
