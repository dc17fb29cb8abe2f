"""The tree of errors.

TocsinError
├── UsageError            what a person wrote is wrong: exit 2
│   ├── SettingsError     in the settings file or the environment
│   └── QueryError        in a watch's query
├── FetchError            a page could not be had
│   └── PageGoneError     for there is none
├── ExtractError          a page yielded no article
├── DiscoverError         a source could not be read
└── DeliveryError         a channel did not take an alert

A docstring is the message an error has when it is raised without one.
"""

from datetime import timedelta
from enum import StrEnum


class TocsinError(Exception):
    """Something went wrong in Tocsin."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])


class UsageError(TocsinError):
    """What was asked for makes no sense. See --help."""


class SettingsError(UsageError):
    """The settings are wrong. Run `tocsin check` to see where."""


class QueryError(UsageError):
    """The query is wrong.

    `position` is the offset, in characters from 0, of the first character that does not fit;
    `remedy` says what to write instead.
    """

    def __init__(self, message: str, *, position: int, remedy: str = "") -> None:
        super().__init__(message)
        self.position = position
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_query_error, (str(self), self.position, self.remedy)


def _rebuild_query_error(message: str, position: int, remedy: str) -> QueryError:
    return QueryError(message, position=position, remedy=remedy)


class Trouble(StrEnum):
    """What sort of failure it was, for those who tell how a source fares."""

    OTHER = "other"
    BARRED = "barred"  # it does not let us in: a login, a wall, the law, robots.txt
    BUSY = "busy"  # it asks to be left alone
    MISSING = "missing"  # nothing is there, or not now
    GONE = "gone"  # nothing will ever be there again
    UNRESOLVED = "unresolved"  # its host's name leads nowhere


class AttemptError(TocsinError):
    """An attempt failed.

    `permanent` says that trying again is of no use; `retry_after` is the pause, if any, that the
    other side asked for. Retry logic looks at these two and at nothing else. `trouble` says what
    sort of failure it was.
    """

    trouble = Trouble.OTHER

    def __init__(
        self,
        message: str = "",
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        trouble: Trouble = Trouble.OTHER,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.trouble = trouble


class FetchError(AttemptError):
    """The page could not be fetched."""


class PageGoneError(FetchError):
    """There is no such page, or none any more."""


class ExtractError(AttemptError):
    """The page holds no article."""


class DiscoverError(AttemptError):
    """The source is neither a feed, nor a sitemap, nor a page with links to articles."""


class DeliveryError(AttemptError):
    """The channel did not take the alert.

    `only_this` says that the channel works: other alerts for it need not wait. `gone`: there is no
    such receiver any more, so nothing will be taken there until a person sees to it.
    """

    def __init__(
        self,
        message: str = "",
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        only_this: bool = False,
        gone: bool = False,
    ) -> None:
        super().__init__(message, permanent=permanent, retry_after=retry_after)
        self.only_this = only_this
        self.gone = gone
