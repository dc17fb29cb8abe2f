"""What settings and commands ask of queries: where they are wrong, and which lists they name."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from scraper.errors import QueryError
from scraper.printable import pointed_at
from scraper.watch import Query
from scraper.watch.checks import leaves
from scraper.watch.entries import entry
from scraper.watch.lists import Lists
from scraper.watch.nodes import AnyOf


def pointed(error: QueryError, text: str, *, indent: str = "    ") -> str:
    """What is wrong with a query, what to write instead, and a caret below the place."""
    remedy = f" {error.remedy}" if error.remedy else ""
    return f"{error}.{remedy}\n{pointed_at(text, error.position, indent=indent)}"


def warnings(query: Query, now: datetime) -> Iterator[str]:
    """What is suspicious in a query at that time, with what to write instead, and the place."""
    for warning in query.warnings_at(now):
        words = f"{warning.message}. {warning.remedy}".rstrip()
        yield f"{words}\n{pointed_at(query.text, warning.position, indent='    ')}"


def wrong_terms(terms: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The terms of a set that no query could look for: number, counted from 0, and why."""
    for number, term in enumerate(terms):
        try:
            entry(term)
        except QueryError as error:
            yield number, f'the term "{term}": {pointed(error, term)}'


def named_lists(query: Query) -> dict[tuple[str, str], int]:
    """The sets, places and countries that a query names, and how many terms each stands for."""
    named = [leaf for leaf in leaves(query.root) if isinstance(leaf, AnyOf)]
    return {(each.kind, each.name): len(each.leaves) for each in named}


class AnySet(Lists):
    """The sets that are known, and any other, of which only the name is known."""

    __slots__ = ()

    def set_name(self, name: str) -> str | None:
        """The name of a set as it was saved, or as it is spelled here."""
        return super().set_name(name) or name

    def terms(self, name: str) -> tuple[str, ...] | None:
        """The terms of a set; for one that is not known its name, in their place."""
        return super().terms(name) if super().set_name(name) else ("unknown",)
