"""What a person sets for Slack."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from scraper.alerts.options import TIMEOUT, Address, SecretAddress, Timeout, Token, one_of

_CHANNEL = re.compile(r"[CGDU][A-Z0-9]{5,20}|#?[^\s#@<>&]{1,80}")


def _channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value):
        raise ValueError('write the channel\'s id, such as "C0123456789", or its name')
    return value


class SlackOptions(BaseModel):
    """The keys of a channel of type "slack": either `url`, or `token` and `channel`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretAddress | None = None
    url_file: Path | None = None
    token: Token | None = None
    token_file: Path | None = None
    channel: Annotated[str, AfterValidator(_channel)] | None = None
    threads: bool = True  # with a token: a story's alerts answer its first
    server: Address = "https://slack.com"
    timeout: Timeout = TIMEOUT
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "SlackOptions":
        one_of("url", self.url, self.url_file, needed=False)
        one_of("token", self.token, self.token_file, needed=False)
        webhook = self.url is not None or self.url_file is not None
        bot = self.token is not None or self.token_file is not None
        if webhook == bot:
            raise ValueError("write either url (an incoming webhook), or token and channel (a bot)")
        if bot and self.channel is None:
            raise ValueError("channel is missing: a bot needs to know where to write")
        if webhook and self.channel is not None:
            raise ValueError("leave channel out: an incoming webhook writes to its own")
        return self
