"""Which hosts asked to be left alone, kept in the database so that a restart does not forget it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.database import UnitOfWork
from storage.records import HostBackOff


class BackOffs:
    """What the pacer recalls and reports; whoever has a transaction writes down what changed."""

    def __init__(self, known: Iterable[HostBackOff] = ()) -> None:
        self._known = {back_off.key: back_off for back_off in known}
        self._begun: dict[str, HostBackOff] = {}
        self._over: set[str] = set()

    def recall(self, key: str) -> HostBackOff | None:
        """What is known of a host from before, to whoever asks first."""
        return self._known.pop(key, None)

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
