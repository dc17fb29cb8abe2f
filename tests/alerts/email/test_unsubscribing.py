"""Unsubscribing by the link in a message: who is offered it, and what it does to whom."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts import AlertMessage, EmailOptions, SmtpSettings
from scraper.alerts.email.compose import compose
from scraper.alerts.email.mailbox import parse_mailbox
from scraper.alerts.email.smtp import EmailChannel
from scraper.alerts.email.unsubscribing import (
    PATH,
    Leaving,
    Link,
    Unsubscribing,
    make_token,
    read_token,
)
from scraper.alerts.sample import sample_message
from scraper.errors import DeliveryError
from storage.database import Database
from storage.records import WatchSpec
from tests.alerts.email.mailserver import LOOPBACK, MailServer, mail_server
from tests.alerts.fakes import StillClock
from tests.alerts.samples import NOW, message

KEY = bytes(range(32))
ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.org"
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def database(sqlite_address: str) -> Iterator[Database]:
    with Database.open(sqlite_address) as opened:
        with opened.begin() as unit:
            for name in ("first", "second", "third"):
                unit.watches.add(WatchSpec(name=name, query="x"), now=NOW)
        yield opened


@pytest.fixture
def unsubscribing(database: Database) -> Unsubscribing:
    clock = StillClock(NOW)
    address = "https://tocsin.example.org/"
    return Unsubscribing(database=database, clock=clock, key=KEY, public_url=address)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


def channel(
    server: MailServer, unsubscribing: Unsubscribing, *to: str, **options: object
) -> EmailChannel:
    return EmailChannel(
        EmailOptions.model_validate({"to": to, **options}),
        SmtpSettings(host=LOOPBACK, port=server.port, sender="t@example.org"),
        StillClock(NOW),
        unsubscribing=unsubscribing,
    )


async def send(made: EmailChannel, which: AlertMessage | None = None):
    try:
        return await made.send(which or message("d-1"))
    finally:
        await made.aclose()


def of_watch(number: int, identifier: str = "d-1") -> AlertMessage:
    made = message(identifier)
    return replace(made, alert=replace(made.alert, watch=replace(made.alert.watch, id=number)))


class TestTokens:
    @given(st.text(max_size=100), st.text(max_size=200), st.lists(st.integers(1, 2**63 - 1)))
    def test_a_token_says_what_it_was_made_of(self, name: str, address: str, ids: list[int]):
        leaving = Leaving(name, address, tuple(ids[:5]))
        token = make_token(KEY, leaving)
        if len(token) <= 900:
            assert read_token(KEY, token) == leaving
        assert set(token) <= set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
        )

    @given(st.text(max_size=300))
    def test_what_we_did_not_make_is_nothing(self, token: str):
        assert read_token(KEY, token) is None

    @given(st.data())
    def test_a_token_that_was_changed_says_the_same_or_nothing(self, data: st.DataObject):
        leaving = Leaving("desk", ANN, (3,))
        token = make_token(KEY, leaving)
        at = data.draw(st.integers(0, len(token) - 1))
        changed = token[:at] + data.draw(st.characters()) + token[at + 1 :]
        assert read_token(KEY, changed) in {None, leaving}

    def test_another_key_signs_otherwise(self):
        assert read_token(bytes(32), make_token(KEY, Leaving("desk", ANN, (3,)))) is None


class TestMessage:
    LINK = Link("https://tocsin.example.org/unsubscribe/abc.def", one_click=True)

    def composed(self, link: Link | None):
        options = EmailOptions.model_validate({"to": [ANN], "cc": [BO]})
        sender = parse_mailbox("t@example.org")
        to = options.to[0] if link else None
        made = compose(message(), options=options, sender=sender, now=NOW, to=to, link=link)
        return message_from_bytes(made.as_bytes(), policy=policy.default)

    def test_the_headers_are_those_of_the_standard(self):
        mail = self.composed(self.LINK)
        assert mail["List-Unsubscribe"] == f"<{self.LINK.url}>"
        assert mail["List-Unsubscribe-Post"] == ONE_CLICK
        assert f"<{self.LINK.url}>".encode() in mail.as_bytes()
        assert (mail["To"], mail["Cc"]) == (ANN, None)

    def test_both_parts_have_the_link(self):
        mail = self.composed(self.LINK)
        for kind in ("plain", "html"):
            part = mail.get_body((kind,))
            assert part is not None
            assert self.LINK.url in part.get_content()

    def test_without_a_link_there_is_nothing_of_it(self):
        mail = self.composed(None)
        assert "List-Unsubscribe" not in mail
        assert "List-Unsubscribe-Post" not in mail
        assert b"nsubscribe" not in mail.as_bytes()

    @pytest.mark.parametrize(
        ("address", "one_click"),
        [
            ("https://tocsin.example.org", True),
            ("http://127.0.0.1:8080", True),
            ("http://localhost:8080", True),
            ("http://tocsin.example.org", False),
        ],
    )
    def test_one_click_is_offered_where_nobody_reads_along(
        self, database: Database, address: str, *, one_click: bool
    ):
        offered = Unsubscribing(
            database=database, clock=StillClock(NOW), key=KEY, public_url=address
        ).link(Leaving("desk", ANN, (1,)))
        assert offered is not None
        assert offered.url.startswith(address + PATH)
        assert offered.one_click is one_click

    def test_a_link_too_long_for_a_header_is_not_offered(self, unsubscribing: Unsubscribing):
        assert unsubscribing.link(Leaving("x" * 900, ANN, (1,))) is None


@pytest.mark.anyio
class TestSending:
    async def test_every_recipient_gets_a_message_with_a_link_of_its_own(
        self, server: MailServer, unsubscribing: Unsubscribing
    ):
        await send(channel(server, unsubscribing, ANN, f"Bo <{BO}>", cc=[CY]))
        assert [recipients for recipients, _ in server.taken] == [(ANN,), (BO,), (CY,)]
        mails = [mail for _, mail in server.taken]
        assert [mail["To"] for mail in mails] == [ANN, f"Bo <{BO}>", CY]
        assert all(mail["Cc"] is None for mail in mails)
        assert len({mail["Message-ID"] for mail in mails}) == 3
        for (recipients, mail), address in zip(server.taken, (ANN, BO, CY), strict=True):
            token = mail["List-Unsubscribe"].strip("<>").rpartition("/")[2]
            assert unsubscribing.read(token) == Leaving("desk", address, (3,))
            assert recipients == (address,)
        assert server.connections == 1

    async def test_a_message_id_is_the_same_on_every_attempt(
        self, server: MailServer, unsubscribing: Unsubscribing
    ):
        for _ in range(2):
            await send(channel(server, unsubscribing, ANN, BO))
        first, second, *again = [mail["Message-ID"] for _, mail in server.taken]
        assert again == [first, second]
        await send(channel(server, unsubscribing, ANN), message("d-2"))
        assert server.taken[-1][1]["Message-ID"] == "<d-2@example.org>"

    async def test_who_left_gets_no_more_of_that_watch_and_all_of_the_others(
        self, server: MailServer, unsubscribing: Unsubscribing
    ):
        await unsubscribing.leave(Leaving("desk", "Ann@Example.org", (3,)))
        made = channel(server, unsubscribing, ANN, BO)
        await send(made, of_watch(3))
        assert [recipients for recipients, _ in server.taken] == [(BO,)]
        await send(made, of_watch(2, "d-2"))
        assert [recipients for recipients, _ in server.taken[1:]] == [(ANN,), (BO,)]

    async def test_another_channel_goes_on(self, server: MailServer, unsubscribing: Unsubscribing):
        await unsubscribing.leave(Leaving("night", ANN, (3,)))
        await send(channel(server, unsubscribing, ANN), of_watch(3))
        assert len(server.taken) == 1

    async def test_when_all_have_left_the_alert_fails_and_says_so(
        self, server: MailServer, unsubscribing: Unsubscribing
    ):
        await unsubscribing.leave(Leaving("desk", ANN, (3,)))
        with pytest.raises(DeliveryError, match="tocsin channel unsubscribed desk") as caught:
            await send(channel(server, unsubscribing, ANN), of_watch(3))
        assert caught.value.permanent
        assert server.connections == 0

    async def test_a_test_is_sent_whoever_left_and_offers_nothing(
        self, server: MailServer, unsubscribing: Unsubscribing
    ):
        test = sample_message("desk", now=NOW, identifier="t-1")
        await send(channel(server, unsubscribing, ANN, BO), test)
        [(recipients, mail)] = server.taken
        assert recipients == (ANN, BO)
        assert "List-Unsubscribe" not in mail

    async def test_a_channel_may_do_without(self, server: MailServer, unsubscribing: Unsubscribing):
        await unsubscribing.leave(Leaving("desk", ANN, (3,)))
        await send(channel(server, unsubscribing, ANN, BO, unsubscribe=False), of_watch(3))
        [(recipients, mail)] = server.taken
        assert recipients == (ANN, BO)
        assert "List-Unsubscribe" not in mail

    async def test_a_message_refused_for_one_reaches_the_others(
        self, server: MailServer, unsubscribing: Unsubscribing
    ):
        answers = ["554 5.7.1 looks like spam"]
        server.data = lambda: answers.pop() if answers else None
        receipt = await send(channel(server, unsubscribing, ANN, BO))
        assert list(receipt.refused) == [ANN]
        assert "554 5.7.1 looks like spam" in receipt.refused[ANN]
        assert [recipients for recipients, _ in server.taken] == [(BO,)]

    async def test_a_message_refused_for_now_for_one_is_tried_again_for_that_one(
        self, server: MailServer, unsubscribing: Unsubscribing
    ):
        answers = ["451 4.7.1 later"]
        server.data = lambda: answers.pop() if answers else None
        made, sent = channel(server, unsubscribing, ANN, BO), message("d-1")
        with pytest.raises(DeliveryError, match="451") as caught:
            await send(made, sent)
        assert not caught.value.permanent
        assert caught.value.only_this
        await send(made, sent)
        assert [recipients for recipients, _ in server.taken] == [(BO,), (ANN,)]

    async def test_a_server_that_dies_in_between_sends_nobody_anything_twice(
        self, server: MailServer, unsubscribing: Unsubscribing
    ):
        made, sent = channel(server, unsubscribing, ANN, BO), message("d-1")

        def second_dies() -> None:
            server.hang_up_at = "DATA" if server.taken else ""

        server.rcpt = lambda _: second_dies()
        with pytest.raises(DeliveryError):
            await send(made, sent)
        server.rcpt = lambda _: None
        server.hang_up_at = ""
        await send(made, sent)
        assert [recipients for recipients, _ in server.taken] == [(ANN,), (BO,)]
