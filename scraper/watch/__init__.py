"""The query language of watches, and matching many watches at once.

    query ─► lexer ─► parser ─► tree of nodes ─────────┐
                                 │ anchors             ▼
    text ─► words ─► IndexedText ┴─► candidates ─► holds? ─► hits ─► passages

`compile_query` parses a query (lexer.py, leaves.py, parser.py) to a tree whose nodes tell whether
a text satisfies them and where (nodes.py). An `IndexedText` is read once and shared by all queries:
spelling → positions, with the further spellings of forms.py. A `WatchSet` finds the queries that
may match by their anchors (anchors.py) and evaluates only those. Of the hits, passages.py makes
what is shown: the best few sentences with what to highlight. docs/queries.md tells users the
language.
"""

from scraper.errors import QueryError
from scraper.watch.matchtext import MatchText
from scraper.watch.narrowing import RULES, index_keys, narrow
from scraper.watch.query import Query, compile_query
from scraper.watch.watchset import WatchSet

__all__ = [
    "RULES",
    "MatchText",
    "Query",
    "QueryError",
    "WatchSet",
    "compile_query",
    "index_keys",
    "narrow",
]
