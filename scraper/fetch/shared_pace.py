"""One pace for all the processes of a machine that ask the same hosts.

A daemon knows when it asked a host last, and a command beside it (`source add`, `source backfill`)
does not. So they share a file with a slot for each host: whose it is, when the last request ended,
and how long nothing may follow. The slot is locked while a request is under way. A lock goes with
its process, however that ends, and costs no more than a few system calls.

Two hosts may share a slot. Then, at worst, one waits for the other's request; a pause is only kept
by the host to which it belongs, and is forgotten when the other one takes the slot.
"""

import errno
import fcntl
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from math import isfinite
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

_log = logging.getLogger(__name__)

_SLOTS: Final = 2**16
_SLOT = Struct("<8sdd?7x")  # digest of the host, and the fields of LastRequest
_TAKEN: Final = (errno.EACCES, errno.EAGAIN)  # what POSIX has for a lock that another holds


class LastRequest(NamedTuple):
    """When a host's last request ended, in seconds since 1970, and how many it rests since then.

    `refused`: the host asked for that.
    """

    ended: float
    rest: float
    refused: bool = False


class SharedPace:
    """The file, open. What cannot be read or written of it is told once, and then not shared.

    Locks are the process's own: they keep others out, not its own tasks.
    """

    def __init__(self, file: int) -> None:
        self._file: int | None = file

    def take(self, key: str) -> bool:
        """Be the only process that asks the host; False while another one is."""
        if self._file is None:
            return True
        try:
            fcntl.lockf(
                self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SLOT.size, offset_of(key), os.SEEK_SET
            )
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            self._fail(error)
        return True

    def leave(self, key: str) -> None:
        """Let others have the host."""
        if self._file is not None:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _SLOT.size, offset_of(key), os.SEEK_SET)
            except OSError as error:
                self._fail(error)

    def last(self, key: str) -> LastRequest | None:
        """The last request to the host, by whichever process."""
        if self._file is None:
            return None
        try:
            read = os.pread(self._file, _SLOT.size, offset_of(key))
        except OSError as error:
            self._fail(error)
            return None
        if len(read) < _SLOT.size:
            return None
        whose, ended, rest, refused = _SLOT.unpack(read)
        if whose != _digest(key) or not (isfinite(ended) and isfinite(rest)):
            return None
        return LastRequest(ended, rest, refused)

    def note(self, key: str, last: LastRequest) -> None:
        """A request to the host has ended."""
        if self._file is not None:
            try:
                os.pwrite(self._file, _SLOT.pack(_digest(key), *last), offset_of(key))
            except OSError as error:
                self._fail(error)

    def close(self) -> None:
        """Let others have all hosts."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _fail(self, error: OSError) -> None:
        _log.warning(
            "other processes on this machine are not waited for at hosts: %s",
            error,
            extra={"action": "fetch.not_shared"},
        )
        self.close()


@contextmanager
def shared_pace(path: Path) -> Iterator[SharedPace | None]:
    """The file at `path`, made if need be; None, and a warning, where that is not possible."""
    try:
        pace = SharedPace(_opened(path))
    except OSError as error:
        _log.warning(
            "%s: %s; other processes on this machine are not waited for at hosts",
            path,
            error.strerror,
            extra={"action": "fetch.not_shared"},
        )
        yield None
        return
    try:
        yield pace
    finally:
        pace.close()


def _opened(path: Path) -> int:
    """The file for reading and writing. OSError for what is no plain file, or somebody else's."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "it is no plain file")
    return file


def offset_of(key: str) -> int:
    """Where a host's slot begins in the file."""
    return int.from_bytes(_digest(key), "little") % _SLOTS * _SLOT.size


def _digest(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=8).digest()
