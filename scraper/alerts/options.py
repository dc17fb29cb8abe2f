"""Kinds of values that the options of several sorts of channels take."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import httpx
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr

from scraper.alerts import templates
from scraper.alerts.clean import safe_link
from scraper.errors import SettingsError

TIMEOUT = timedelta(seconds=15)  # Standard Webhooks asks senders to wait 15 to 30 seconds
_LONGEST_WAIT = timedelta(seconds=60)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_TOKEN = re.compile(r"[\x21-\x7e]+")


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


def _template(value: str) -> str:
    return templates.check(value)


def _secret_address(value: SecretStr) -> SecretStr:
    return SecretStr(_address(value.get_secret_value()))


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value().strip()):
        raise ValueError("a token is one word of plain ASCII: copy it anew")
    return SecretStr(value.get_secret_value().strip())


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


Address = Annotated[str, Field(max_length=2048), AfterValidator(_address)]
SecretAddress = Annotated[SecretStr, Field(max_length=2048), AfterValidator(_secret_address)]
Token = Annotated[SecretStr, Field(max_length=2048), AfterValidator(_token)]
Template = Annotated[str, AfterValidator(_template)]
Timeout = Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_timeout)]


def secret_keys(options: type[BaseModel]) -> frozenset[str]:
    """The keys whose values nobody is shown: those that can stand in a file, and headers."""
    fields = options.model_fields
    return frozenset(
        key
        for key in fields
        if (f"{key}_file" in fields and not key.endswith("template")) or key == "headers"
    )


def one_of(name: str, value: object, file: Path | None, *, needed: bool = True) -> None:
    """ValueError unless something is set once: as it is, or as the file that holds it."""
    if value is not None and file is not None:
        raise ValueError(f"{name} and {name}_file are both set: leave one out")
    if needed and value is None and file is None:
        raise ValueError(f"{name} is missing: write it, or {name}_file with the file that holds it")


def read_secret(name: str, value: SecretStr | None, file: Path | None, folder: Path) -> str | None:
    """A secret, from its file if need be; None when neither is set.

    A relative path starts at `folder`. Raises SettingsError when the file cannot be read.
    """
    if value is not None:
        return value.get_secret_value()
    if file is None:
        return None
    try:
        return (folder / file).read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_file: {file} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise SettingsError(f"{name}_file: {file}: it is no text") from None


def read_template(
    name: str, value: str | None, file: Path | None, folder: Path
) -> templates.OwnTemplate | None:
    """A template, from its file if need be; None when neither is set.

    A relative path starts at `folder`. Raises SettingsError when it cannot be read.
    """
    if value is not None:
        return templates.OwnTemplate(name, value)
    if file is None:
        return None
    place = f"{name}_file: {file}"
    try:
        return templates.OwnTemplate(place, templates.check((folder / file).read_text("utf-8-sig")))
    except OSError as error:
        raise SettingsError(f"{place} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise SettingsError(f"{place}: it is no text in UTF-8") from None
    except ValueError as error:
        raise SettingsError(f"{place}: {error}") from None


def needed_address(value: SecretStr | None, file: Path | None, folder: Path) -> str:
    """The address of `url` or `url_file`; SettingsError when the file holds none."""
    text = read_secret("url", value, file, folder)
    try:
        return _address(text or "")
    except ValueError as error:
        raise SettingsError(f"url_file: {file}: {error}") from None


def read_token(value: SecretStr | None, file: Path | None, folder: Path) -> str | None:
    """The token of `token` or `token_file`; SettingsError when the file holds none."""
    text = read_secret("token", value, file, folder)
    if text is None or _TOKEN.fullmatch(text):
        return text
    raise SettingsError(f"token_file: {file}: a token is one word of plain ASCII: copy it anew")
