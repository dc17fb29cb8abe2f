"""What only shows when the settings are looked at together."""

import difflib
from collections.abc import Iterable, Iterator, Sequence

from scraper.alerts import CHANNEL_TYPES
from scraper.errors import QueryError
from scraper.settings.channels import channel_problems, smtp_problems
from scraper.settings.load import InvalidSettingsError, Loaded, Problem, dotted
from scraper.watch import compile_query
from storage.engines import parse_url
from storage.errors import DatabaseAddressError

Path = tuple[str | int, ...]
Finding = tuple[Path, str, bool]  # path, message, is it only a warning


def check(loaded: Loaded) -> list[Problem]:
    """The warnings; InvalidSettingsError if anything is wrong."""
    problems = [
        Problem(place=loaded.place(path), key=dotted(path), message=message, warning=warning)
        for look in (_database, _names, _channels, _watches, _sources, _sites)
        for path, message, warning in look(loaded)
    ]
    if any(not problem.warning for problem in problems):
        raise InvalidSettingsError(problems)
    return problems


def _database(loaded: Loaded) -> Iterator[Finding]:
    try:
        parse_url(loaded.settings.service.database)
    except DatabaseAddressError as error:
        yield ("service", "database"), str(error), False


def _names(loaded: Loaded) -> Iterator[Finding]:
    settings = loaded.settings
    for section in ("source", "channel", "watch"):
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


def _watches(loaded: Loaded) -> Iterator[Finding]:
    settings = loaded.settings
    channels = [channel.name for channel in settings.channel]
    sources = [source.name for source in settings.source]
    for index, watch in enumerate(settings.watch):
        path: Path = ("watch", index)
        yield from _query((*path, "query"), watch.query)
        yield from _references((*path, "channels"), "channel", watch.channels, channels)
        yield from _references((*path, "sources"), "source", watch.sources, sources)
        if not watch.channels:
            yield (
                path,
                f'"{watch.name}" has no channels: it rings in the log and on the dashboard only',
                True,
            )


def _query(path: Path, query: str) -> Iterator[Finding]:
    try:
        compile_query(query)
    except QueryError as error:
        pointer = f"{query}\n    {' ' * error.position}^"
        remedy = f" {error.remedy}" if error.remedy else ""
        yield path, f"{error}.{remedy}\n    {pointer}", False


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
    if not loaded.settings.source:
        yield (), "there are no sources: add a [[source]] with a name and a url", True


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
