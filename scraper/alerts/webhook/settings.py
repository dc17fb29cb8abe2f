"""What a person sets for a webhook."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from scraper.alerts.options import (
    TIMEOUT,
    Address,
    Template,
    Timeout,
    one_of,
    read_secret,
    read_template,
)
from scraper.alerts.templates import OwnTemplate
from scraper.alerts.webhook.signature import decode_secret
from scraper.errors import SettingsError

JSON = "application/json"
_MOST_HEADERS = 20
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+(; ?charset=utf-8)?")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token (RFC 9110, section 5.6.2)
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")

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


def _media_type(value: str) -> str:
    if not _MEDIA_TYPE.fullmatch(value):
        raise ValueError('write a media type, such as "text/plain; charset=utf-8"')
    return value


def _secret(value: SecretStr) -> SecretStr:
    decode_secret(value.get_secret_value())
    return value


Secret = Annotated[SecretStr, AfterValidator(_secret)]


class WebhookOptions(BaseModel):
    """The keys of a channel of type "webhook"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Address
    secret: Secret | None = None
    secret_file: Path | None = None
    previous_secret: Secret | None = None
    previous_secret_file: Path | None = None
    headers: Annotated[Mapping[str, str], AfterValidator(_headers), Field(repr=False)] = Field(
        default_factory=dict
    )
    timeout: Timeout = TIMEOUT
    template: Template | None = None
    template_file: Path | None = None
    content_type: Annotated[str, AfterValidator(_media_type)] = JSON
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    @model_validator(mode="after")
    def _key_of_certificate(self) -> "WebhookOptions":
        if self.key_file is not None and self.certificate_file is None:
            raise ValueError("certificate_file is missing: key_file is the key of a certificate")
        return self

    @model_validator(mode="after")
    def _one_template(self) -> "WebhookOptions":
        one_of("template", self.template, self.template_file, needed=False)
        if self.content_type != JSON and self.template is None and self.template_file is None:
            raise ValueError("content_type goes with a template: without one the body is JSON")
        return self

    @model_validator(mode="after")
    def _secrets(self) -> "WebhookOptions":
        one_of("secret", self.secret, self.secret_file, needed=False)
        one_of("previous_secret", self.previous_secret, self.previous_secret_file, needed=False)
        if self.previous_secret or self.previous_secret_file:
            one_of("secret", self.secret, self.secret_file)
        return self

    def body(self, folder: Path) -> OwnTemplate | None:
        """The template of the body; None for the one that docs/webhooks.md describes.

        A relative path starts at `folder`. Raises SettingsError when its file cannot be read.
        """
        return read_template("template", self.template, self.template_file, folder)

    def keys(self, folder: Path) -> list[bytes]:
        """The keys that sign, the present one first, read from their files if need be.

        None: messages go unsigned. A relative path starts at `folder`.

        Raises SettingsError when a file cannot be read or holds no secret.
        """
        named = (
            ("secret", self.secret, self.secret_file),
            ("previous_secret", self.previous_secret, self.previous_secret_file),
        )
        keys = []
        for name, value, file in named:
            secret = read_secret(name, value, file, folder)
            if secret is None:
                continue
            try:
                keys.append(decode_secret(secret))
            except ValueError as error:
                raise SettingsError(f"{name}_file: {file}: {error}") from None
        return keys
