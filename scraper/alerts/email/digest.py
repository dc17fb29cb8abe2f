"""What the templates show of a digest: its alerts by watch, then by story."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from scraper.alerts.clean import one_line
from scraper.alerts.email.view import View, view
from scraper.alerts.message import AlertMessage, DigestMessage, clip

_FEW = 10  # alerts that are shown with all that a message of their own would show
_PASSAGES = 2  # of an alert, where there are more than a few: some mail programs cut off long pages
_PASSAGE = 300  # characters, likewise
_LONGEST_NAME = 200
_LONGEST_PREHEADER = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story within a watch: its first alert, and those that followed."""

    anchor: str
    first: View
    further: tuple[View, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchView:
    """A watch, and its stories in order."""

    anchor: str
    name: str
    number: int  # of its alerts
    stories: tuple[StoryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """The values of a digest's templates; as in `View` none holds a line end."""

    heading: str
    preheader: str
    reason: str
    watches: tuple[WatchView, ...]


def digest_view(message: DigestMessage) -> DigestView:
    """What is shown of the digest, whose alerts are in order."""
    few = len(message.messages) <= _FEW
    watches = tuple(
        _watch(number, list(alerts), few=few)
        for number, (_, alerts) in enumerate(groupby(message.messages, _watch_id), start=1)
    )
    headlines = "; ".join(one.headline for one in message.messages[:_FEW])
    return DigestView(
        heading=message.heading,
        preheader=one_line(headlines, limit=_LONGEST_PREHEADER),
        reason=message.reason,
        watches=watches,
    )


def _watch(number: int, alerts: Sequence[AlertMessage], *, few: bool) -> WatchView:
    anchor = f"w{number}"
    grouped = (list(members) for _, members in groupby(alerts, lambda each: each.alert.story.id))
    return WatchView(
        anchor=anchor,
        name=one_line(alerts[0].alert.watch.name, limit=_LONGEST_NAME),
        number=len(alerts),
        stories=tuple(
            StoryView(
                anchor=f"{anchor}s{at}",
                first=view(first if few else _shortened(first)),
                further=tuple(map(view, further)),
            )
            for at, (first, *further) in enumerate(grouped, start=1)
        ),
    )


def _watch_id(message: AlertMessage) -> int:
    return message.alert.watch.id


def _shortened(message: AlertMessage) -> AlertMessage:
    passages = tuple(clip(passage, limit=_PASSAGE) for passage in message.passages[:_PASSAGES])
    return replace(message, passages=passages)
