"""Receivers with moods: each answer is drawn, and what was answered is logged.

A webhook's receiver takes a message, or refuses it (500, 404, 429 with a pause, 410), or says
nothing, half an answer, or yes when the sender has gone. A mail server refuses a sender, a
recipient or a message for now, and some for good, or ends the connection where its answer is due.
"""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from random import Random
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.end_to_end.chaos.judge import Answer, Arrival, Subject
from tests.servers import MailSink
from tests.serving import HttpServer, Log, Reply, Request

TIME_LIMIT = 2.0  # seconds that the daemon waits for an answer
_TOO_LATE = 3.0  # seconds after which a receiver answers at last
_OUTAGE = (2.0, 6.0)  # seconds, at least and at most
_SUBJECT = re.compile(r"(?:UNANSWERED |REMINDER )?\[(?P<watch>[^\]]+)\] (?P<title>.+) — ")


@dataclass(frozen=True, slots=True)
class Mood:
    """How a receiver answers: the name of what it does, and how often of a thousand."""

    weights: Mapping[str, int]

    def draw(self, random: Random) -> str:
        """What it does this time."""
        return random.choices([*self.weights], [*self.weights.values()])[0]


WEBHOOK = Mood(
    {
        "take": 780,
        "500": 60,
        "404": 30,
        "429": 6,
        "410": 2,
        "outage": 2,
        "no answer": 6,
        "too late": 6,
        "half an answer": 36,
        "closed": 36,
        "reset": 36,
    }
)
MAIL = Mood({"take": 860, "421": 20, "451": 60, "dropped": 50, "too late": 10})
GREYLISTED = 50  # of a thousand times, a recipient who is wanted is refused for now

_REPLIES: Mapping[str, tuple[Reply, Answer]] = {
    "take": (Reply(status=204), Answer.TAKEN),
    "500": (Reply(status=500, body=b"out of order"), Answer.REFUSED),
    "404": (Reply(status=404), Answer.REFUSED),
    "429": (Reply(status=429, headers={"retry-after": "1"}), Answer.REFUSED),
    "410": (Reply(status=410), Answer.REFUSED),
    "outage": (Reply(status=503), Answer.REFUSED),
    "poisoned": (Reply(status=500, body=b"this one breaks me"), Answer.FINAL),
    "no answer": (Reply(hang=True), Answer.NONE),
    "too late": (Reply(status=204, delay=_TOO_LATE), Answer.NONE),
    "half an answer": (Reply(raw=b"HTTP/1.1 20"), Answer.NONE),
    "closed": (Reply(raw=b""), Answer.NONE),
    "reset": (Reply(raw=b"", reset_after=0), Answer.NONE),
}


class Journal:
    """What arrived at all receivers, and how often each did what."""

    def __init__(self) -> None:
        self._log: Log[Arrival] = Log()
        self._lock = threading.Lock()
        self.done: dict[str, int] = {}
        self.on_arrival: Callable[[], None] = lambda: None

    def add(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            self._log.add(arrival)
        self.on_arrival()

    def did(self, what: str) -> None:
        with self._lock:
            self.done[what] = self.done.get(what, 0) + 1

    @property
    def arrivals(self) -> list[Arrival]:
        return self._log.all()


class Hooks(HttpServer):
    """The receivers of webhooks: one for each path, which is the channel's name.

    `poisoned` says of what a message tells whether its receiver always breaks over it.
    """

    def __init__(
        self,
        journal: Journal,
        random: Random,
        *,
        mood: Mood = WEBHOOK,
        poisoned: Callable[[str, frozenset[Subject]], bool] = lambda *_: False,
    ) -> None:
        super().__init__()
        self._journal = journal
        self._random = random
        self._mood = mood
        self._poisoned = poisoned
        self._down_until: dict[str, float] = {}

    def answer(self, request: Request) -> Reply:
        channel = request.path.rsplit("/", 1)[1]
        tells = subjects(json.loads(request.body))
        what = self._drawn(channel, tells)
        reply, answer = _REPLIES[what]
        self._journal.did(f"webhook: {what}")
        self._journal.add(
            [
                Arrival(
                    channel=channel,
                    id=request.headers["webhook-id"],
                    recipient="",
                    tells=tells,
                    at=request.time.timestamp(),
                    answer=answer,
                )
            ]
        )
        return reply

    def _drawn(self, channel: str, tells: frozenset[Subject]) -> str:
        if self._poisoned(channel, tells):
            return "poisoned"
        now = time.monotonic()
        if now < self._down_until.get(channel, 0):
            return "outage"
        what = self._mood.draw(self._random)
        if what == "outage":
            self._down_until[channel] = now + self._random.uniform(*_OUTAGE)
        return what


def subjects(message: Mapping[str, Any]) -> frozenset[Subject]:
    """What the body of a webhook tells of."""
    data = message["data"]
    told = data.get("alerts", [data] if "alert" in data else [])
    return frozenset((each["watch"]["name"], each["article"]["title"]) for each in told)


class Mails(MailSink):
    """A mail server. Who is in `refused` is refused for good; others, now and then, for now."""

    def __init__(
        self, journal: Journal, random: Random, *, refused: Sequence[str], mood: Mood = MAIL
    ) -> None:
        super().__init__()
        self._journal = journal
        self._random = random
        self._mood = mood
        self._refused_for_good = frozenset(refused)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks its hooks up by the command's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session
        if self._mood.draw(self._random) == "421":
            self._journal.did("mail: 421")
            asyncio.get_running_loop().call_later(0.01, _end, server)
            return "421 4.3.2 Going down"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - see above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address in self._refused_for_good:
            self._journal.did("mail: 550 for a recipient")
            return "550 5.1.1 There is nobody of that name"
        if self._random.randrange(1000) < GREYLISTED:
            self._journal.did("mail: 451 for a recipient")
            return "451 4.7.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - see above
        del session
        what = self._mood.draw(self._random)
        answers = {"451": Answer.REFUSED, "dropped": Answer.NONE, "too late": Answer.NONE}
        self._journal.did(f"mail: {what if what in answers else 'take'}")
        self._journal.add(_letters(envelope, answers.get(what, Answer.TAKEN)))
        if what == "451":
            return "451 4.3.0 Try again later"
        if what == "dropped":
            _end(server)
            await asyncio.get_running_loop().create_future()  # until it is cancelled by that
        if what == "too late":
            await asyncio.sleep(_TOO_LATE)
        return "250 2.0.0 OK"


def _end(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


def _letters(envelope: Envelope, answer: Answer) -> list[Arrival]:
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=policy.default)
    found = _SUBJECT.match(message["Subject"])
    alert = message["X-Tocsin-Event"] == "article.matched"
    if alert and found is None:
        raise ValueError(f"a subject that says nothing: {message['Subject']}")
    told = frozenset([(found["watch"], found["title"])]) if alert and found else frozenset()
    now = time.time()
    return [
        Arrival(
            channel=message["X-Tocsin-Channel"],
            id=message["Message-ID"].strip("<>").split("@")[0],
            recipient=recipient,
            tells=told,
            at=now,
            answer=answer,
        )
        for recipient in envelope.rcpt_tos
    ]
