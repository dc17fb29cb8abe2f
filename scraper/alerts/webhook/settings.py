"""What a person sets for a webhook."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import httpx
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from scraper.alerts.clean import safe_link
from scraper.alerts.webhook.signature import decode_secret
from scraper.errors import SettingsError

_MOST_HEADERS = 20
_LONGEST_WAIT = timedelta(seconds=60)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token (RFC 9110, section 5.6.2)
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}

# What the message itself says, and what HTTP says of the connection: not for settings to change.
_OURS = frozenset(
    {
        "host",
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "connection",
        "upgrade",
        "expect",
        "te",
        "trailer",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    }
)


def _address(value: str) -> str:
    address = value.strip()
    if safe_link(address) is None:
        raise ValueError("write a web address that starts with https:// or http://")
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        raise ValueError("the address cannot be read: write it as a browser shows it") from None
    if url.userinfo:
        raise ValueError(
            "leave user name and password out of the address: "
            'write headers = { Authorization = "Basic …" }'
        )
    return address


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    if len(headers) > _MOST_HEADERS:
        raise ValueError(f"there are more than {_MOST_HEADERS} headers")
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header")
        if name.lower() in _OURS:
            raise ValueError(f"{name} is set by Tocsin: leave it out")
        if not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"the value of {name} is empty, or not plain ASCII on one line")
    return headers


def _secret(value: SecretStr) -> SecretStr:
    decode_secret(value.get_secret_value())
    return value


def _duration(value: object) -> object:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found:
        return timedelta(seconds=float(found[1]) * _UNITS[found[2]])
    if isinstance(value, timedelta):
        return value
    raise ValueError('write a duration as text with a unit, such as "10s"')


def _timeout(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= _LONGEST_WAIT:
        raise ValueError('write a duration above zero, and up to "60s"')
    return value


class WebhookOptions(BaseModel):
    """The keys of a channel of type "webhook"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(max_length=2048), AfterValidator(_address)]
    secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    secret_file: Path | None = None
    headers: Annotated[Mapping[str, str], AfterValidator(_headers), Field(repr=False)] = Field(
        default_factory=dict
    )
    timeout: Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_timeout)] = timedelta(
        seconds=15  # Standard Webhooks asks senders to wait 15 to 30 seconds
    )

    @model_validator(mode="after")
    def _one_secret(self) -> "WebhookOptions":
        if self.secret is not None and self.secret_file is not None:
            raise ValueError("secret and secret_file are both set: leave one out")
        return self

    def key(self, folder: Path) -> bytes | None:
        """The key that signs, read from its file if need be; None when messages go unsigned.

        A relative path starts at `folder`.

        Raises SettingsError when the file cannot be read or holds no secret.
        """
        if self.secret is not None:
            return decode_secret(self.secret.get_secret_value())
        if self.secret_file is None:
            return None
        try:
            return decode_secret((folder / self.secret_file).read_text("utf-8"))
        except OSError as error:
            raise SettingsError(
                f"secret_file: {self.secret_file} cannot be read ({error.strerror})"
            ) from error
        except ValueError as error:  # UnicodeDecodeError is one
            reason = "it is no text" if isinstance(error, UnicodeDecodeError) else str(error)
            raise SettingsError(f"secret_file: {self.secret_file}: {reason}") from None
