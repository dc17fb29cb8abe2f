"""What a person sets for Telegram."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from scraper.alerts.options import TIMEOUT, Address, Timeout, Token, one_of

_CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}")


def _text(value: object) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


def _chat(value: str) -> str:
    if not _CHAT.fullmatch(value):
        raise ValueError('write the chat\'s number, such as -1001234567890, or "@name"')
    return value


class TelegramOptions(BaseModel):
    """The keys of a channel of type "telegram"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Token | None = None
    token_file: Path | None = None
    chat_id: Annotated[str, BeforeValidator(_text), AfterValidator(_chat)]
    topic: Annotated[int, Field(gt=0)] | None = None  # a forum's topic (message_thread_id)
    silent: bool = False
    threads: bool = True
    server: Address = "https://api.telegram.org"
    timeout: Timeout = TIMEOUT
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _one_token(self) -> "TelegramOptions":
        one_of("token", self.token, self.token_file)
        return self
