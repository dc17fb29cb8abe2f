"""What a person sets for Microsoft Teams."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from scraper.alerts.options import TIMEOUT, SecretAddress, Timeout, one_of


class TeamsOptions(BaseModel):
    """The keys of a channel of type "teams"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretAddress | None = None
    url_file: Path | None = None
    timeout: Timeout = TIMEOUT

    @model_validator(mode="after")
    def _one_address(self) -> "TeamsOptions":
        one_of("url", self.url, self.url_file)
        return self
