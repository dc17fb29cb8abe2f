"""Queries as pages show them: how they are understood, where they are wrong, what is suspicious."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scraper.errors import QueryError
from scraper.pipeline.lists import saved_lists
from scraper.printable import pointed_at
from scraper.settings.queries import named_lists
from scraper.watch import compile_query
from scraper.watch.lists import Lists
from storage.database import UnitOfWork

LONGEST: Final = 20_000  # characters of a query that are looked at while one types
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is wrong or suspicious, what to write instead, and the line with a caret below it."""

    message: str
    remedy: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a query is read. `problem` None: it can ring."""

    problem: Remark | None = None
    warnings: Sequence[Remark] = ()
    understood: str | None = None  # where that is not how it was written
    lists: Sequence[str] = ()  # the sets, places and countries that it names


class Queries:
    """Reads queries with the lists that are saved now, and remembers which of them are broken."""

    def __init__(self) -> None:
        self._lists: tuple[int, Lists] | None = None
        self._problems: dict[str, str | None] = {}

    def lists(self, unit: UnitOfWork) -> Lists:
        """The saved lists; they are read again only when one has changed."""
        version = unit.lists_version()
        if self._lists is None or self._lists[0] != version:
            self._lists = version, saved_lists(unit)
            self._problems = {}
        return self._lists[1]

    def problem(self, query: str, unit: UnitOfWork) -> str | None:
        """Why a watch with this query never rings."""
        lists, problems = self.lists(unit), self._problems
        if query not in problems:
            if len(problems) >= _REMEMBERED:
                problems.clear()
            problems[query] = _problem(query, lists)
        return problems[query]


def read(query: str, lists: Lists, now: datetime) -> Reading:
    """How the query is understood."""
    if not query.strip():
        return Reading()
    if len(query) > LONGEST:
        return Reading(
            warnings=[
                Remark(message="It is long, so it is read when it is saved.", remedy="", place="")
            ]
        )
    try:
        compiled = compile_query(query, lists=lists)
    except QueryError as error:
        return Reading(problem=_remark(str(error), error.remedy, query, error.position))
    written = str(compiled)
    return Reading(
        warnings=[
            _remark(each.message, each.remedy, query, each.position)
            for each in compiled.warnings_at(now)
        ],
        understood=None if written == query.strip() else written,
        lists=[
            f"{kind}:{name} ({number:,} {'term' if number == 1 else 'terms'})"
            for (kind, name), number in named_lists(compiled).items()
        ],
    )


def _remark(message: str, remedy: str, query: str, position: int) -> Remark:
    return Remark(message=message, remedy=remedy, place=pointed_at(query, position, indent=""))


def _problem(query: str, lists: Lists) -> str | None:
    try:
        compile_query(query, lists=lists)
    except QueryError as error:
        return str(error)
    return None
