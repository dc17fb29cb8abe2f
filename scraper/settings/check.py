"""What only shows when the settings are looked at together."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain

from scraper.accounts import ADMIN, weakness
from scraper.alerts import CHANNEL_TYPES
from scraper.errors import FetchError, QueryError
from scraper.fetch import request_options
from scraper.settings.channels import channel_problems, smtp_problems
from scraper.settings.load import InvalidSettingsError, Loaded, Problem, dotted
from scraper.settings.queries import AnySet, named_lists, pointed, warnings, wrong_terms
from scraper.watch import Query, compile_query
from scraper.watch.lists import Lists
from storage.engines import parse_url
from storage.errors import DatabaseAddressError

Path = tuple[str | int, ...]
Finding = tuple[Path, str, bool]  # path, message, is it only a warning


def check(
    loaded: Loaded,
    *,
    stored: Mapping[str, Sequence[str]] | None = None,
    now: datetime | None = None,
) -> list[Problem]:
    """The warnings; InvalidSettingsError if anything is wrong.

    `stored` are the sets of terms that the database has, by name. Without it, a query may name a
    set that the settings do not know: perhaps the database does. With `now`, in UTC, what is
    suspicious in queries is among the warnings; looking for that takes longer than all else.
    """
    before = (_database, _names, _channels, _sets)
    after = (_operator, _accounts, _watches, _sources, _sites, _development)
    findings = chain(
        *(look(loaded) for look in before),
        _queries(loaded, stored, now),
        *(look(loaded) for look in after),
    )
    problems = [
        Problem(place=loaded.place(path), key=dotted(path), message=message, warning=warning)
        for path, message, warning in findings
    ]
    if any(not problem.warning for problem in problems):
        raise InvalidSettingsError(problems)
    return problems


def names_other_sets(loaded: Loaded) -> bool:
    """Whether a query names a set that the settings do not know."""
    lists = AnySet({given.name: given.terms for given in loaded.settings.set})
    for watch in loaded.settings.watch:
        with suppress(QueryError):  # which is told by `check`
            if _other_sets(compile_query(watch.query, lists=lists), lists):
                return True
    return False


def _other_sets(query: Query, lists: Lists) -> list[str]:
    return [
        name for kind, name in named_lists(query) if kind == "set" and name not in lists.known_sets
    ]


def _database(loaded: Loaded) -> Iterator[Finding]:
    try:
        parse_url(loaded.settings.service.database)
    except DatabaseAddressError as error:
        yield ("service", "database"), str(error), False


def _names(loaded: Loaded) -> Iterator[Finding]:
    settings = loaded.settings
    for section in ("source", "channel", "set", "watch"):
        seen: dict[str, int] = {}
        for index, item in enumerate(getattr(settings, section)):
            first = seen.setdefault(item.name, index)
            if first != index:
                place = loaded.place((section, first, "name"))
                yield (
                    (section, index, "name"),
                    f'"{item.name}" stands at {place} already: give each {section} its own name',
                    False,
                )


def _channels(loaded: Loaded) -> Iterator[Finding]:
    for index, channel in enumerate(loaded.settings.channel):
        if channel.type not in CHANNEL_TYPES:
            message = _unknown("type", channel.type, CHANNEL_TYPES)
            yield ("channel", index, "type"), message, False
            continue
        for path, message in channel_problems(channel):
            yield ("channel", index, *path), message, False
    for path, message in smtp_problems(loaded):
        yield path, message, False


def _sets(loaded: Loaded) -> Iterator[Finding]:
    spelled: dict[str, int] = {}
    for index, given in enumerate(loaded.settings.set):
        for _, message in wrong_terms(given.terms):
            yield ("set", index), f'in the set "{given.name}", {message}', False
        lists = Lists(dict.fromkeys(spelled, ()))
        alike = lists.set_name(given.name)
        if alike is not None and alike != given.name:
            place = loaded.place(("set", spelled[alike], "name"))
            message = f'queries cannot tell "{given.name}" from "{alike}", at {place}'
            yield ("set", index, "name"), message, False
        spelled.setdefault(given.name, index)


def _accounts(loaded: Loaded) -> Iterator[Finding]:
    accounts = loaded.settings.accounts
    if accounts.admin_password is not None:
        given = accounts.admin_password.get_secret_value()
        if problem := weakness(given, name=ADMIN):
            yield ("accounts", "admin_password"), problem, False
    if accounts.proxy_header is not None and not accounts.proxies:
        message = 'say whose header is believed, such as ["10.0.0.2/32"]: nobody\'s is'
        yield ("accounts", "proxies"), message, False
    if accounts.session > accounts.longest_session:
        yield ("accounts", "session"), "is longer than accounts.longest_session", False


def _operator(loaded: Loaded) -> Iterator[Finding]:
    """Where the operator is told, and what escalates: channels that must be there."""
    settings = loaded.settings
    channels = [channel.name for channel in settings.channel]
    yield from _references(
        ("operator", "channels"), "channel", settings.operator.channels, channels
    )
    for index, channel in enumerate(settings.channel):
        path: Path = ("channel", index, "escalate_to")
        yield from _references(path, "channel", _named(channel.escalate_to), channels)
    for index, watch in enumerate(settings.watch):
        for name, keys in watch.on.items():
            path = ("watch", index, "on", name, "escalate_to")
            yield from _references(path, "channel", _named(keys.escalate_to), channels)


def _development(loaded: Loaded) -> Iterator[Finding]:
    hurry = loaded.settings.development.hurry
    if hurry > 1:
        message = (
            f"failed deliveries are tried again {hurry} times faster than receivers are used to: "
            "leave it out where alerts matter"
        )
        yield ("development", "hurry"), message, True


def _named(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _watches(loaded: Loaded) -> Iterator[Finding]:
    settings = loaded.settings
    channels = [channel.name for channel in settings.channel]
    sources = [source.name for source in settings.source]
    for index, watch in enumerate(settings.watch):
        path: Path = ("watch", index)
        yield from _references((*path, "channels"), "channel", watch.channels, channels)
        yield from _references((*path, "sources"), "source", watch.sources, sources)
        if not watch.channels:
            yield (
                path,
                f'"{watch.name}" has no channels: it rings in the log and on the dashboard only',
                True,
            )


def _queries(
    loaded: Loaded, stored: Mapping[str, Sequence[str]] | None, now: datetime | None
) -> Iterator[Finding]:
    own = {given.name: given.terms for given in loaded.settings.set}
    lists = AnySet(own) if stored is None else Lists({**stored, **own})
    for index, watch in enumerate(loaded.settings.watch):
        path: Path = ("watch", index, "query")
        try:
            query = compile_query(watch.query, lists=lists)
        except QueryError as error:
            yield path, pointed(error, watch.query), False
            continue
        for warning in warnings(query, now) if now is not None else ():
            yield path, warning, True
        for name in _other_sets(query, lists):
            message = _unknown("set", name, lists.known_sets)
            yield path, f"{message}. Or is it kept in the database? See `tocsin set list`", True


def _sources(loaded: Loaded) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, source in enumerate(loaded.settings.source):
        first = seen.setdefault(source.url, index)
        if first != index:
            yield (
                ("source", index, "url"),
                f"is visited already, by {loaded.place(('source', first, 'url'))}: remove one",
                False,
            )
        try:
            request_options(source.options())  # to see whether the files that it names are there
        except FetchError as error:
            yield ("source", index), str(error), False
    if not loaded.settings.source:
        yield (
            (),
            "no [[source]] is named here; those that `tocsin source add` added are visited",
            True,
        )


def _sites(loaded: Loaded) -> Iterator[Finding]:
    """What is wrong in the user's own rules for sites."""
    if loaded.settings.extract.sites is None:
        return
    # Reading them loads the parser, which most commands do without.
    from scraper.settings.sites import sites_of  # noqa: PLC0415 - see above

    try:
        sites_of(loaded)
    except InvalidSettingsError as error:
        for problem in error.problems:
            yield ("extract", "sites"), str(problem), False


def _references(
    path: Path, kind: str, names: Sequence[str], known: Iterable[str]
) -> Iterator[Finding]:
    known = list(known)
    for name in names:
        if name not in known:
            yield path, _unknown(kind, name, known), False


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    choices = sorted(known)
    close = difflib.get_close_matches(name, choices, n=1)
    if close:
        return f'there is no {kind} "{name}"; did you mean "{close[0]}"?'
    return f'there is no {kind} "{name}"; known are: {", ".join(choices) or "none"}'
