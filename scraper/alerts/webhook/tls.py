"""Whom a webhook trusts, and what it shows of itself, where that is set."""

import ssl
from pathlib import Path
from typing import TypeAlias

from scraper.alerts.trust import Stamp, readable, stamp, trusting
from scraper.alerts.webhook.settings import WebhookOptions
from scraper.errors import SettingsError

Stamps: TypeAlias = tuple[Stamp, ...]


def stamps(options: WebhookOptions, folder: Path) -> Stamps:
    """What tells that the files are others now: inodes, times and sizes; zeros where one is not."""
    return tuple(
        stamp(folder / file)
        for file in (options.ca_file, options.certificate_file, options.key_file)
        if file is not None
    )


def tls_context(options: WebhookOptions, folder: Path) -> ssl.SSLContext | None:
    """The context for connections of this webhook; None for that of all others.

    Relative paths start at `folder`. Raises SettingsError when a file is not what it should be.
    """
    if options.ca_file is None and options.certificate_file is None:
        return None
    context = trusting(options.ca_file, folder)
    if options.certificate_file is not None:
        _show(context, options.certificate_file, options.key_file, folder)
    return context


def _show(context: ssl.SSLContext, certificate: Path, key: Path | None, folder: Path) -> None:
    readable("certificate_file", certificate, folder)
    if key is not None:
        readable("key_file", key, folder)
    try:
        # The password is that of a key which has one: without an answer OpenSSL would ask for it
        # on the terminal.
        context.load_cert_chain(folder / certificate, key and folder / key, password="")
    except (ssl.SSLError, ValueError) as error:
        raise SettingsError(_words(error, certificate, key)) from None


def _words(error: Exception, certificate: Path, key: Path | None) -> str:
    reason = getattr(error, "reason", None) or ""
    if "MISMATCH" in reason:
        return f"key_file: {key or certificate} is not the key of the certificate {certificate}"
    if key is None:
        return (
            f"certificate_file: {certificate} holds no certificate and key in PEM, or the key has "
            "a password: leave that out, or name the key in key_file"
        )
    return (
        f"certificate_file: {certificate} is no certificate in PEM, or {key} no key, or one with a "
        "password: leave that out"
    )
