"""Expressions over keys as the databases are asked for them.

A small expression is one question. A large one, such as a list of fifty thousand names, is asked in
pieces, whose answers are put together here: neither database takes so long a question well.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.idset import IdSet
from storage.records import KeyExpression, KeyIs, KeysAllOf, KeysAnyOf

# Characters of a key that count; PostgreSQL takes 2,046 bytes, four for a character at most. What
# comes after makes no difference, so a longer key finds more than it should, and never less.
LONGEST = 200
# To FTS5's "ascii" tokenizer, letters and digits of ASCII and all that is beyond are parts of words
# (https://www.sqlite.org/fts5.html, 4.3.2); PostgreSQL has quotes and operators. So all other
# characters of ASCII are written as characters for private use, and a key is one word to either.
_PRIVATE = 0xE000
_WRITTEN = {code: _PRIVATE + code for code in range(128) if not chr(code).isalnum()}
_SURROGATES = re.compile("[\ud800-\udfff]")

_MOST_NESTED = 8  # in one question: FTS5's parser has a stack of a hundred entries
_FEW = 500  # articles left by a part of an expression: reading them costs less than asking on


def token(key: str) -> str:
    """The key as a token: equal for equal keys, and beginning with the token of its beginning."""
    if key.isalnum() and len(key) <= LONGEST:  # as nearly all are
        return key
    return _SURROGATES.sub("\ufffd", key[:LONGEST]).translate(_WRITTEN)


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a database is asked."""

    statement: sa.TextClause
    both: str
    either: str
    prefix: str  # what stands after a key that is the beginning of others
    quote: str
    at_once: int  # keys in one question


_FTS5 = _Dialect(
    statement=sa.text(
        "SELECT rowid FROM article_text_keys WHERE article_text_keys MATCH :query"
        " AND rowid BETWEEN :low AND :high"
    ),
    both=" AND ",
    either=" OR ",
    prefix=" *",
    quote='"',
    at_once=200,
)
_TSQUERY = _Dialect(
    statement=sa.text(
        "SELECT article_id FROM article_text_keys WHERE document @@ CAST(:query AS tsquery)"
        " AND article_id BETWEEN :low AND :high"
    ),
    both=" & ",
    either=" | ",
    prefix=":*",
    quote="'",
    at_once=2_000,
)


def find(connection: Connection, wanted: KeyExpression, *, low: int, high: int) -> IdSet | None:
    """The articles with ids from `low` to `high` whose tokens satisfy it; None: it does not say."""
    simple = simplified(wanted)
    if simple is True:
        return None
    if simple is False:
        return IdSet(low)
    dialect = _TSQUERY if connection.dialect.name == "postgresql" else _FTS5

    def ask(query: str) -> IdSet:
        rows = connection.scalars(dialect.statement, {"query": query, "low": low, "high": high})
        return IdSet.of(rows, low=low, high=high)

    return _find(simple, dialect, ask)


def _find(wanted: KeyExpression, dialect: _Dialect, ask: Callable[[str], IdSet]) -> IdSet:
    if _is_small(wanted, dialect):
        return ask(_written(wanted, dialect))
    assert not isinstance(wanted, KeyIs), "one key is small"
    pieces = list(_pieces(wanted, dialect))
    if isinstance(wanted, KeysAnyOf):
        return reduce(or_, (_find(piece, dialect, ask) for piece in pieces))
    pieces.sort(key=_size)
    found = _find(pieces[0], dialect, ask)
    for piece in pieces[1:]:
        if len(found) <= _FEW:
            break
        found &= _find(piece, dialect, ask)
    return found


def _pieces(wanted: KeysAllOf | KeysAnyOf, dialect: _Dialect) -> Iterator[KeyExpression]:
    """The parts, the small ones put together to as few questions as can be."""
    kind = type(wanted)
    together: list[KeyExpression] = []
    keys = 0
    for part in wanted.parts:
        if not _is_small(part, dialect, nested=1):
            yield part
            continue
        size = _size(part)
        if keys + size > dialect.at_once:
            yield kind(tuple(together))
            together, keys = [], 0
        together.append(part)
        keys += size
    if together:
        yield kind(tuple(together))


def _is_small(wanted: KeyExpression, dialect: _Dialect, *, nested: int = 0) -> bool:
    """Whether it may be one question, `nested` deep in another."""
    return _size(wanted) <= dialect.at_once and _depth(wanted) + nested <= _MOST_NESTED


def _size(wanted: KeyExpression) -> int:
    return 1 if isinstance(wanted, KeyIs) else sum(map(_size, wanted.parts))


def _depth(wanted: KeyExpression) -> int:
    return 0 if isinstance(wanted, KeyIs) else 1 + max(map(_depth, wanted.parts))


def _written(wanted: KeyExpression, dialect: _Dialect) -> str:
    if isinstance(wanted, KeyIs):
        return f"{dialect.quote}{wanted.text}{dialect.quote}{dialect.prefix * wanted.prefix}"
    between = dialect.both if isinstance(wanted, KeysAllOf) else dialect.either
    return f"({between.join(_written(part, dialect) for part in wanted.parts)})"


def simplified(wanted: KeyExpression) -> KeyExpression | bool:
    """The same, of tokens: without what is always or never so, and without needless nesting.

    True: every article satisfies it; False: none does.
    """
    if isinstance(wanted, KeyIs):
        if not wanted.text:
            return wanted.prefix
        # A key that is cut is looked for as it is stored.
        return KeyIs(token(wanted.text), wanted.prefix and len(wanted.text) < LONGEST)
    kind, neutral = type(wanted), isinstance(wanted, KeysAllOf)
    parts: dict[KeyExpression, None] = {}  # each once, in their order
    for part in map(simplified, wanted.parts):
        if isinstance(part, bool):
            if part is not neutral:
                return part
        else:
            parts.update(dict.fromkeys(_flat(part, kind)))
    if len(parts) == 1:
        return next(iter(parts))
    return kind(tuple(parts)) if parts else neutral


def _flat(part: KeyExpression, kind: type[KeysAllOf] | type[KeysAnyOf]) -> Sequence[KeyExpression]:
    return part.parts if isinstance(part, kind) else (part,)
