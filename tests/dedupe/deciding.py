"""What the tests of decisions share: articles at hand, and one compared with another."""

from datetime import UTC, datetime, timedelta

from scraper.dedupe import Relation, relate, sign
from storage.records import SignedArticle

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)


def signed(
    number: int,
    body: str,
    *,
    title: str | None = None,
    story: int | None = None,
    copy_of: int | None = None,
) -> SignedArticle:
    """A stored article; without `story` it leads one of its own, of the same number."""
    return SignedArticle(
        article_id=number,
        story_id=number if story is None else story,
        copy_of=copy_of,
        signature=sign(title, body),
        first_seen_at=NOW + timedelta(minutes=number),
    )


def between(new: str, old: str) -> Relation | None:
    """What the text `new` is to `old`, when that is all there is."""
    return relate(sign(None, new), [signed(1, old)])


def kind(new: str, old: str) -> str | None:
    """The kind of relation alone."""
    relation = between(new, old)
    return relation.kind if relation else None
