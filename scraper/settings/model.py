"""The settings: what may stand in the file, with its defaults."""

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from scraper.printable import has_control
from scraper.settings.plans import ChannelPlan, PlanKeys, PriorityName
from scraper.settings.terms import distinct, term
from scraper.settings.units import parse_duration, parse_size
from scraper.settings.visiting import ProxyAddress, Visiting
from storage.records import ChannelSpec, Policy, Role, SourceSpec, TermSetSpec, WatchSpec

_FORMER_POLICIES = {"story": "first", "article": "every"}
MAXIMAL_LINK = 2048  # characters, as browsers and sitemaps have it


def _duration(value: object) -> object:
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, timedelta):
        return value
    raise ValueError('write a duration as text with a unit, such as "10m"')


def _at_least_a_second(value: timedelta) -> timedelta:
    if value < timedelta(seconds=1):
        raise ValueError('the shortest is "1s"')
    return value


def _or_never(value: object) -> object:
    if value is not False and value in ("never", "0", 0):
        return timedelta(0)
    return value


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("it must be longer than zero")
    return value


def _size(value: object) -> object:
    return parse_size(value) if isinstance(value, str) else value


def _network(value: object) -> object:
    try:
        return ip_network(str(value), strict=False)
    except ValueError as error:
        raise ValueError(f'{error}: write a network such as "127.0.0.0/8"') from None


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"this is no web address ({error})") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write a web address that starts with http:// or https://")
    if parts.username or parts.password:
        raise ValueError("leave user name and password out of the address")
    if len(value) > MAXIMAL_LINK:
        raise ValueError(f"the address is longer than {MAXIMAL_LINK} characters")
    if re.search(r"[\s\x00-\x1f\x7f]", value.strip()):
        raise ValueError("there is white space inside the address")
    return value.strip()


def _listen(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= 65535):
        raise ValueError('write host and port, such as "127.0.0.1:8080"')
    return value


def _host_name(value: str) -> str:
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", value):
        raise ValueError('write the bare name of a host, such as "tocsin.example.org"')
    return value.lower()


def _nameable(value: str) -> str:
    if has_control(value):
        raise ValueError("leave control characters out of the name")
    return value


def _query_text(value: str) -> str:
    if re.search(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]", value):
        raise ValueError("leave control characters out of the query")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", value):
        raise ValueError('write a language as its code in small letters, such as "en"')
    return value


def _program(value: Path) -> Path:
    if not value.is_absolute():
        raise ValueError('write the whole path, such as "/usr/bin/chromium"')
    return value


Listen = Annotated[str, AfterValidator(_listen)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
PositiveDuration = Annotated[Duration, AfterValidator(_positive)]
# From the outermost: "never" and "0" are no time at all.
DurationOrNever = Annotated[Duration, BeforeValidator(_or_never)]
Interval = Annotated[Duration, AfterValidator(_at_least_a_second)]
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
HostName = Annotated[str, AfterValidator(_host_name)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_nameable),
]
QueryText = Annotated[str, AfterValidator(_query_text)]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_nameable),
]
Term = Annotated[str, AfterValidator(term)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,99}$")]
LanguageCode = Annotated[str, AfterValidator(_language)]


class Section(BaseModel):
    """A table of the settings file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Service(Section):
    """The daemon itself."""

    database: str = "sqlite:///tocsin.db"
    listen: Listen = "127.0.0.1:8080"
    hostnames: tuple[HostName, ...] = ()
    public_url: WebAddress | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    hosts: Annotated[int, Field(ge=1, le=1000)] = 64
    processes: Annotated[int, Field(ge=1, le=64)] | None = None
    keep: PositiveDuration | None = None
    keep_pages: DurationOrNever = timedelta(days=30)
    keep_pages_size: Size = 2 * 10**9


class Fetch(Section):
    """How pages are fetched."""

    contact: Annotated[str, StringConstraints(max_length=200, pattern=r"^[\x20-\x7e]*$")] = ""
    host_pause: Duration = timedelta(seconds=1)
    timeout: PositiveDuration = timedelta(seconds=30)
    max_size: Size = 10 * 2**20
    respect_robots: bool = True
    allow_networks: tuple[Network, ...] = ()
    websub: bool = True
    recheck: tuple[PositiveDuration, ...] = (timedelta(hours=1), timedelta(days=1))
    proxy: ProxyAddress | None = None
    proxy_file: Path | None = None
    proxy_from_environment: bool = False
    browser: Annotated[Path, AfterValidator(_program)] | None = None


class Extract(Section):
    """How articles are read from pages."""

    sites: Path | None = None


class Copies(Section):
    """What is a copy."""

    window: PositiveDuration = timedelta(days=30)


class Stories(Section):
    """What is one story."""

    window: PositiveDuration = timedelta(days=7)


class Smtp(Section):
    """The mail server that takes our e-mail."""

    host: str = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    security: Literal["none", "starttls", "tls"] = "none"
    sender: str = "tocsin@localhost"
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    timeout: PositiveDuration = timedelta(seconds=30)
    ca_file: Path | None = None


class Source(Visiting):
    """A source: where it is, and how it wants to be visited."""

    name: Name
    url: WebAddress
    every: Interval | None = None
    tags: tuple[Tag, ...] = ()

    def spec(self) -> SourceSpec:
        """What storage keeps of it."""
        return SourceSpec(
            name=self.name,
            url=self.url,
            every=self.every,
            tags=self.tags,
            options=self.options(),
        )


class Channel(ChannelPlan):
    """A channel: when alerts go there; the keys that are not named here belong to its type."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Name
    type: str

    def spec(self) -> ChannelSpec:
        """What storage keeps of it."""
        return ChannelSpec(name=self.name, type=self.type, options=self.options, plan=self.plan())

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to its type."""
        return dict(self.model_extra or {})


class TermSet(Section):
    """A saved list of terms. `terms` holds those of the file, too, once the settings are read."""

    name: Name
    terms: tuple[Term, ...] = ()
    terms_file: Path | None = None

    def spec(self) -> TermSetSpec:
        """What storage keeps of it."""
        return TermSetSpec(name=self.name, terms=distinct(self.terms))


class Watch(Section):
    """A watch."""

    name: Name
    query: QueryText
    channels: tuple[Name, ...] = ()
    languages: tuple[LanguageCode, ...] = ()
    sources: tuple[Name, ...] = ()
    tags: tuple[Tag, ...] = ()
    policy: Policy = Policy.FIRST
    outlets: Annotated[int, Field(ge=1, le=100)] = 1
    max_age: PositiveDuration | None = None
    priority: PriorityName = "normal"
    on: dict[Name, PlanKeys] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _former_name(cls, values: Any) -> Any:
        """Read `alert_per`, as the policy was called before there were more than two."""
        if not isinstance(values, dict) or "alert_per" not in values:
            return values
        kept = {key: value for key, value in values.items() if key != "alert_per"}
        if "policy" in kept:
            raise ValueError("alert_per is the former name of policy: leave it out")
        former = values["alert_per"]
        return {"policy": _FORMER_POLICIES.get(str(former), former), **kept}

    @model_validator(mode="after")
    def _waits_or_rings(self) -> Self:
        if self.outlets > 1 and self.policy is not Policy.FIRST:
            raise ValueError(
                f'outlets = {self.outlets} goes with policy = "first": it is once for a story that'
                f" it rings, when {self.outlets} outlets have it"
            )
        return self

    @model_validator(mode="after")
    def _plans_have_channels(self) -> Self:
        for name in self.on:
            if name not in self.channels:
                raise ValueError(
                    f'on.{name}: the watch does not go to the channel "{name}": name it in channels'
                )
        return self

    def spec(self) -> WatchSpec:
        """What storage keeps of it."""
        return WatchSpec(
            name=self.name,
            query=self.query,
            channels=self.channels,
            languages=self.languages,
            sources=self.sources,
            tags=self.tags,
            policy=self.policy,
            outlets=self.outlets,
            max_age=self.max_age,
            priority=self.priority,
            plans={name: keys.plan() for name, keys in self.on.items() if keys.plan()},
        )


class Operator(Section):
    """Whoever operates the service: told of sources, sites and channels that need attention."""

    channels: tuple[Name, ...] = ()
    least_space: Size = 10**9


class Accounts(Section):
    """Who may see and change what, where more than this very machine is listened to."""

    session: PositiveDuration = timedelta(days=7)
    longest_session: PositiveDuration = timedelta(days=30)
    admin_password: SecretStr | None = None
    admin_password_file: Path | None = None
    proxy_header: HeaderName | None = None
    proxies: tuple[Network, ...] = ()
    proxy_role: Role = Role.VIEWER


class Development(Section):
    """For whoever develops Tocsin, or a receiver of its alerts; an installation leaves it alone."""

    hurry: Annotated[int, Field(ge=1, le=100_000)] = 1


class Settings(Section):
    """All of them."""

    service: Service = Service()
    fetch: Fetch = Fetch()
    extract: Extract = Extract()
    copies: Copies = Copies()
    stories: Stories = Stories()
    smtp: Smtp = Smtp()
    operator: Operator = Operator()
    accounts: Accounts = Accounts()
    development: Development = Development()
    source: tuple[Source, ...] = ()
    channel: tuple[Channel, ...] = ()
    set: tuple[TermSet, ...] = ()
    watch: tuple[Watch, ...] = ()
