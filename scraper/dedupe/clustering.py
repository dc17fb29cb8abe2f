"""A stream of texts sorted into stories, with the decisions that the service takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from scraper.dedupe.memory import MemoryIndex
from scraper.dedupe.relation import relate
from scraper.dedupe.signing import sign
from storage.records import SignedArticle

# A copy that comes later than this is news again: an anniversary reprint, or a template's next use.
WINDOW: Final = timedelta(days=30)

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterText:
    """One text of a stream.

    `date` is in ISO 8601; what cannot be read as such is taken for unknown.
    """

    id: str
    title: str | None = None
    text: str = ""
    lang: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """Where a text belongs.

    `story` is the id of the story's first text, `copy_of` that of the original, if it is a copy.
    """

    id: str
    story: str
    copy_of: str | None


def cluster(
    texts: Iterable[ClusterText], *, window: timedelta = WINDOW, capacity: int = 100_000
) -> Iterator[Clustered]:
    """Say of each text, in the order given, which story it is of and which earlier text it copies.

    It reads the stream as the service sees articles come: the first text leads, nothing is decided
    twice, and a text is compared with those of the last `window` alone. Memory: the index (see
    `MemoryIndex`), and some 100 bytes for each text read.
    """
    index = MemoryIndex(capacity=capacity)
    ids: list[str] = []
    for number, (text, now, since) in enumerate(_timed(texts, window)):
        ids.append(text.id)
        signature = sign(text.title, text.text, text.lang)
        relation = relate(signature, index.candidates(signature, since=since))
        story = number if relation is None else relation.story_id
        copied = relation.article_id if relation and relation.kind == "copy" else None
        index.add(
            SignedArticle(
                article_id=number,
                story_id=story,
                copy_of=copied,
                signature=signature,
                first_seen_at=now,
            )
        )
        yield Clustered(
            id=text.id, story=ids[story], copy_of=None if copied is None else ids[copied]
        )


def _timed(
    texts: Iterable[ClusterText], window: timedelta
) -> Iterator[tuple[ClusterText, datetime, datetime]]:
    """Each text, the time of the stream when it comes, and since when the stream is remembered.

    The time is the latest date so far, so texts without a date come when their neighbours do; those
    before the first date come with it.
    """
    now = _START
    began: datetime | None = None
    for text in texts:
        date = _instant(text.date)
        if date is not None:
            began = date if began is None else began
            now = max(now, date)
        since = now - window
        yield text, now, _START if began is None or since <= began else since


def _instant(date: str | None) -> datetime | None:
    """The time in UTC; a time without a zone is taken for UTC."""
    if not date:
        return None
    try:
        read = datetime.fromisoformat(date)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
