"""Compares what the receivers' own logs say with what was due and with what is stored. No I/O.

An alert is known here by what a reader sees of it, the watch's name and the article's headline,
so that a message under a new name is found out to be an old one.

Times are seconds since 1970 on this machine's clock, which the daemon and the receivers share.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Subject = tuple[str, str]  # the watch, and the headline

# A request that was in the receiver's buffer when its sender was killed is read that much later.
_READ_LATE = 0.5


class Answer(StrEnum):
    """What a message was told, as far as its sender can know."""

    TAKEN = "taken"  # yes, within the time limit
    REFUSED = "refused for now"
    FINAL = "refused for good"
    NONE = "not answered"  # not at all, half of it, or when the sender had gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that came to a receiver as a whole; one for each recipient of an e-mail."""

    channel: str
    id: str  # webhook-id, or the Message-ID without the sender's domain
    recipient: str
    tells: frozenset[Subject]
    at: float
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A delivery as the database has it; `attempts`: when each was recorded, and its outcome."""

    id: str
    channel: str
    tells: frozenset[Subject]
    state: str  # pending, delivered, failed, cancelled
    error: str | None
    attempts: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is judged.

    `due` are the channels of each alert that should have rung. `rang` are the alerts that are
    stored, one for each time that it rang. `recipients` are those of a channel that may ever say
    yes; a channel with none refuses all for good, without hearing which message it is. `kills` are
    the moments at which the daemon was killed, in order.
    """

    due: Mapping[Subject, frozenset[str]]
    rang: Sequence[Subject]
    stored: Sequence[Stored]
    arrivals: Sequence[Arrival]
    kills: Sequence[float]
    recipients: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must not be: its kind, and what it is about."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def judge(case: Case) -> list[Violation]:
    """What must not be; nothing, if all is well."""
    return [*_alerts(case), *_ways(case), *_ends(case), *_names(case), *_repeats(case)]


def _alerts(case: Case) -> Iterator[Violation]:
    """Each alert that was due rang, and once."""
    counted: dict[Subject, int] = defaultdict(int)
    for subject in case.rang:
        counted[subject] += 1
    for subject in case.due.keys() - counted.keys():
        yield Violation("never rang", _words([subject]))
    for subject, times in counted.items():
        if subject not in case.due:
            yield Violation("rang for nothing", _words([subject]))
        elif times > 1:
            yield Violation("rang twice", _words([subject]))


def _ways(case: Case) -> Iterator[Violation]:
    """Each alert is in one delivery to each of its channels, alone or with others."""
    counted: dict[tuple[Subject, str], int] = defaultdict(int)
    for one in case.stored:
        for subject in one.tells:
            counted[subject, one.channel] += 1
    for subject in set(case.rang) & case.due.keys():
        for channel in case.due[subject]:
            if (times := counted.pop((subject, channel), 0)) != 1:
                kind = "never sent on its way" if times == 0 else "sent on its way twice"
                yield Violation(kind, f"{_words([subject])} to {channel}")
    for subject, channel in counted:
        yield Violation("sent where nobody asked for it", f"{_words([subject])} to {channel}")


def _ends(case: Case) -> Iterator[Violation]:
    """What is done was taken, what is given up was refused for good, and nothing else is left."""
    heard = _by_message(case.arrivals)
    for one in case.stored:
        recipients = case.recipients[one.channel]
        what = f"{one.id} to {one.channel} ({_words(one.tells)})"
        if one.state == "delivered":
            for recipient in recipients:
                answers = {each.answer for each in heard.get((one.id, recipient), ())}
                if not answers & {Answer.TAKEN, Answer.FINAL}:
                    yield Violation("lost", f"{what}: {recipient or 'the receiver'} never took it")
        elif one.state != "failed":
            yield Violation("left behind", f"{what}: {one.state}")
        elif not one.error:
            yield Violation("given up without a reason", what)
        elif not all(_refused(heard.get((one.id, recipient), ())) for recipient in recipients):
            yield Violation("given up, though not refused for good", f"{what}: {one.error}")


def _refused(arrivals: Sequence[Arrival]) -> bool:
    """Whether a receiver had said for good that it will not take a message."""
    return bool(arrivals) and arrivals[-1].answer is Answer.FINAL


def _names(case: Case) -> Iterator[Violation]:
    """What arrives tells what its delivery tells, and never under another name."""
    stored = {one.id: one for one in case.stored}
    names: dict[tuple[str, Subject], set[str]] = defaultdict(set)
    for each in case.arrivals:
        for subject in each.tells:
            names[each.channel, subject].add(each.id)
    for each in case.arrivals:
        one = stored.get(each.id)
        if one is None:
            yield Violation("under a name of nobody", f"{each.id} to {each.channel}")
        elif one.channel != each.channel or one.tells != each.tells:
            yield Violation("not what its name says", f"{each.id} to {each.channel}")
    for (channel, subject), ids in names.items():
        if len(ids) > 1:
            yield Violation(
                "renamed", f"{_words([subject])} to {channel}: {', '.join(sorted(ids))}"
            )


def _repeats(case: Case) -> Iterator[Violation]:
    """A repeat follows no answer, or one that was lost by a kill; and each attempt is recorded.

    What the daemon knew when it was killed, and had not written down, nobody else can know.
    """
    stored = {one.id: one for one in case.stored}
    for (name, recipient), heard in _by_message(case.arrivals).items():
        if name not in stored:
            continue
        attempts = stored[name].attempts
        done = min((at for at, outcome in attempts if outcome == "delivered"), default=None)
        for number, each in enumerate(heard):
            later = heard[number + 1 :]
            until = later[0].at if later else float("inf")
            killed = _any_within(case.kills, each.at - _READ_LATE, until)
            what = f"{name} to {each.channel} {recipient}".rstrip()
            if later and each.answer is Answer.TAKEN and not killed:
                yield Violation(
                    "doubled", f"{what}: sent again {until - each.at:.1f} s after a yes"
                )
            if done is not None and each.at > done:
                yield Violation("doubled", f"{what}: sent again after it was recorded as done")
            if not killed and not _any_within([at for at, _ in attempts], each.at, until):
                yield Violation("not recorded", f"{what}: the attempt of {each.at:.3f}")


def _any_within(times: Sequence[float], start: float, end: float) -> bool:
    """Whether one of the times, which are in order, is from `start` to `end`."""
    index = bisect_left(times, start)
    return index < len(times) and times[index] <= end


def _by_message(arrivals: Iterable[Arrival]) -> dict[tuple[str, str], list[Arrival]]:
    """What came under each name to each recipient, in order."""
    found: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for each in sorted(arrivals, key=lambda each: each.at):
        found[each.id, each.recipient].append(each)
    return found


def _words(subjects: Iterable[Subject]) -> str:
    named = sorted(subjects)
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return ", ".join(f"{watch} / {title}" for watch, title in named[:3]) + more
