"""A channel's options as they may be shown: no secret is, and of an address only the host."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from scraper.alerts.channels import CHANNEL_TYPES
from scraper.alerts.options import secret_keys
from storage.records import ChannelSpec

_HIDDEN = "***"


def masked(spec: ChannelSpec) -> dict[str, Any]:
    """The options; what a type keeps secret is hidden, and all of a type that is not known."""
    kind = CHANNEL_TYPES.get(spec.type)
    secrets = secret_keys(kind.options) if kind else spec.options.keys()
    return {
        key: without_path(value) if key == "url" else _HIDDEN if key in secrets else value
        for key, value in spec.options.items()
    }


def target(options: Mapping[str, Any]) -> object:
    """Where its messages go."""
    for key in ("to", "channel", "chat_id", "topic", "room"):
        if key in options:
            return options[key]
    return without_path(options["url"]) if "url" in options else None


def without_path(url: object) -> str:
    """Scheme and host of an address: with many services, who knows the rest may send there.

    Of what is no web address the host may be a secret, too.
    """
    parts = urlsplit(str(url))
    if parts.scheme not in {"http", "https"}:
        return f"{parts.scheme}://…"
    secret = parts.path.strip("/") or parts.query
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{'…' if secret else ''}"
