"""What a person sets for ntfy."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scraper.alerts.options import TIMEOUT, Address, Timeout, Token, one_of

Priority = Literal["min", "low", "default", "high", "max"]
Tag = Annotated[str, Field(pattern=r"^[^\s,]{1,40}$")]


class NtfyOptions(BaseModel):
    """The keys of a channel of type "ntfy"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: Address = "https://ntfy.sh"
    topic: Annotated[str, Field(pattern=r"^[-_A-Za-z0-9]{1,64}$")]
    token: Token | None = None
    token_file: Path | None = None
    priority: Priority = "default"
    tags: Annotated[tuple[Tag, ...], Field(max_length=10)] = ()
    timeout: Timeout = TIMEOUT
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _one_token(self) -> "NtfyOptions":
        one_of("token", self.token, self.token_file, needed=False)
        return self
