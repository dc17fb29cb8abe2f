"""What a person sets for Matrix."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from scraper.alerts.options import TIMEOUT, Address, Timeout, Token, one_of

_ROOM = re.compile(r"![^\s:]+(?::\S+)?")


def _room(value: str) -> str:
    if not _ROOM.fullmatch(value):
        raise ValueError(
            "write the room's id, such as \"!abc:example.org\": it is among the room's settings"
        )
    return value


class MatrixOptions(BaseModel):
    """The keys of a channel of type "matrix"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: Address
    room: Annotated[str, Field(max_length=255), AfterValidator(_room)]
    token: Token | None = None
    token_file: Path | None = None
    threads: bool = True
    timeout: Timeout = TIMEOUT
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _one_token(self) -> "MatrixOptions":
        one_of("token", self.token, self.token_file)
        return self
