"""Queries as people type them: compiled with the saved lists, or pointed at where wrong."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from scraper.cli.output import say
from scraper.clock import SystemClock
from scraper.errors import QueryError
from scraper.printable import pointed_at
from scraper.watch import Query, compile_query
from scraper.watch.lists import NO_LISTS, Lists
from storage.records import Watch

_MAY_NAME_A_SET = re.compile("[:\uff1a\ufe55]")  # colons as keyboards have them


def compiled_query(query: str, lists: Lists = NO_LISTS) -> Query:
    """The query, or an error that points at what is wrong in it."""
    try:
        return compile_query(query, lists=lists)
    except QueryError as error:
        raise _pointed(query, error) from None


@contextmanager
def pointing_at(query: str) -> Iterator[None]:
    """Have an error in this query point at what is wrong in it."""
    try:
        yield
    except QueryError as error:
        raise _pointed(query, error) from None


def _pointed(query: str, error: QueryError) -> QueryError:
    return QueryError(
        f"{error}\n{pointed_at(query, error.position)}\n{error.remedy}".rstrip(),
        position=error.position,
        remedy=error.remedy,
    )


def say_warnings(query: Query, *, place: str = "") -> int:
    """Tell what is suspicious in a query, on standard error; how many things."""
    # `match` shows them in a way of its own, and has no need of the settings.
    from scraper.settings.queries import warnings  # noqa: PLC0415 - see above

    told = 0
    for warning in warnings(query, SystemClock().now()):
        say(f"{place}warning: {warning}", err=True)
        told += 1
    return told


def broken_watches(watches: Iterable[Watch], lists: Lists) -> dict[int, QueryError]:
    """The watches that cannot ring, by id, and why."""
    broken = {}
    for watch in watches:
        try:
            compile_query(watch.spec.query, lists=lists)
        except QueryError as error:
            broken[watch.id] = error
    return broken


def using_set(name: str, watches: Iterable[Watch], lists: Lists) -> list[Watch]:
    """The watches whose queries name this set."""
    from scraper.settings.queries import named_lists  # noqa: PLC0415 - as above

    using = []
    for watch in watches:
        if not _MAY_NAME_A_SET.search(watch.spec.query):
            continue  # compiling a hundred thousand takes its time
        try:
            query = compile_query(watch.spec.query, lists=lists)
        except QueryError:
            continue  # it names a set that is not there
        if ("set", name) in named_lists(query):
            using.append(watch)
    return using
