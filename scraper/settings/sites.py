"""Rules for single sites: from files of TOML to `Sites`, or to a list of all that is wrong in them.

Those of the package are in config/sites/; a folder of the user's own, named in the settings, goes
before them, host by host.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from scraper.errors import SettingsError
from scraper.extract.selectors import check_removal
from scraper.extract.sites import CONTAINER, FIELDS, Pick, Site, Sites, Version
from scraper.packaged import packaged_file
from scraper.settings.load import InvalidSettingsError, Loaded, Problem, dotted, worded
from scraper.settings.locate import key_lines, line_of
from scraper.settings.model import HostName, Section

FOLDER = "sites"  # of config/
_MOST_BYTES = 100_000  # of one file
_MOST_PICKS = 20


def _picks(value: object) -> object:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(one, str) for one in listed):
        raise ValueError('write a CSS selector such as "article h1", or a list of them')
    if not 0 < len(listed) <= _MOST_PICKS:
        raise ValueError(f"write between 1 and {_MOST_PICKS} selectors, or leave it out")
    return tuple(map(Pick.parse, listed))


def _of_text(picks: tuple[Pick, ...]) -> tuple[Pick, ...]:
    for pick in picks:
        if pick.attribute is not None:
            raise ValueError(
                f'"{pick}" asks for an attribute: the text stands in elements, so leave out '
                f'"@{pick.attribute}"'
            )
    return picks


def _selector(value: str) -> str:
    check_removal(value)
    return value


def _day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("write a day without quotation marks, such as 2024-03-01")


def _host(value: str) -> str:
    """As links have it: in ASCII, without what every rule holds for anyway."""
    try:
        return value.encode("idna").decode("ascii").removeprefix("www.")
    except UnicodeError:
        raise ValueError('write the name of a host, such as "example.org"') from None


def _hosts(value: object) -> object:
    if not (isinstance(value, list) and value):
        raise ValueError('write a list of hosts, such as ["example.org"]')
    return value


def _versions(value: object) -> object:
    if not (isinstance(value, list) and value):
        raise ValueError("write the rules under [[version]], a table for each time they changed")
    return value


Picks = Annotated[tuple[Pick, ...], BeforeValidator(_picks)]
TextPicks = Annotated[Picks, AfterValidator(_of_text)]
Selector = Annotated[str, AfterValidator(_selector)]
Day = Annotated[date, BeforeValidator(_day)]


class VersionFile(Section):
    """A [[version]] table: where the fields stand from a day on."""

    model_config = Section.model_config | {"arbitrary_types_allowed": True}

    since: Day | None = None
    remove: tuple[Selector, ...] = ()
    container: TextPicks = Field(default=(), validate_default=False)
    title: Picks = Field(default=(), validate_default=False)
    standfirst: Picks = Field(default=(), validate_default=False)
    authors: Picks = Field(default=(), validate_default=False)
    published_at: Picks = Field(default=(), validate_default=False)
    modified_at: Picks = Field(default=(), validate_default=False)
    body: TextPicks = Field(default=(), validate_default=False)
    section: Picks = Field(default=(), validate_default=False)
    tags: Picks = Field(default=(), validate_default=False)
    image_url: Picks = Field(default=(), validate_default=False)
    image_caption: Picks = Field(default=(), validate_default=False)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.remove or any(getattr(self, name) for name in (CONTAINER, *FIELDS))):
            names = ", ".join(("remove", CONTAINER, *FIELDS))
            raise ValueError(f"this version has no rules: give it one or more of {names}")
        return self

    def version(self) -> Version:
        """The version as extraction knows it."""
        found = {name: getattr(self, name) for name in FIELDS}
        return Version(
            since=self.since,
            remove=self.remove,
            container=self.container,
            picks={name: picks for name, picks in found.items() if picks},
        )


class SiteFile(Section):
    """A file of rules."""

    hosts: Annotated[
        tuple[Annotated[HostName, AfterValidator(_host)], ...], BeforeValidator(_hosts)
    ]
    version: Annotated[tuple[VersionFile, ...], BeforeValidator(_versions)]

    @model_validator(mode="after")
    def _versions_differ(self) -> Self:
        seen: set[date | None] = set()
        for version in self.version:
            if version.since in seen:
                since = "no `since`" if version.since is None else f"since = {version.since}"
                raise ValueError(f"two versions have {since}: give each a day of its own")
            seen.add(version.since)
        return self

    def site(self, name: str) -> Site:
        """The site as extraction knows it."""
        versions = sorted(
            (each.version() for each in self.version),
            key=lambda version: version.since or date.min,
            reverse=True,
        )
        return Site(name=name, hosts=self.hosts, versions=tuple(versions))


def sites_of(loaded: Loaded) -> Sites:
    """The rules that these settings ask for; a relative folder is relative to their file."""
    folder = loaded.settings.extract.sites
    return load_sites(None if folder is None else loaded.folder / folder)


def load_sites(folder: Path | None) -> Sites:
    """The packaged rules, and before them those of a folder of the user's own.

    InvalidSettingsError lists all that is wrong in them.
    """
    sites: list[Site] = []
    problems: list[Problem] = []
    for where, shown in ((packaged_file(FOLDER), f"config/{FOLDER}"), (folder, str(folder))):
        if where is not None:
            found, wrong = _read_folder(where, shown)
            sites += found
            problems += wrong
    if problems:
        raise InvalidSettingsError(problems)
    return Sites(sites)


def read_site(path: Path, name: str | None = None) -> Site:
    """The rules in one file; InvalidSettingsError lists all that is wrong in it."""
    name = name or str(path)
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError(f"{path}: {reason}") from None
    if len(raw) > _MOST_BYTES:
        raise SettingsError(f"{name}: larger than {_MOST_BYTES // 1000} kB: no rules need as much")
    try:
        return parse_site(raw.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: not UTF-8 at byte {error.start}: save it as UTF-8") from None


def parse_site(text: str, name: str) -> Site:
    """The rules in a text of TOML; `name` is what messages and evidence call it."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{name}:{found[1]}:{found[2]}" if found else f"{name} (at its end)"
        words = re.sub(r"\s*\(at .*\)$", "", str(error))
        message = f"this is not TOML: {words}"
        raise InvalidSettingsError([Problem(place=where, key="", message=message)]) from None
    try:
        return SiteFile.model_validate(tree).site(name)
    except ValidationError as error:
        raise InvalidSettingsError(list(_problems(error, text, name))) from None


def _problems(error: ValidationError, text: str, name: str) -> Iterator[Problem]:
    lines = key_lines(text)
    for details in error.errors():
        in_version = details["loc"][:1] == ("version",) and len(details["loc"]) > 1
        known = (VersionFile if in_version else SiteFile).model_fields
        path, message = worded(details, known=known)
        if details["type"] == "missing" and path == ("version",):
            message = "is missing: write the rules under [[version]]"
        elif details["type"] == "extra_forbidden" and path[0] in VersionFile.model_fields:
            message = "stands under [[version]]: move it there"
        yield Problem(place=f"{name}:{line_of(lines, path)}", key=dotted(path), message=message)


def _read_folder(folder: Path, shown: str) -> tuple[list[Site], list[Problem]]:
    if not folder.is_dir():
        message = "there is no such folder: make it, or leave extract.sites out"
        return [], [Problem(place=shown, key="", message=message)]
    sites: list[Site] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            sites.append(read_site(path, f"{shown}/{path.name}"))
        except InvalidSettingsError as error:
            problems += error.problems
        except SettingsError as error:
            problems.append(Problem(place=f"{shown}/{path.name}", key="", message=str(error)))
    return sites, problems + list(_twice(sites))


def _twice(sites: Iterable[Site]) -> Iterator[Problem]:
    """Hosts that two files of one folder have rules for: which of them counts, nobody could say."""
    first: dict[str, str] = {}
    for site in sites:
        for host in site.hosts:
            other = first.setdefault(host, site.name)
            if other != site.name:
                yield Problem(
                    place=site.name,
                    key="hosts",
                    message=f'"{host}" has rules in {other} already: keep one of them',
                )
