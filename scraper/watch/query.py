"""One query: compiled, matched, explained."""

from dataclasses import dataclass
from functools import lru_cache

from scraper.watch.explain import explain
from scraper.watch.indexed import IndexedText
from scraper.watch.matchtext import MatchText
from scraper.watch.nodes import Node
from scraper.watch.parser import parse
from scraper.watch.passages import passages
from storage.records import Passage


@dataclass(frozen=True, slots=True)
class Query:
    """A compiled query. `str()` gives its normal form, which compiles to an equal one.

    `text` is the query as typed; `language` is assumed of texts that do not say theirs.
    """

    text: str
    root: Node
    language: str | None = None

    def match(self, text: MatchText) -> tuple[Passage, ...] | None:
        """The passages that satisfy the query, best first; None if it does not match.

        A match may have no passage: `lang:` and `site:` look at no text.
        """
        return self.match_indexed(IndexedText(text, language=self.language))

    def match_indexed(self, text: IndexedText) -> tuple[Passage, ...] | None:
        """As `match`, of a text whose words were found before."""
        return passages(text, self.root.hits(text)) if self.root.holds(text) else None

    def explain(self, text: MatchText) -> str:
        """The query as a tree, a line for each part: yes or no, and where it was found."""
        return explain(self.root, IndexedText(text, language=self.language))

    def __str__(self) -> str:
        return str(self.root)


@lru_cache(maxsize=1 << 15)
def compile_query(query: str, *, language: str | None = None) -> Query:
    """The query, ready to match. Raises QueryError, with position and remedy.

    `language` is assumed of texts that do not say theirs. Compiled queries are kept by their text.
    """
    return Query(query, parse(query), language)
