"""Articles: by their links, by their likeness, and with their earlier texts."""

import builtins
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from struct import pack, unpack
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import copy_keys, fulltext, key_index, revisions
from storage.records import (
    Article,
    ArticleKind,
    Revision,
    Signature,
    SignedArticle,
    StoredArticle,
)
from storage.statements import AnyRow, chunks, digest, insert_new
from storage.tables import articles as table
from storage.tables import (
    link_keys,
    signatures,
    sources,
    stories,
)

_EVER = datetime(9999, 1, 1, tzinfo=UTC)
_FIELDS = tuple(field.name for field in fields(Article))


class Articles:
    """The articles, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def find(self, keys: Iterable[str]) -> StoredArticle | None:
        """The article known by one of these normalised links; of several, the first stored."""
        digests = [digest(key) for key in keys]
        if not digests:
            return None
        found = self.connection.scalar(_FIND, {"digests": digests})
        return None if found is None else self.get(found)

    def add(
        self,
        article: Article,
        *,
        keys: Iterable[str],
        source_id: int | None,
        story_id: int | None,
        copy_of: int | None,
        signature: Signature,
        now: datetime,
        signed_at: datetime | None = None,
        outlet: str | None = None,
    ) -> StoredArticle:
        """Store a new article. `story_id` None: it leads a new story.

        Copies are looked for among the articles of a time: that is `signed_at`, else `now`.

        Raises ConflictError when one of `keys` is another article's by now: a worker was faster,
        so roll back, begin again, and find it.
        """
        copy_keys.lock(self.connection)
        story = self._join_story(story_id, now=now)
        values = _values(article) | {
            "source_id": source_id,
            "story_id": story,
            "copy_of": copy_of,
            "first_seen_at": now,
            "revisions": 0,
            "indexed": False,
            "outlet": outlet,
        }
        row = self.connection.execute(_ADD, values).one()
        if story_id is None:
            self.connection.execute(_LEAD, {"of_story": story, "of_article": row.id})
        digests = {digest(key) for key in keys}
        if digests:
            self.connection.execute(
                _ADD_KEYS,
                [{"key": key, "article_id": row.id} for key in sorted(digests)],
            )
        self._sign(row.id, signature, now=signed_at or now)
        key_index.awaits(self.connection, row.id)
        return stored(row)

    def _join_story(self, story_id: int | None, *, now: datetime) -> int:
        if story_id is None:
            made = self.connection.execute(
                _BEGIN_STORY,
                {
                    "leader_id": None,
                    "article_count": 1,
                    "created_at": now,
                    "updated_at": now,
                    "pinned": False,
                },
            )
            return int(made.scalar_one())
        self.connection.execute(
            sa.update(stories)
            .where(stories.c.id == story_id)
            .values(article_count=stories.c.article_count + 1, updated_at=now)
        )
        return story_id

    def add_keys(self, article_id: int, keys: Iterable[str]) -> int:
        """More links of a known article; those that belong to another one stay there."""
        digests = sorted({digest(key) for key in keys})
        rows = [{"key": key, "article_id": article_id} for key in digests]
        return insert_new(self.connection, link_keys, rows, unique=["key"])

    def revise(
        self, article_id: int, article: Article, *, signature: Signature, now: datetime
    ) -> StoredArticle:
        """Store a later text; the former one becomes a revision."""
        copy_keys.lock(self.connection)
        former = self.connection.execute(
            sa.select(table).where(table.c.id == article_id).with_for_update()
        ).one()
        fulltext.forget(self.connection, former)
        row = self.connection.execute(
            sa.update(table)
            .where(table.c.id == article_id)
            .values(
                **_values(article),
                revised_at=now,
                revisions=table.c.revisions + 1,
                indexed=False,
            )
            .returning(table)
        ).one()
        seen_at = former.revised_at or former.first_seen_at
        revisions.keep(self.connection, former, row.body, seen_at=seen_at)
        key_index.changed(self.connection, [article_id])
        # One whose signature is pruned stays so old that it is pruned again.
        signed_at = self._signed_at(article_id) or min(
            former.first_seen_at, former.published_at or former.first_seen_at
        )
        unsign(self.connection, [article_id])
        self._sign(article_id, signature, now=signed_at)
        self.connection.execute(
            sa.update(stories).where(stories.c.id == row.story_id).values(updated_at=now)
        )
        return stored(row)

    def repair(
        self, article_id: int, article: Article, *, was: Article, signature: Signature
    ) -> StoredArticle | None:
        """Store a better reading of the same page. It is no later text, so no revision is kept.

        None, and nothing is changed, where the stored article is not `was` any more. One that was
        no longer found in copies is not found in them now.
        """
        copy_keys.lock(self.connection)
        former = self.connection.execute(
            sa.select(table).where(table.c.id == article_id).with_for_update()
        ).one()
        if stored(former).article != was:
            return None
        fulltext.forget(self.connection, former)
        row = self.connection.execute(
            sa.update(table)
            .where(table.c.id == article_id)
            .values(**_values(article))
            .returning(table)
        ).one()
        revisions.rebase(self.connection, article_id, former.body, row.body)
        fulltext.add(self.connection, [fulltext.folded(fulltext.texts_of(row))])
        key_index.changed(self.connection, [article_id])
        signed_at = self._signed_at(article_id)
        if signed_at is not None:
            unsign(self.connection, [article_id])
            self._sign(article_id, signature, now=signed_at)
        return stored(row)

    # Likeness.

    def wait(self) -> None:
        """Wait for whoever admits an article; until this transaction ends, nobody else does.

        Two reports of one event that arrive at once must not lead two stories, and a story must not
        change while somebody decides on it. Call it before any row is locked.
        """
        copy_keys.lock(self.connection)

    def candidates(
        self, signature: Signature, *, since: datetime, until: datetime = _EVER, limit: int
    ) -> builtins.list[SignedArticle]:
        """Articles of a time that share keys, or the exact text: most shared first.

        For each key the last `copy_keys.PER_KEY` articles stored are looked at, so a phrase that
        every article of a site carries costs no more than another. They come without sketches.
        Within a write transaction nobody else admits an article until it ends: two copies that
        arrive at once must not lead two stories.
        """
        copy_keys.lock(self.connection)
        between = {"since": since, "until": until}
        shared = Counter(
            self.connection.scalars(_SAME_TEXT, {"of_text": signature.exact, **between})
        )
        for article_id in shared:
            shared[article_id] = len(signature.keys) + 1  # nothing is more alike
        shared.update(copy_keys.newest(self.connection, signature.keys))
        timely = [
            article_id
            for ids in chunks(sorted(shared))
            for article_id in self.connection.scalars(_TIMELY, {"of_ids": ids, **between})
        ]
        best = sorted(timely, key=lambda article_id: (-shared[article_id], article_id))[:limit]
        found: dict[int, SignedArticle] = {}
        for ids in chunks(best):
            rows = self.connection.execute(_SIGNED.where(signatures.c.article_id.in_(ids)))
            found |= {row.article_id: _signed(row) for row in rows}
        return [found[article_id] for article_id in best]

    def signed(self, article_id: int) -> SignedArticle | None:
        """The article as the comparison sees it, without its sketch."""
        row = self.connection.execute(_SIGNED.where(signatures.c.article_id == article_id)).first()
        return None if row is None else _signed(row)

    def signature(self, article_id: int) -> Signature | None:
        """The signature of its present text, without the sketch."""
        row = self.connection.execute(
            sa.select(signatures).where(signatures.c.article_id == article_id)
        ).first()
        return None if row is None else _signature(row)

    def _signed_at(self, article_id: int) -> datetime | None:
        """The time for which its text is compared with others: of a backfill's, its publication."""
        found: datetime | None = self.connection.scalar(
            sa.select(signatures.c.seen_at).where(signatures.c.article_id == article_id)
        )
        return found

    def _sign(self, article_id: int, signature: Signature, *, now: datetime) -> None:
        values = {
            "article_id": article_id,
            "exact": signature.exact,
            "keys": pack(f"<{len(signature.keys)}q", *signature.keys),
            "seen_at": now,
        }
        self.connection.execute(_SIGN, values)
        copy_keys.put(self.connection, ((key, article_id) for key in signature.keys))

    # Reading.

    def get(self, article_id: int) -> StoredArticle | None:
        """The article."""
        row = self.connection.execute(_ONE, {"of_id": article_id}).first()
        return None if row is None else stored(row)

    def list(
        self,
        limit: int = 50,
        *,
        before: int | None = None,
        story_id: int | None = None,
        source: str | None = None,
        language: str | None = None,
    ) -> builtins.list[StoredArticle]:
        """The last ones first. `before`: the id of the last one on the page before."""
        found = sa.select(table).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            found = found.where(table.c.id < before)
        if story_id is not None:
            found = found.where(table.c.story_id == story_id)
        if language is not None:
            found = found.where(table.c.language == language)
        if source is not None:
            of_source = sa.select(sources.c.id).where(sources.c.name == source)
            found = found.where(table.c.source_id == of_source.scalar_subquery())
        return [stored(row) for row in self.connection.execute(found)]

    def revisions(self, article_id: int) -> builtins.list[Revision]:
        """Its earlier texts, the first seen first."""
        return revisions.read(self.connection, article_id)


# What every admission asks for and writes: made once, for making a statement costs more than to
# run it.
_FIND = sa.select(sa.func.min(link_keys.c.article_id)).where(
    link_keys.c.key.in_(sa.bindparam("digests", expanding=True))
)
_ONE = sa.select(table).where(table.c.id == sa.bindparam("of_id"))
_ADD = sa.insert(table).returning(table)
_ADD_KEYS = sa.insert(link_keys)
_BEGIN_STORY = sa.insert(stories).returning(stories.c.id)
_LEAD = (
    sa.update(stories)
    .where(stories.c.id == sa.bindparam("of_story"))
    .values(leader_id=sa.bindparam("of_article"))
)
_SIGN = sa.insert(signatures)
_SAME_TEXT = (
    sa.select(signatures.c.article_id)
    .where(
        signatures.c.exact == sa.bindparam("of_text"),
        signatures.c.seen_at >= sa.bindparam("since", type_=signatures.c.seen_at.type),
        signatures.c.seen_at <= sa.bindparam("until", type_=signatures.c.seen_at.type),
    )
    .order_by(signatures.c.seen_at.desc())
    .limit(copy_keys.PER_KEY)
)

_TIMELY = sa.select(signatures.c.article_id).where(
    signatures.c.article_id.in_(sa.bindparam("of_ids", expanding=True)),
    signatures.c.seen_at >= sa.bindparam("since", type_=signatures.c.seen_at.type),
    signatures.c.seen_at <= sa.bindparam("until", type_=signatures.c.seen_at.type),
)
_SIGNED = sa.select(
    signatures,
    table.c.story_id,
    table.c.copy_of,
    table.c.first_seen_at,
    table.c.title,
    table.c.body,
    table.c.language,
).join_from(signatures, table, signatures.c.article_id == table.c.id)


def unsign(connection: Connection, article_ids: Sequence[int]) -> None:
    """Forget the signatures of articles, if they have any: they are no candidates any more."""
    of_these = signatures.c.article_id.in_(article_ids)
    rows = connection.execute(sa.select(signatures).where(of_these)).all()
    pairs = [(key, row.article_id) for row in rows for key in _signature(row).keys]
    copy_keys.take_out(connection, pairs)
    connection.execute(sa.delete(signatures).where(of_these))


def _values(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in _FIELDS}


def stored(row: AnyRow) -> StoredArticle:
    """A row of the table as a record."""
    values = {name: row._mapping[name] for name in _FIELDS}  # noqa: SLF001 - SQLAlchemy's documented name
    values |= {
        "authors": tuple(row.authors),
        "tags": tuple(row.tags),
        "kind": ArticleKind(row.kind),
    }
    return StoredArticle(
        id=row.id,
        article=Article(**values),
        source_id=row.source_id,
        story_id=row.story_id,
        copy_of=row.copy_of,
        first_seen_at=row.first_seen_at,
        revised_at=row.revised_at,
        revisions=row.revisions,
        outlet=row.outlet,
    )


def _signature(row: AnyRow) -> Signature:
    keys = bytes(row.keys)
    return Signature(exact=row.exact, keys=unpack(f"<{len(keys) // 8}q", keys))


def _signed(row: AnyRow) -> SignedArticle:
    return SignedArticle(
        article_id=row.article_id,
        story_id=row.story_id,
        copy_of=row.copy_of,
        signature=_signature(row),
        first_seen_at=row.first_seen_at,
        title=row.title,
        body=row.body,
        language=row.language,
    )
