"""The deliverer on a real database, a real mail server and a real receiver of webhooks."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from scraper.alerts import ChannelContext, Deliverer, Report, SmtpSettings
from scraper.alerts.transport import Apart, here
from scraper.clock import SystemClock
from scraper.composition import apart
from scraper.pipeline.sandbox import Sandbox
from storage.database import Database, UnitOfWork
from storage.records import (
    Alert,
    ChannelSpec,
    Delivery,
    DeliveryState,
    Outcome,
    Signature,
    WatchSpec,
)
from tests.alerts.email.mailserver import LOOPBACK, MailServer, mail_server
from tests.alerts.samples import ARTICLE, PASSAGE
from tests.servers import HookSink

pytestmark = pytest.mark.anyio

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def database(sqlite_address: str) -> Iterator[Database]:
    with Database.open(sqlite_address) as opened:
        yield opened


@pytest.fixture
async def transport() -> AsyncIterator[httpx.AsyncBaseTransport]:
    async with httpx.AsyncHTTPTransport() as opened:
        yield opened


@pytest.fixture
def sink() -> Iterator[HookSink]:
    with HookSink(SECRET) as opened:
        yield opened


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as opened:
        yield opened


class Service:
    """A deliverer and what it needs."""

    def __init__(
        self,
        database: Database,
        mail: MailServer,
        sink: HookSink,
        transport: httpx.AsyncBaseTransport,
        *,
        apart: Apart = here,
    ) -> None:
        self.database = database
        self.reports: list[tuple[str, Outcome]] = []
        now = datetime.now(UTC)
        options = {
            "desk": ("email", {"to": ["desk@example.org"]}),
            "soc": ("webhook", {"url": sink.url, "secret": SECRET}),
        }
        with database.begin() as unit:
            self.worker = unit.workers.register(name="test", host="here", pid=1, now=now)
            for name, (kind, values) in options.items():
                unit.channels.add(ChannelSpec(name=name, type=kind, options=values), now=now)
            self.watch = unit.watches.add(
                WatchSpec(name="Baghdad attacks", query="Baghdad", channels=("desk", "soc")),
                now=now,
            )
        self._context = ChannelContext(
            clock=SystemClock(),
            http=transport,
            smtp=SmtpSettings(host=LOOPBACK, port=mail.port, sender="t@example.org"),
            apart=apart,
        )
        self.start()

    def start(self) -> None:
        """As another process would, which knows nothing but what is stored."""
        self.deliverer = Deliverer(
            database=self.database,
            context=self._context,
            worker=self.worker,
            random=Random(1),
            on_delivered=self._tell,
        )

    def _tell(self, alert: Alert | None, delivery: Delivery, report: Report) -> None:
        assert alert is not None
        assert alert.watch.name == "Baghdad attacks"
        self.reports.append((delivery.channel, report.outcome))

    def ring(self, number: int, channels: tuple[str, ...] = ("desk", "soc")) -> str:
        """An article that matched, and its alert's id."""
        now = datetime.now(UTC)
        with self.database.begin() as unit:
            stored = unit.articles.add(
                ARTICLE,
                keys=[f"https://news.example.org/{number}"],
                source_id=None,
                story_id=None,
                copy_of=None,
                signature=Signature(exact=str(number), keys=(number,), sketch=b"x"),
                now=now,
            )
            rang = unit.outbox.ring(
                watch_id=self.watch.id,
                article_id=stored.id,
                story_id=stored.story_id,
                passages=(PASSAGE,),
                once_key=str(number),
                channels=channels,
                now=now,
            )
        assert rang is not None
        return rang

    def deliveries(self, **about: Any) -> list[Delivery]:
        with self.database.read() as unit:
            return unit.outbox.deliveries(**about)

    def attempts(self, delivery_id: str) -> list[Outcome]:
        with self.database.read() as unit:
            return [attempt.outcome for attempt in unit.outbox.attempts(delivery_id)]

    def make_due(self) -> None:
        """As if the pauses had passed, and the circuits with them."""

        def bring(unit: UnitOfWork) -> None:
            unit.workers.bring_forward(datetime.now(UTC), by=timedelta(days=1))

        with self.database.begin() as unit:
            bring(unit)
        self.deliverer._lines.clear()


@pytest.fixture
def service(
    database: Database, mail: MailServer, sink: HookSink, transport: httpx.AsyncBaseTransport
) -> Service:
    return Service(database, mail, sink, transport)


async def test_an_alert_goes_to_all_its_channels_once(
    service: Service, mail: MailServer, sink: HookSink
):
    rang = [service.ring(number) for number in range(6)]
    summary = await service.deliverer.deliver_due()
    assert (summary.claimed, summary.delivered) == (12, 12)
    assert len(mail.taken) == 6
    assert all(hook.verified for hook in sink.received)
    stored = service.deliveries()
    assert {one.state for one in stored} == {DeliveryState.DELIVERED}
    assert {hook.id for hook in sink.received} == {one.id for one in stored if one.channel == "soc"}
    assert {f"<{one.id}@example.org>" for one in stored if one.channel == "desk"} == {
        message["Message-ID"] for _, message in mail.taken
    }
    assert {hook.payload["data"]["alert"]["id"] for hook in sink.received} == set(rang)
    assert (
        sorted(service.reports)
        == [("desk", Outcome.DELIVERED)] * 6 + [("soc", Outcome.DELIVERED)] * 6
    )
    assert (await service.deliverer.deliver_due()).claimed == 0


async def test_a_failure_is_recorded_and_the_repeat_carries_the_same_id(
    service: Service, sink: HookSink
):
    service.ring(1, channels=("soc",))
    sink.fail_first(1)
    assert (await service.deliverer.deliver_due()).retried == 1
    [waiting] = service.deliveries()
    assert waiting.state is DeliveryState.PENDING
    assert waiting.attempts == 1
    assert "HTTP 503" in str(waiting.last_error)
    assert (await service.deliverer.deliver_due()).claimed == 0
    service.make_due()
    assert (await service.deliverer.deliver_due()).delivered == 1
    assert service.attempts(waiting.id) == [Outcome.RETRY, Outcome.DELIVERED]
    assert len({hook.id for hook in sink.received}) == 1


async def test_one_channel_that_fails_keeps_no_other(
    service: Service, mail: MailServer, sink: HookSink
):
    mail.rcpt = lambda _: "550 5.1.1 unknown"
    for number in range(3):
        service.ring(number)
    summary = await service.deliverer.deliver_due()
    assert (summary.delivered, summary.failed) == (3, 3)
    assert len(sink.accepted) == 3
    failed = service.deliveries(state=DeliveryState.FAILED)
    assert {one.channel for one in failed} == {"desk"}
    assert all("desk@example.org: 550 5.1.1 unknown" in str(one.last_error) for one in failed)


async def test_a_template_that_never_ends_keeps_no_other_channel_and_its_alerts_wait(
    database: Database, mail: MailServer, sink: HookSink, transport: httpx.AsyncBaseTransport
):
    sandbox = Sandbox(1, timeout=1)
    service = Service(database, mail, sink, transport, apart=apart(sandbox.run_first))

    def write(template: str) -> None:
        options = {"url": sink.url, "secret": SECRET, "template": template}
        spec = ChannelSpec(name="soc", type="webhook", options=options)
        with database.begin() as unit:
            unit.channels.edit("soc", spec, now=datetime.now(UTC))

    try:
        write("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
        for number in range(3):
            service.ring(number)
        summary = await service.deliverer.deliver_due()
        assert (summary.delivered, summary.failed) == (3, 0)
        assert len(mail.taken) == 3
        assert sink.received == []
        waiting = service.deliveries(state=DeliveryState.PENDING)
        assert {one.channel for one in waiting} == {"soc"}
        said = "template cannot be filled in: it took longer than 1 s; mend it"
        assert any(said in str(one.last_error) for one in waiting)
        write('{"text": {{ summary|tojson }}}')
        service.make_due()
        assert (await service.deliverer.deliver_due()).delivered == 3
    finally:
        sandbox.close()
    said = "Baghdad attacks: Rockets land near Baghdad airport"
    assert [hook.payload for hook in sink.accepted] == [{"text": said}] * 3
    assert all(hook.verified for hook in sink.accepted)


async def test_recipients_that_are_refused_while_others_are_not_are_recorded(
    service: Service, database: Database, mail: MailServer
):
    to = ["ann@example.org", "bo@example.org", "cy@example.org"]
    with database.begin() as unit:
        spec = ChannelSpec(name="desk", type="email", options={"to": to})
        unit.channels.edit("desk", spec, now=datetime.now(UTC))
    mail.rcpt = lambda address: None if address.startswith("bo@") else "550 5.1.1 unknown"
    service.ring(1, channels=("desk",))
    assert (await service.deliverer.deliver_due()).delivered == 1
    [done] = service.deliveries()
    said = (
        "ann@example.org will not get it: 550 5.1.1 unknown; "
        "cy@example.org will not get it: 550 5.1.1 unknown"
    )
    assert (done.state, done.last_error) == (DeliveryState.DELIVERED, said)
    with database.read() as unit:
        [attempt] = unit.outbox.attempts(done.id)
    assert (attempt.outcome, attempt.error) == (Outcome.DELIVERED, said)


async def test_shut_down_while_it_sends_it_leaves_the_delivery_as_it_was(
    service: Service, mail: MailServer
):
    service.ring(1, channels=("desk",))
    mail.silent = True
    task = asyncio.create_task(service.deliverer.deliver_due())
    await mail.asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    [left] = service.deliveries()
    assert (left.state, left.attempts) == (DeliveryState.PENDING, 0)
    assert service.attempts(left.id) == []
    mail.silent = False
    assert (await service.deliverer.deliver_due()).delivered == 1


async def test_a_removed_channel_fails_and_a_paused_one_waits(service: Service, sink: HookSink):
    service.ring(1)
    with service.database.begin() as unit:
        unit.channels.remove("desk")
        unit.channels.pause("soc", paused=True)
    assert (await service.deliverer.deliver_due()).failed == 1
    [failed] = service.deliveries(state=DeliveryState.FAILED)
    assert failed.last_error == 'there is no channel "desk" any more'
    assert sink.received == []
    with service.database.begin() as unit:
        unit.channels.pause("soc", paused=False)
    assert (await service.deliverer.deliver_due()).delivered == 1


@pytest.mark.parametrize("by_hand", [False, True])
async def test_who_has_a_message_does_not_get_it_again_after_a_restart(
    service: Service, mail: MailServer, *, by_hand: bool
):
    to = [f"{name}@example.org" for name in ("a", "b", "c")]
    with service.database.begin() as unit:
        unit.channels.add(
            ChannelSpec(name="many", type="email", options={"to": to}), now=datetime.now(UTC)
        )
    service.ring(1, channels=("many",))
    answers = {"b": "450 greylisted", "c": "550 5.1.1 unknown"}
    mail.rcpt = lambda address: answers.get(address[0])
    await service.deliverer.deliver_due()
    (waiting,) = service.deliveries()
    assert waiting.state is DeliveryState.PENDING
    assert waiting.settled == {"a@example.org": None, "c@example.org": "550 5.1.1 unknown"}
    if by_hand:  # it was given up in between, and is to be tried anew
        with service.database.begin() as unit:
            now = datetime.now(UTC) + timedelta(days=1)
            unit.outbox.claim_due(now, worker="w", limit=1)
            unit.outbox.fail(waiting.id, worker="w", error="no", now=now, settled=waiting.settled)
            assert unit.outbox.retry_failed(now=now) == 1
    service.start()
    answers.clear()
    service.make_due()
    assert (await service.deliverer.deliver_due()).delivered == 1
    assert [recipients for recipients, _ in mail.taken] == [("a@example.org",), ("b@example.org",)]
    (done,) = service.deliveries()
    assert done.settled == {}
    assert "c@example.org will not get it" in str(done.last_error)
