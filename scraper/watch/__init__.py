"""The query language of watches, and matching many watches at once.

    query ─► lexer ─► parser ─► tree of nodes ──────────────┐
                                 │ anchors                  ▼
    text ─► pieces ─► IndexedText ┴► index ─► candidates ─► holds? ─► hits ─► passages

`compile_query` parses a query (lexer.py, leaves.py, parser.py) to a tree, whose nodes tell whether
a text satisfies them, and where (terms.py, nodes.py); what sets and names of places stand for comes
with `Lists`. An `IndexedText` is read once for all queries, mostly by looking up what its words
came to before (reading.py). A `WatchSet` finds the queries that may match by their anchors
(anchors.py, index.py) and evaluates only those. Of the hits, passages.py makes what is shown: the
best few sentences with what to highlight. For a search in what is stored, `narrow` says which
articles need to be looked at (narrowing.py). docs/queries.md tells users the language.
"""

from scraper.errors import QueryError
from scraper.watch.lists import NO_LISTS, Lists
from scraper.watch.matchtext import MatchText, readable
from scraper.watch.narrowing import RULES, index_keys, narrow
from scraper.watch.query import Query, compile_query
from scraper.watch.warnings import QueryWarning
from scraper.watch.watchset import WatchSet

__all__ = [
    "NO_LISTS",
    "RULES",
    "Lists",
    "MatchText",
    "Query",
    "QueryError",
    "QueryWarning",
    "WatchSet",
    "compile_query",
    "index_keys",
    "narrow",
    "readable",
]
