"""The tree of errors.

TocsinError
├── UsageError            what a person wrote is wrong: exit 2
│   ├── SettingsError     in the settings file or the environment
│   ├── InvalidError      in values that somebody gave, field by field
│   ├── MissingError      for there is no such thing
│   └── QueryError        in a watch's query
├── FetchError            a page could not be had
│   └── PageGoneError     for there is none
├── ExtractError          a page yielded no article
├── DiscoverError         a source could not be read
└── DeliveryError         a channel did not take an alert

A docstring is the message an error has when it is raised without one.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum


class TocsinError(Exception):
    """Something went wrong in Tocsin."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])


class UsageError(TocsinError):
    """What was asked for makes no sense. See --help."""


class InvalidError(UsageError):
    """Values that break a rule. `problems` are the fields, dotted, and what is wrong with each."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{field}: {message}" for field, message in problems))
        self.problems = tuple(problems)


class NotInstalledError(UsageError):
    """What was asked for needs an extra that is not installed."""


class MissingError(UsageError):
    """What was asked for is not there."""


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


class Cause(StrEnum):
    """Why a channel took nothing; the values are for scripts, and stay."""

    NAME = "name_not_found"
    CONNECTION = "connection_refused"  # nothing listens there
    UNREACHABLE = "unreachable"  # no way leads there, or it breaks
    TIMEOUT = "timeout"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_EARLY = "certificate_not_valid_yet"
    CERTIFICATE_OTHER_NAME = "certificate_other_name"
    CERTIFICATE_SELF_SIGNED = "certificate_self_signed"
    CERTIFICATE_UNKNOWN_ISSUER = "certificate_unknown_issuer"
    OWN_CERTIFICATE = "own_certificate_expired"
    NO_TLS = "no_tls"  # where TLS was to be
    TLS = "tls"  # anything else about it
    BROKEN_OFF = "broken_off"  # it closed the connection in place of an answer
    ADDRESS_GUARD = "address_guard"  # an address that is not public, nor allowed
    LOGIN = "login_refused"
    FORBIDDEN = "forbidden"
    SENDER = "sender_refused"
    RECIPIENT = "recipient_refused"
    MESSAGE = "message_refused"
    TOO_LARGE = "too_large"
    REDIRECT = "redirect"
    MISSING = "not_found"
    GONE = "gone"
    BUSY = "busy"  # it asks for a pause
    UNEXPECTED = "unexpected_answer"
    SETTINGS = "settings"  # a file that they name, mostly
    TEMPLATE = "template"  # one that somebody wrote cannot be filled in
    OTHER = "other"


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
    such receiver any more, so nothing will be taken there until a person sees to it. `cause` is
    what the message tells in words.
    """

    def __init__(
        self,
        message: str = "",
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        only_this: bool = False,
        gone: bool = False,
        cause: Cause = Cause.OTHER,
    ) -> None:
        super().__init__(message, permanent=permanent, retry_after=retry_after)
        self.cause = cause
        self.only_this = only_this
        self.gone = gone
