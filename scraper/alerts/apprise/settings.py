"""What a person sets for Apprise."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from scraper.alerts.options import Timeout, one_of, read_secret
from scraper.errors import SettingsError

MOST: Final = 20  # addresses of one channel; they are sent to one after the other
_LONGEST: Final = 2048
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9]{1,30}://[\x21-\x7e]*", re.IGNORECASE)
_TIMEOUT: Final = timedelta(seconds=30)  # for all of them, and the process that sends


def _address(value: SecretStr) -> SecretStr:
    return SecretStr(_checked(value.get_secret_value()))


def _checked(text: str) -> str:
    address = text.strip()
    if len(address) > _LONGEST or not _ADDRESS.fullmatch(address):
        raise ValueError(
            "write an address as Apprise has it, such as pover://user@token: the service's name, "
            "://, and no space"
        )
    return address


Address = Annotated[SecretStr, AfterValidator(_address)]


class AppriseOptions(BaseModel):
    """The keys of a channel of type "apprise"; one of the first four is needed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Address | None = None
    url_file: Path | None = None
    urls: Annotated[tuple[Address, ...], Field(min_length=1, max_length=MOST)] | None = None
    urls_file: Path | None = None
    ca_file: Path | None = None
    timeout: Timeout = _TIMEOUT

    @model_validator(mode="after")
    def _one_way(self) -> "AppriseOptions":
        one_of("url", self.url, self.url_file, needed=False)
        if self.urls is not None and self.urls_file is not None:
            raise ValueError("urls and urls_file are both set: leave one out")
        single = self.url is not None or self.url_file is not None
        several = self.urls is not None or self.urls_file is not None
        if single == several:
            raise ValueError("write either url, or urls for several; each may stand in a file")
        return self

    def addresses(self, folder: Path) -> Sequence[str]:
        """The addresses, read from their file if need be: of `urls_file`, one a line.

        A relative path starts at `folder`. Raises SettingsError when the file holds none.
        """
        if self.urls is not None:
            return [each.get_secret_value() for each in self.urls]
        if self.urls_file is None:
            return _read("url", self.url_file, read_secret("url", self.url, self.url_file, folder))
        lines = (read_secret("urls", None, self.urls_file, folder) or "").splitlines()
        given = [line for line in map(str.strip, lines) if line and not line.startswith("#")]
        if not 1 <= len(given) <= MOST:
            raise SettingsError(
                f"urls_file: {self.urls_file}: write 1 to {MOST} addresses, one a line"
            )
        return [address for text in given for address in _read("urls", self.urls_file, text)]


def _read(name: str, file: Path | None, text: str | None) -> Sequence[str]:
    try:
        return [_checked(text or "")]
    except ValueError as error:
        raise SettingsError(f"{name}_file: {file}: {error}") from None
