"""What a person sets for e-mail: the mail server, and each channel's recipients."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from scraper.alerts.clean import printable
from scraper.alerts.email.mailbox import Mailbox, parse_mailbox
from scraper.alerts.options import Template, one_of, read_template
from scraper.alerts.templates import OwnTemplate
from scraper.errors import SettingsError

MOST_RECIPIENTS = 100  # every server takes so many in one message (RFC 5321, 4.5.3.1.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The mail server that takes our messages.

    `security`: "starttls" upgrades the connection before anything else is said and refuses to go
    on without; "tls" is encrypted from the start. Both check the server's certificate against the
    system's authorities, or against `ca_file` (PEM) alone when it is set. `client_name` is said in
    EHLO; None: the sender's domain. `timeout` is for each answer of the server.

    Raises SettingsError, with a remedy, for what cannot work.
    """

    host: str = "localhost"
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    sender: str = "tocsin@localhost"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: timedelta = timedelta(seconds=30)
    ca_file: Path | None = None
    client_name: str | None = None

    def __post_init__(self) -> None:
        if not self.host or printable(self.host) != self.host or " " in self.host:
            raise SettingsError(f"smtp.host: {self.host!r} is no host: write its name or address")
        if not 0 < self.port < 65536:
            raise SettingsError(f"smtp.port: {self.port} is no port: mostly it is 25, 587 or 465")
        if self.timeout <= timedelta(0):
            raise SettingsError("smtp.timeout: it must be longer than zero")
        try:
            parse_mailbox(self.sender)
        except ValueError as error:
            raise SettingsError(f"smtp.sender: {error}") from None
        self._check_login()

    def _check_login(self) -> None:
        if self.username is not None and self.password is None:
            raise SettingsError("smtp.password: it is missing; smtp.username needs one")
        if self.username is not None and self.security == "none" and not _is_loopback(self.host):
            raise SettingsError(
                "smtp.security: the password would cross the network in the clear: "
                'write "starttls" or "tls"'
            )

    @property
    def mailbox(self) -> Mailbox:
        """The sender, parsed."""
        return parse_mailbox(self.sender)

    def tls_context(self) -> ssl.SSLContext:
        """Checks certificate and host name; SettingsError when `ca_file` cannot be read."""
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise SettingsError(
                f"smtp.ca_file: {self.ca_file} holds no certificates that can be read ({error})"
            ) from error


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _mailbox(value: object) -> Mailbox:
    if isinstance(value, Mailbox):
        return value
    if not isinstance(value, str):
        raise ValueError('write an address as text, such as "desk@example.org"')  # noqa: TRY004 - pydantic reports ValueError
    return parse_mailbox(value)


def _mailboxes(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f"write a list: [{value!r}]")  # noqa: TRY004 - pydantic reports ValueError
    return value


def _prefix(value: object) -> object:
    if isinstance(value, str) and (printable(value) != value or "=?" in value):
        raise ValueError("only plain text on one line can stand in a subject")
    return value


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates that are set; None: Tocsin's own words."""

    subject: OwnTemplate | None = None
    text: OwnTemplate | None = None
    html: OwnTemplate | None = None


Address = Annotated[Mailbox, BeforeValidator(_mailbox), PlainSerializer(str)]
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_mailboxes)]


class EmailOptions(BaseModel):
    """The keys of a channel of type "email"."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    to: Annotated[Addresses, Field(min_length=1, max_length=MOST_RECIPIENTS)]
    cc: Annotated[Addresses, Field(max_length=MOST_RECIPIENTS)] = ()
    reply_to: Address | None = None
    subject_prefix: Annotated[str, BeforeValidator(_prefix), Field(max_length=60)] = ""
    # The article's picture, loaded from its publisher when the message is opened: who it is that
    # reads it, when and where, is seen there.
    pictures: bool = False
    # Where readers can reach us: a link in every message by which its reader leaves the watch.
    unsubscribe: bool = True
    # Jinja2, in place of Tocsin's own words.
    subject_template: Template | None = None
    subject_template_file: Path | None = None
    text_template: Template | None = None
    text_template_file: Path | None = None
    html_template: Template | None = None
    html_template_file: Path | None = None

    @model_validator(mode="after")
    def _templates_once(self) -> "EmailOptions":
        for name, value, file in self._templates():
            one_of(name, value, file, needed=False)
        return self

    def _templates(self) -> Iterator[tuple[str, str | None, Path | None]]:
        yield "subject_template", self.subject_template, self.subject_template_file
        yield "text_template", self.text_template, self.text_template_file
        yield "html_template", self.html_template, self.html_template_file

    def templates(self, folder: Path) -> Templates:
        """The templates that are set, read from their files if need be.

        A relative path starts at `folder`. Raises SettingsError when a file cannot be read.
        """
        return Templates(
            *(read_template(name, value, file, folder) for name, value, file in self._templates())
        )

    @property
    def boxes(self) -> tuple[Mailbox, ...]:
        """As `recipients`, with the names."""
        named = {box.address: box for box in reversed((*self.to, *self.cc))}
        return tuple(named[address] for address in self.recipients)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everyone who gets the message, each address once."""
        return tuple(dict.fromkeys(box.address for box in (*self.to, *self.cc)))
