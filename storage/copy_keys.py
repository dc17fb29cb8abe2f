"""Which articles have a key of a signature: the index that copies are found by.

    put(keys of an article) ─► index ─► newest(keys): article ids ─► candidates
                                 ▲
                               take out

SQLite has a row for each key of an article, in a table that is an index and nothing else. In
PostgreSQL every row has a header and is stored beside its index, 80 bytes for a key; so there the
pairs of key and article are packed into rows of some dozens, the leaves of a B-tree: a row holds
the pairs from its `first` to the next row's, sorted, and is halved when it is full. Rows are read,
changed and written back, so whoever changes them holds the lock of admissions (`lock`).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.statements import chunks
from storage.tables import key_blocks, signature_keys

PER_KEY = 50  # articles looked at for one key of a signature: a phrase that all share tells nothing

Pair: TypeAlias = tuple[int, int]  # a key, signed 64-bit, and the id of an article that has it

_WIDTH = 13  # bytes of a packed pair: eight of the key, five of the article's id
_IDS = 1 << 40
_LOWEST_KEY = -(1 << 63)
_MOST_PAIRS = 64  # in a row: 832 bytes, some ten rows a page
_PAIRS_AT_ONCE = 8_000  # in one statement
_KEYS_AT_ONCE = 100  # in one statement: SQLite joins at most 500 selects
_ADMISSION_LOCK = 0x70C53


class _Block(NamedTuple):
    first: bytes
    pairs: bytes


def lock(connection: Connection) -> None:
    """Wait for others that admit articles or change the index, until this transaction ends.

    Nothing where the transaction only reads, and in SQLite, which has but one writer anyway. Take
    it before any row is locked, or two transactions may wait for one another.
    """
    options = connection.get_execution_options()
    if _packs(connection) and not options.get("postgresql_readonly"):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADMISSION_LOCK)))


def put(connection: Connection, pairs: Iterable[Pair]) -> None:
    """Let articles be found by keys."""
    new = sorted(set(pairs))
    if not new:
        return
    if _packs(connection):
        _change(connection, new, put=True)
    else:
        rows = [{"key": key, "article_id": article_id} for key, article_id in new]
        connection.execute(_ADD, rows)


def take_out(connection: Connection, pairs: Iterable[Pair]) -> None:
    """Let articles be found by these keys no more."""
    old = sorted(set(pairs))
    if not old:
        return
    if _packs(connection):
        _change(connection, old, put=False)
    else:  # by the whole primary key, so no other index is needed
        rows = [{"of_key": key, "of_article": article_id} for key, article_id in old]
        connection.execute(_DELETE, rows)


def newest(connection: Connection, keys: Iterable[int]) -> Iterator[int]:
    """The last PER_KEY articles for each of the keys, in any order; an article once for every key.

    Ids grow with time, so the last are those with the highest.
    """
    for some in chunks(sorted(set(keys)), _KEYS_AT_ONCE):
        if _packs(connection):
            yield from _newest_packed(connection, some)
        else:
            values = {f"key_{number}": key for number, key in enumerate(some)} | {"most": PER_KEY}
            yield from connection.scalars(_newest_for_keys(len(some)), values)


def _packs(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


# A row for each key of an article.

_ADD = sa.insert(signature_keys)
_DELETE = sa.delete(signature_keys).where(
    signature_keys.c.key == sa.bindparam("of_key"),
    signature_keys.c.article_id == sa.bindparam("of_article"),
)


# In text: SQLAlchemy takes as long to put the same together again as SQLite takes five times over.
_LAST = (
    "SELECT article_id FROM (SELECT article_id FROM signature_keys WHERE key = :key_{}"
    " ORDER BY article_id DESC LIMIT :most)"
)


@lru_cache(maxsize=_KEYS_AT_ONCE)
def _newest_for_keys(number: int) -> sa.TextClause:
    """The last PER_KEY articles for each of key_0, key_1, …; an article once for every key."""
    return sa.text(" UNION ALL ".join(_LAST.format(index) for index in range(number)))


# Rows of many pairs.

_BLOCKS_OF = sa.text(
    "SELECT block.first, block.pairs FROM unnest(CAST(:bounds AS bytea[])) WITH ORDINALITY"
    " AS asked (bound, place) LEFT JOIN LATERAL"
    " (SELECT first, pairs FROM key_blocks WHERE first <= asked.bound ORDER BY first DESC LIMIT 1)"
    " AS block ON true ORDER BY asked.place"
)
_BLOCK_BEFORE = (
    sa.select(key_blocks)
    .where(key_blocks.c.first < sa.bindparam("of_first"))
    .order_by(key_blocks.c.first.desc())
    .limit(1)
)
_WRITE = sa.text(
    "INSERT INTO key_blocks (first, pairs)"
    " SELECT * FROM unnest(CAST(:firsts AS bytea[]), CAST(:pairs AS bytea[]))"
    " ON CONFLICT (first) DO UPDATE SET pairs = excluded.pairs"
)
_CLEAR = sa.text("DELETE FROM key_blocks WHERE first = ANY(CAST(:firsts AS bytea[]))")


def _packed(key: int, article_id: int) -> bytes:
    """A pair as bytes that sort as pairs do."""
    if not 0 <= article_id < _IDS:
        raise ValueError(f"article {article_id} has no place in the index of keys")
    return ((key - _LOWEST_KEY) * _IDS + article_id).to_bytes(_WIDTH, "big")


def _blocks_of(connection: Connection, bounds: Sequence[bytes]) -> list[_Block]:
    """For each packed pair the row where it is or would be; an empty one where there is none."""
    rows = connection.execute(_BLOCKS_OF, {"bounds": bounds})
    return [_Block(bytes(row.first or b""), bytes(row.pairs or b"")) for row in rows]


def _newest_packed(connection: Connection, keys: Sequence[int]) -> Iterator[int]:
    bounds = [_packed(key, _IDS - 1) for key in keys]
    for key, bound, block in zip(keys, bounds, _blocks_of(connection, bounds), strict=True):
        lowest = _packed(key, 0)
        found = _ids_between(block.pairs, lowest, bound)
        first = block.first
        while len(found) < PER_KEY and first > lowest:  # a key of many articles has many rows
            row = connection.execute(_BLOCK_BEFORE, {"of_first": first}).one()
            first = bytes(row.first)
            found = _ids_between(bytes(row.pairs), lowest, bound) + found
        yield from found[-PER_KEY:]


def _ids_between(pairs: bytes, lowest: bytes, highest: bytes) -> list[int]:
    """The articles of the packed pairs from the lowest to the highest, both included."""
    places = range(0, len(pairs), _WIDTH)
    start = bisect_left(places, lowest, key=lambda at: pairs[at : at + _WIDTH])
    found = []
    for at in places[start:]:
        pair = pairs[at : at + _WIDTH]
        if pair > highest:
            break
        found.append(int.from_bytes(pair[8:], "big"))
    return found


def _change(connection: Connection, pairs: Sequence[Pair], *, put: bool) -> None:
    lock(connection)
    for some in chunks([_packed(*pair) for pair in pairs], _PAIRS_AT_ONCE):
        changes: defaultdict[_Block, set[bytes]] = defaultdict(set)
        for pair, block in zip(some, _blocks_of(connection, some), strict=True):
            changes[block].add(pair)
        written: list[_Block] = []
        cleared: list[bytes] = []
        for block, changed in changes.items():
            known = {block.pairs[at : at + _WIDTH] for at in range(0, len(block.pairs), _WIDTH)}
            left = sorted(known | changed if put else known - changed)
            if left or not block.first:  # the first row stays, so that every pair has its place
                written += _divided(block.first, left)
            else:
                cleared.append(block.first)
        if written:
            firsts, packed = zip(*written, strict=True)
            connection.execute(_WRITE, {"firsts": list(firsts), "pairs": list(packed)})
        if cleared:
            connection.execute(_CLEAR, {"firsts": cleared})


def _divided(first: bytes, pairs: Sequence[bytes]) -> Iterator[_Block]:
    """Rows of these pairs, the one that begins at `first` and those after it, of like lengths."""
    number = -(-len(pairs) // _MOST_PAIRS) or 1
    starts = [len(pairs) * part // number for part in range(number + 1)]
    for start, end in pairwise(starts):
        yield _Block(pairs[start] if start else first, b"".join(pairs[start:end]))
