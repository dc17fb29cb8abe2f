"""`tocsin site check`: a rule tried on pages."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import click

from scraper.cli.fetching import get_pages, settings_if_any
from scraper.cli.groups import json_option, settings_option
from scraper.cli.output import moment, print_json, print_table, say
from scraper.composition import open_database
from scraper.errors import AttemptError, UsageError
from scraper.extract import Extraction, Site, Sites, extract
from scraper.extract.article import parse
from scraper.extract.sites import CONTAINER, FIELDS
from scraper.pipeline.reading import kept_page
from scraper.settings.sites import read_site
from storage.records import PackedPage, Page

_WALKED: Final = 500  # lines of kept pages read in one transaction

State = Literal["matches", "differs", "no match", "no version", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a rule came to on one page, for one thing that it names."""

    page: str
    field: str
    state: State  # by "matches" the general reading finds the same
    value: object = None
    general: object = None


@click.command()
@click.argument("rule", type=click.Path(path_type=Path))
@click.argument("pages", nargs=-1, metavar="[URL|FILE]…")
@click.option("--url", help="The address of the pages that are read from files.")
@click.option(
    "--latest",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="How many of the kept pages of its hosts are taken where no page is named.",
)
@settings_option
@json_option
def check(
    *,
    rule: Path,
    pages: tuple[str, ...],
    url: str | None,
    latest: int,
    config: Path | None,
    as_json: bool,
) -> int:
    """Try the rules in a file on pages: addresses, files, or those kept of its hosts.

    Exit code 1: something that they name is not there.
    """
    site = read_site(rule)
    address = url or f"https://{site.hosts[0]}/"
    tried: Iterator[tuple[str, Page | PackedPage]] = (
        zip(pages, get_pages(pages, address, config), strict=True)
        if pages
        else _kept(site, config, latest)
    )
    used: dict[str, bool] = {}
    found = [each for name, page in tried for each in _try(site, name, page, used)]
    found += _unused(used)
    if as_json:
        print_json(found)
    else:
        _show(found)
    return 1 if any(each.state in {"no match", "unreadable"} for each in found) else 0


def _kept(site: Site, config: Path | None, latest: int) -> Iterator[tuple[str, PackedPage]]:
    """The latest pages of the site that the database keeps, one at a time."""
    loaded = settings_if_any(config)
    if loaded is None:
        raise UsageError("name pages to try the rules on: addresses, or files")
    of_site = Sites([site])
    chosen: deque[int] = deque(maxlen=latest)
    with open_database(loaded) as database:
        after: int | None = 0
        while after is not None:
            with database.read() as unit:
                lines = unit.pages.walk(after=after, limit=_WALKED)
            chosen += [line.article_id for line in lines if of_site.find(line.url)]
            after = lines[-1].article_id if len(lines) == _WALKED else None
        if not chosen:
            hosts = ", ".join(site.hosts)
            raise UsageError(f"no page of {hosts} is kept: name pages to try, addresses or files")
        for each in chosen:
            with database.read() as unit:
                page = unit.pages.latest(each)
            if page is not None:
                yield page.page.url, page.page


def _try(site: Site, name: str, had: Page | PackedPage, used: dict[str, bool]) -> Iterator[Found]:
    """What each thing that the rule names came to on a page; `used`: what there was to remove."""
    try:
        page = had if isinstance(had, Page) else kept_page(had, had.url)
        general = _extracted(page, Sites())
        ruled = _extracted(page, Sites(everywhere=site))
    except AttemptError as error:
        yield Found(page=name, field="", state="unreadable", value=str(error))
        return
    _use(site, page, used)
    if ruled.rule is None:
        day = "it is from before the first `since`: read as on any other site"
        yield Found(page=name, field="", state="no version", value=day)
    named = {*ruled.matched, *ruled.missed}
    for field in (CONTAINER, *FIELDS):
        if field in named:
            yield _found(name, field, general, ruled)


def _found(page: str, field: str, general: Extraction, ruled: Extraction) -> Found:
    shown = "body" if field == CONTAINER else field
    value, other = getattr(ruled.article, shown), getattr(general.article, shown)
    found = Found(page=page, field=field, state="matches", value=value, general=other)
    if field in ruled.missed:
        return replace(found, state="no match", value=None)
    return found if value == other else replace(found, state="differs")


def _extracted(page: Page, sites: Sites) -> Extraction:
    return extract(page.body, page.url, page.headers, now=page.fetched_at, sites=sites)


def _use(site: Site, page: Page, used: dict[str, bool]) -> None:
    """Note which of the selectors to remove, of the page's version, match something on it."""
    tree = parse(page.body, page.headers)
    version = site.version_for(tree, page.url, page.fetched_at)
    for selector in version.remove if version else ():
        used[selector] = used.get(selector, False) or tree.css_first(selector) is not None


def _unused(used: Mapping[str, bool]) -> Iterator[Found]:
    """What is to be removed, and stands on none of the pages that its version is for."""
    for selector, is_used in used.items():
        if not is_used:
            yield Found(page="all of them", field="remove", state="no match", general=selector)


def _show(found: Sequence[Found]) -> None:
    page = None
    rows = []
    for each in found:
        shown = each.page if each.page != page else ""
        page = each.page
        value = _cell(each.field, each.value)
        if each.state == "differs":
            value, general = _cell(each.field, each.value, 33), _cell(each.field, each.general, 33)
            value = f"{value} ≠ {general or 'nothing'}"
        elif each.state == "no match":
            value = _cell(each.field, each.general)
        rows.append((shown, each.field, each.state, value))
    print_table(("page", "field", "rule", "value"), rows, empty="The rules name nothing here.")
    if any(each.state == "differs" for each in found):
        say("≠: what the general reading finds. The rule's value counts.")


def _cell(field: str, value: object, width: int = 72) -> str:
    """A value as a table shows it, `width` characters at most."""
    if value is None or value in ("", ()):
        return ""
    if field in {"body", CONTAINER}:
        return f"{len(str(value).split())} words"
    if field.endswith("_at"):
        return moment(value)  # type: ignore[arg-type]  # fields of that name are times
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text if len(text) <= width else f"{text[: width - 1]}…"
