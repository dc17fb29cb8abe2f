"""What a person sets for Discord."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scraper.alerts.options import TIMEOUT, SecretAddress, Timeout, one_of


class DiscordOptions(BaseModel):
    """The keys of a channel of type "discord"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretAddress | None = None
    url_file: Path | None = None
    thread_id: Annotated[str, Field(pattern=r"^[0-9]{5,25}$")] | None = None
    timeout: Timeout = TIMEOUT

    @model_validator(mode="after")
    def _one_address(self) -> "DiscordOptions":
        one_of("url", self.url, self.url_file)
        return self
