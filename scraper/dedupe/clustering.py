"""A stream of texts sorted into stories, with the decisions that the service takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from scraper.dedupe.event_memory import MemoryStories
from scraper.dedupe.events import ALIKE, settle
from scraper.dedupe.memory import MemoryIndex
from scraper.dedupe.rarity import Counts, articles_key, count_keys, is_counted, weigh
from scraper.dedupe.relation import relate
from scraper.dedupe.signing import sign
from scraper.dedupe.terms import describe
from storage.records import SignedArticle

# A copy that comes later than this is news again: an anniversary reprint, or a template's next use.
COPY_WINDOW: Final = timedelta(days=30)
# An event is reported within some days; who writes of it later tells what came of it.
STORY_WINDOW: Final = timedelta(days=7)

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

    `story` is the id of the text that leads the story, `copy_of` that of the original, if it is a
    copy.
    """

    id: str
    story: str
    copy_of: str | None


def cluster(
    texts: Iterable[ClusterText],
    *,
    window: timedelta = COPY_WINDOW,
    story_window: timedelta = STORY_WINDOW,
    capacity: int = 100_000,
    alike: float = ALIKE,
) -> Iterator[Clustered]:
    """Say of each text, in the order given, which story it is of and which earlier text it copies.

    It reads the stream as the service sees articles come: the first text leads, and a text is
    compared with those of the last `window` for copies, and of the last `story_window` for reports
    of the same event. What is said of a text rests on those before it alone. A later text may show
    two stories to be one, or one to be two; it is told the story as that leaves it, and the answers
    before it stand. `alike` is how like two groups must be to be of one story, 0 to 1; the service
    uses the default. Memory: the index (see `MemoryIndex`), and some 300 bytes for each text read.
    """
    stream = _Stream(capacity, alike)
    ids: list[str] = []
    for text, now, began in _timed(texts):
        ids.append(text.id)
        story, copied = stream.add(
            text,
            now,
            copies_since=_since(now, window, began),
            stories_since=_since(now, story_window, began),
        )
        yield Clustered(
            id=text.id, story=ids[story], copy_of=None if copied is None else ids[copied]
        )


class _Stream:
    """What was read of a stream; texts are numbered as they come."""

    def __init__(self, capacity: int, alike: float) -> None:
        self._alike = alike
        self._index = MemoryIndex(capacity=capacity)
        self._stories = MemoryStories(capacity=capacity)
        self._counts = Counts()
        self._number = 0

    def add(
        self, text: ClusterText, now: datetime, *, copies_since: datetime, stories_since: datetime
    ) -> tuple[int, int | None]:
        """The number of the text that leads its story, and of the one that it copies, if any."""
        signature = sign(text.title, text.text, text.lang)
        relation = relate(signature, self._index.candidates(signature, since=copies_since))
        copied = relation.article_id if relation and relation.kind == "copy" else None
        vector = None if copied is not None else self._weigh(text, signature.exact)
        story = relation.story_id if relation else self._settle(vector, stories_since)
        story = self._stories.add(
            self._number,
            story,
            vector=vector,
            seen_at=now,
            copy_of=copied,
            tied_to=relation.article_id if relation else None,
        )
        self._index.add(
            SignedArticle(
                article_id=self._number,
                story_id=story,
                copy_of=copied,
                signature=signature,
                first_seen_at=now,
            )
        )
        self._number += 1
        return story, copied

    def _weigh(self, text: ClusterText, exact: str) -> bytes | None:
        terms = describe(text.title, text.text, text.lang)
        if not terms.weights:
            return None
        articles, counts = self._counts.of(terms)
        vector = weigh(terms, articles, counts)
        if is_counted(exact, articles):
            self._counts.add([articles_key(terms.language), *count_keys(terms)])
        return vector

    def _settle(self, vector: bytes | None, since: datetime) -> int | None:
        if vector is None:
            return None
        settled = settle(vector, self._stories.near(vector, since=since), alike=self._alike)
        story, moved = self._stories.apply(settled)
        for article_id, into in moved.items():
            self._index.move([article_id], into)
        return story


def _timed(
    texts: Iterable[ClusterText],
) -> Iterator[tuple[ClusterText, datetime, datetime | None]]:
    """Each text, the time of the stream when it comes, and the first date there was by then.

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
        yield text, now, began


def _since(now: datetime, window: timedelta, began: datetime | None) -> datetime:
    """Since when the stream is remembered; `began` is its first date."""
    return _START if began is None or now - window <= began else now - window


def _instant(date: str | None) -> datetime | None:
    """The time in UTC; a time without a zone is taken for UTC."""
    if not date:
        return None
    try:
        read = datetime.fromisoformat(date)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
