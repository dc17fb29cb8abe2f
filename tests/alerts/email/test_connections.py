import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from scraper.alerts import Deliverer, EmailOptions, SmtpSettings
from scraper.alerts.channels import CHANNEL_TYPES
from scraper.alerts.email.connections import IDLE, MOST_MESSAGES
from scraper.alerts.email.smtp import EmailChannel
from scraper.alerts.sample import send_test
from scraper.alerts.transport import ChannelContext
from scraper.errors import DeliveryError
from storage.records import Channel, ChannelSpec
from tests.alerts.email.mailserver import LOOPBACK, MailServer, mail_server
from tests.alerts.fakes import FakeDatabase, StillClock, eventually, fake_context
from tests.alerts.samples import NOW, message

pytestmark = pytest.mark.anyio


def smtp(server: MailServer) -> SmtpSettings:
    return SmtpSettings(host=LOOPBACK, port=server.port, sender="t@example.org")


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[tuple[EmailChannel, MailServer, StillClock]]:
    """A channel, its server, and a clock that moves by hand."""
    clock = StillClock(NOW)
    async with mail_server(**options) as server:
        plain = EmailOptions.model_validate({"to": ["a@example.org", "b@example.org"]})
        channel = EmailChannel(plain, smtp(server), clock)
        try:
            yield channel, server, clock
        finally:
            await channel.aclose()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for the other end of a connection on loopback."""
    await eventually(holds, turns=1_000_000)


def once(act: Callable[[], None]) -> Callable[[str], str | None]:
    """A hook that acts at its first call."""
    left = [act]

    def hook(address: str) -> None:
        del address
        if left:
            left.pop()()

    return hook


async def test_many_messages_go_over_one_connection():
    async with opened() as (channel, server, _):
        for number in range(5):
            await channel.send(message(f"d-{number}"))
        assert server.connections == 1
        assert [mail["Message-ID"] for _, mail in server.taken] == [
            f"<d-{number}@example.org>" for number in range(5)
        ]
        one = ["MAIL", "RCPT", "RCPT"]
        assert server.commands == [*one, *(["RSET", *one] * 4)]


async def test_messages_sent_at_once_have_a_connection_each_and_leave_no_more_than_that():
    async with opened() as (channel, server, _):
        for turn in range(3):
            await asyncio.gather(*(channel.send(message(f"d-{turn}-{n}")) for n in range(2)))
        assert server.connections == 2
        assert len(server.taken) == 6


async def test_a_connection_that_was_idle_for_long_is_closed_in_good_order():
    async with opened() as (channel, server, clock):
        await channel.send(message("d-1"))
        await eventually(lambda: bool(clock.sleeps))
        clock.advance(timedelta(seconds=IDLE))
        await until(lambda: "QUIT" in server.commands)
        await channel.send(message("d-2"))
        assert server.connections == 2
        await eventually(lambda: len(clock.sleeps) == 2)  # that one will be closed, too


async def test_use_keeps_a_connection_open():
    async with opened() as (channel, server, clock):
        for number in range(4):
            await channel.send(message(f"d-{number}"))
            clock.advance(timedelta(seconds=IDLE * 0.7))
            for _ in range(100):  # whoever looks after idle connections has a look
                await asyncio.sleep(0)
        assert server.connections == 1
        assert "QUIT" not in server.commands


async def test_a_connection_carries_so_many_messages_and_no_more():
    async with opened() as (channel, server, _):
        for number in range(MOST_MESSAGES + 1):
            await channel.send(message(f"d-{number}"))
        assert server.connections == 2
        await until(lambda: server.commands.count("QUIT") == 1)


async def test_a_server_that_hung_up_while_idle_costs_a_connection_and_no_failure():
    async with opened() as (channel, server, _):
        await channel.send(message("d-1"))
        server.hang_up()
        await channel.send(message("d-2"))
        assert server.connections == 2
        assert len(server.taken) == 2


async def test_a_server_that_wants_no_more_of_it_costs_a_connection_and_no_failure():
    async with opened() as (channel, server, _):
        await channel.send(message("d-1"))
        server.rset = lambda: "421 4.4.2 too idle"
        await channel.send(message("d-2"))
        assert server.connections == 2
        assert len(server.taken) == 2


@pytest.mark.parametrize("how", ["421 at MAIL", "421 at RCPT", "closed at MAIL", "closed at RCPT"])
async def test_what_ends_before_anything_of_the_message_was_sent_is_begun_anew(how: str):
    async with opened() as (channel, server, _):
        await channel.send(message("d-1"))
        answers = ["421 4.7.0 enough messages"]
        if how == "closed at MAIL":
            server.mail = once(server.hang_up)
        elif how == "closed at RCPT":
            server.rcpt = once(server.hang_up)
        elif how == "421 at MAIL":
            server.mail = lambda _: answers.pop() if answers else None
        else:
            server.rcpt = lambda _: answers.pop() if answers else None
        await channel.send(message("d-2"))
        assert server.connections == 2
        assert [mail["Message-ID"] for _, mail in server.taken] == [
            "<d-1@example.org>",
            "<d-2@example.org>",
        ]


async def test_it_is_begun_anew_once_and_then_it_is_a_failure():
    async with opened() as (channel, server, _):
        await channel.send(message("d-1"))
        server.mail = lambda _: "421 4.7.0 enough messages"
        with pytest.raises(DeliveryError, match="421") as caught:
            await channel.send(message("d-2"))
        assert not caught.value.permanent
        assert server.connections == 2


async def test_what_ends_after_the_message_was_sent_is_a_failure_for_it_may_have_been_taken():
    async with opened() as (channel, server, _):
        await channel.send(message("d-1"))
        server.hang_up_at = "DATA"
        with pytest.raises(DeliveryError):
            await channel.send(message("d-2"))
        assert server.connections == 1


async def test_a_refused_message_leaves_nothing_behind_for_the_next():
    async with opened() as (channel, server, _):
        server.data = lambda: "550 5.7.1 looks like spam"
        with pytest.raises(DeliveryError):
            await channel.send(message("d-1"))
        server.data = lambda: None
        server.rcpt = lambda _: "550 5.1.1 unknown"
        with pytest.raises(DeliveryError):
            await channel.send(message("d-2"))
        server.rcpt = lambda _: None
        await channel.send(message("d-3"))
        assert server.connections == 1
        [(recipients, mail)] = server.taken
        assert recipients == ("a@example.org", "b@example.org")
        assert mail["Message-ID"] == "<d-3@example.org>"


async def test_a_message_that_is_cut_off_takes_its_connection_with_it():
    async with opened() as (channel, server, _):
        await channel.send(message("d-1"))
        server.asked.clear()
        server.silent = True
        task = asyncio.create_task(channel.send(message("d-2")))
        await server.asked.wait()
        task.cancel()
        await asyncio.wait({task})
        await server.left.wait()
        server.silent = False
        await channel.send(message("d-3"))
        assert server.connections == 2
        assert [mail["Message-ID"] for _, mail in server.taken] == [
            "<d-1@example.org>",
            "<d-3@example.org>",
        ]


async def test_closing_takes_leave_of_the_server_and_keeps_nothing():
    async with opened() as (channel, server, _):
        await channel.send(message("d-1"))
        await channel.aclose()
        assert server.commands[-1] == "QUIT"
        await channel.send(message("d-2"))  # which was under way, for all the channel knows
        await until(lambda: server.commands.count("QUIT") == 2)


async def test_a_test_leaves_no_connection_open():
    async with mail_server() as server:
        spec = ChannelSpec(name="desk", type="email", options={"to": ["a@example.org"]})
        plain = fake_context(StillClock(NOW))
        context = ChannelContext(clock=plain.clock, http=plain.http, smtp=smtp(server))
        await send_test(Channel(id=1, spec=spec, origin="settings", paused=False), context)
        assert server.commands[-1] == "QUIT"


class TestDeliverer:
    """What the deliverer does with the connections of its channels."""

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[tuple[Deliverer, FakeDatabase, MailServer]]:
        database, clock = FakeDatabase(), StillClock(NOW)
        self.set_channel(database, "a@example.org")
        async with mail_server() as server:
            context = ChannelContext(clock=clock, http=fake_context().http, smtp=smtp(server))
            deliverer = Deliverer(
                database=database,
                context=context,
                worker="w",
                random=Random(1),
                types=CHANNEL_TYPES,
            )
            try:
                yield deliverer, database, server
            finally:
                await deliverer.aclose()

    def set_channel(self, database: FakeDatabase, to: str) -> None:
        spec = ChannelSpec(name="desk", type="email", options={"to": [to]})
        database.unit.channels.channels["desk"] = Channel(
            id=1, spec=spec, origin="settings", paused=False
        )

    async def test_deliveries_share_as_many_connections_as_are_sent_at_once(self):
        async with self.delivering() as (deliverer, database, server):
            for number in range(10):
                database.add(f"d-{number}", "desk")
            assert (await deliverer.deliver_due()).delivered == 10
            assert server.connections <= CHANNEL_TYPES["email"].concurrency

    async def test_a_channel_that_is_set_anew_or_removed_lets_go_of_its_connection(self):
        async with self.delivering() as (deliverer, database, server):
            database.add("d-1", "desk")
            await deliverer.deliver_due()
            self.set_channel(database, "b@example.org")
            database.add("d-2", "desk")
            await deliverer.deliver_due()
            await until(lambda: server.commands.count("QUIT") == 1)
            assert server.connections == 2
            del database.unit.channels.channels["desk"]
            await deliverer.deliver_due()
            await until(lambda: server.commands.count("QUIT") == 2)

    async def test_at_the_end_all_connections_are_closed_in_good_order(self):
        async with self.delivering() as (deliverer, database, server):
            database.add("d-1", "desk")
            await deliverer.deliver_due()
            assert "QUIT" not in server.commands
            await deliverer.aclose()
            assert server.commands[-1] == "QUIT"
