"""Whom a channel trusts besides, or in place of, the public authorities."""

import ssl
from pathlib import Path

import certifi

from scraper.errors import SettingsError


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
