"""How a source wants to be visited: what the settings may say of it, and what of it is shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from scraper.headers import LONGEST_VALUE, check_cookie, check_header
from scraper.proxies import DIRECT, parse_proxy

MOST_HEADERS = 20
MOST_COOKIES = 50


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    if len(headers) > MOST_HEADERS:
        raise ValueError(f"there are more than {MOST_HEADERS} headers")
    for name, value in headers.items():
        check_header(name, value)
    if len({name.lower() for name in headers}) < len(headers):
        raise ValueError("a header stands there twice, in other capitals")
    return headers


def _cookies(cookies: Mapping[str, str]) -> Mapping[str, str]:
    if len(cookies) > MOST_COOKIES:
        raise ValueError(f"there are more than {MOST_COOKIES} cookies")
    for name, value in cookies.items():
        check_cookie(name, value)
    return cookies


def _proxy(value: SecretStr) -> SecretStr:
    if value.get_secret_value() != DIRECT:
        parse_proxy(value.get_secret_value())
    return value


def _one_line(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isprintable():
        raise ValueError("leave control characters and line ends out of it")
    return value


def _username(value: str) -> str:
    if not value.strip() or not value.isprintable() or ":" in value:
        raise ValueError("write a name on one line, without a colon")
    return value


Headers = Annotated[Mapping[str, str], AfterValidator(_headers), Field(repr=False)]
Cookies = Annotated[Mapping[str, str], AfterValidator(_cookies), Field(repr=False)]
ProxyAddress = Annotated[SecretStr, AfterValidator(_proxy)]
Username = Annotated[str, AfterValidator(_username), Field(max_length=500)]
Password = Annotated[SecretStr, AfterValidator(_one_line), Field(max_length=LONGEST_VALUE)]


class Visiting(BaseModel):
    """How a source wants to be visited: keys of `[[source]]` beside its name and address.

    Each secret can stand in a file instead, which is read whenever it is needed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    headers: Headers = Field(default_factory=dict)
    headers_file: Path | None = None
    cookies: Cookies = Field(default_factory=dict)
    cookies_file: Path | None = None
    username: Username | None = None
    password: Password | None = None
    password_file: Path | None = None
    proxy: ProxyAddress | None = None
    proxy_file: Path | None = None
    ca_file: Path | None = None
    render: Literal["browser"] | None = None

    @model_validator(mode="after")
    def _agree(self) -> "Visiting":
        for key in ("password", "proxy"):
            if getattr(self, key) is not None and getattr(self, f"{key}_file") is not None:
                raise ValueError(f"{key} and {key}_file are both set: leave one out")
        if self.username is None and (self.password or self.password_file):
            raise ValueError("there is a password, but no username: write both")
        if self.username and any(name.lower() == "authorization" for name in self.headers):
            raise ValueError("username and the header Authorization are both set: leave one out")
        if self.render is not None and self.ca_file is not None:
            raise ValueError("a browser trusts the usual authorities only: leave out ca_file")
        return self

    def options(self) -> dict[str, Any]:
        """What storage keeps of it: what is set, with the secrets."""
        said = {key: getattr(self, key) for key in Visiting.model_fields}
        return {key: _stored(value) for key, value in said.items() if value}


def _stored(value: object) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return dict(value) if isinstance(value, Mapping) else str(value)
