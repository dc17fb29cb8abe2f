"""Whom a channel trusts in place of the public authorities."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import certifi
import httpx

from scraper.errors import SettingsError

Stamp: TypeAlias = tuple[int, int, int]


def trusting(ca_file: Path | None, folder: Path) -> ssl.SSLContext:
    """A context that checks certificates against `ca_file` alone; None: against certifi's.

    A relative path starts at `folder`. Raises SettingsError when it holds no certificates.
    """
    if ca_file is None:
        return ssl.create_default_context(cafile=certifi.where())
    readable("ca_file", ca_file, folder)
    try:
        return ssl.create_default_context(cafile=folder / ca_file)
    except ssl.SSLError:
        raise SettingsError(f"ca_file: {ca_file} holds no certificates in PEM") from None


def trusted(ca_file: Path | None, folder: Path) -> Path | None:
    """Where the file is; SettingsError as in `trusting`."""
    if ca_file is None:
        return None
    trusting(ca_file, folder)
    return (folder / ca_file).absolute()


def readable(name: str, file: Path, folder: Path) -> None:
    """Raise SettingsError, which names the option, when a file cannot be read."""
    try:
        with (folder / file).open("rb"):
            pass
    except OSError as error:
        raise SettingsError(f"{name}: {file} cannot be read ({error.strerror})") from error


def stamp(file: Path) -> Stamp:
    """What tells that a file is another now: inode, time and size; zeros where there is none."""
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)


class TrustingTransport(httpx.AsyncBaseTransport):
    """Requests to a receiver that `ca_file` alone vouches for; made anew when that has changed.

    `over_tls` makes what carries them. Raises SettingsError, at any request, when the file is not
    what it should be.
    """

    def __init__(
        self,
        ca_file: Path,
        folder: Path,
        over_tls: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport],
    ) -> None:
        self._ca_file = ca_file
        self._folder = folder
        self._over_tls = over_tls
        self._stamp = stamp(folder / ca_file)
        self._made = [over_tls(trusting(ca_file, folder))]  # the last one is in use

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request."""
        now = stamp(self._folder / self._ca_file)
        if now != self._stamp:
            # Requests may be under way on the one before, so it is closed with the channel.
            self._made.append(self._over_tls(trusting(self._ca_file, self._folder)))
            self._stamp = now
        return await self._made[-1].handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        while self._made:
            await self._made.pop().aclose()
