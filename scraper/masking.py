"""What may be shown of how a source is asked."""

from collections.abc import Mapping
from typing import Any

from scraper.proxies import DIRECT, parse_proxy

_STARS = "***"


def masked(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as they may be shown: without the values of headers and cookies, and the logins."""
    return {key: _masked(key, value) for key, value in options.items()}


def _masked(key: str, value: object) -> object:
    if key == "password":
        return _STARS
    if key in {"headers", "cookies"} and isinstance(value, Mapping):
        return dict.fromkeys(value, _STARS)
    if key == "proxy" and value != DIRECT:
        try:
            return str(parse_proxy(str(value)))
        except ValueError:
            return _STARS
    return value
