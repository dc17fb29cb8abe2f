"""Hands a message to the mail server.

A server may take a message for some recipients and refuse it for others. Who took it is noted in
the message and stored with the end of the attempt, so another one goes only to the rest, whichever
process makes it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial

import aiosmtplib
from aiosmtplib import SMTPResponse

from scraper.alerts.causes import Side, with_remedy
from scraper.alerts.clean import one_line
from scraper.alerts.email.compose import compose
from scraper.alerts.email.connections import Connection, Connections
from scraper.alerts.email.failures import (
    LONGEST_ANSWER,
    MessageRefusedError,
    failure,
    judged,
)
from scraper.alerts.email.mailbox import Mailbox
from scraper.alerts.email.own_words import OwnWords
from scraper.alerts.email.settings import EmailOptions, SmtpSettings
from scraper.alerts.email.unsubscribing import (
    Leaving,
    Unsubscribing,
    watches_of,
    without,
)
from scraper.alerts.message import Message
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.clock import Clock
from scraper.errors import Cause, DeliveryError, SettingsError


@dataclass(frozen=True, slots=True)
class _Copy:
    """A message as it is handed over, and for whom."""

    recipients: Sequence[str]
    mail: EmailMessage


class EmailChannel:
    """A list of recipients behind one mail server."""

    def __init__(
        self,
        options: EmailOptions,
        smtp: SmtpSettings,
        clock: Clock,
        *,
        connections: Connections | None = None,
        unsubscribing: Unsubscribing | None = None,
        own_words: OwnWords | None = None,
    ) -> None:
        self._options = options
        self._smtp = smtp
        self._clock = clock
        self._own_words = own_words or OwnWords(options)
        self._connections = connections or Connections(smtp, clock)
        self._unsubscribing = unsubscribing if options.unsubscribe else None

    @classmethod
    def build(cls, options: EmailOptions, context: ChannelContext) -> "EmailChannel":
        """The channel of these options; SettingsError when no mail server is set."""
        if context.smtp is None:
            raise SettingsError("there is no [smtp] section: write one that names a mail server")
        connections = Connections(context.smtp, context.clock, on_step=context.on_step)
        return cls(
            options,
            context.smtp,
            context.clock,
            connections=connections,
            unsubscribing=context.unsubscribing,
            own_words=OwnWords(
                options,
                folder=context.folder,
                public_url=context.public_url,
                apart=context.apart,
            ),
        )

    async def send(self, message: Message) -> Receipt:
        """Send the message to all recipients that do not have it yet, and did not unsubscribe.

        It is one message for all of them, or one each where they are offered to unsubscribe.
        """
        every = await self._asked_for(message)
        settled = message.settled
        waiting = {box: own for box, own in every.items() if box.address not in settled}
        for_now: dict[str, str] = {}
        detail = ""
        async for copy in self._copies(waiting):
            answers, detail = await self._send_copy(copy, alone=len(every) == 1)
            settled.update(_settled(copy.recipients, answers))
            for_now |= {address: text for address, (code, text) in answers.items() if code < 500}
        if for_now:
            raise DeliveryError(
                _refusal(for_now, of=len(every)),
                # Somebody got it, now or before: the server works, the other alerts need not wait.
                only_this=None in settled.values(),
                cause=Cause.RECIPIENT,
            )
        refused = {address: text for address, text in settled.items() if text is not None}
        if len(refused) == len(settled):
            raise DeliveryError(
                _refusal(refused, of=len(refused)), permanent=True, cause=Cause.RECIPIENT
            )
        return Receipt(detail=detail, refused=refused)

    async def compose(self, message: Message) -> EmailMessage:
        """The message as its first recipient would get it."""
        waiting = await self._asked_for(message)
        async for copy in self._copies(waiting):
            return copy.mail
        raise AssertionError("somebody is asked for")

    async def _asked_for(self, message: Message) -> Mapping[Mailbox, Message]:
        """What each recipient gets: nothing of the watches that it left."""
        boxes, watches = self._options.boxes, watches_of(message)
        if self._unsubscribing is None or not watches:
            return dict.fromkeys(boxes, message)
        left = await self._unsubscribing.left(message.channel, watches)
        staying: dict[Mailbox, Message] = {}
        for box in boxes:
            gone = {watch for address, watch in left if address == box.address.lower()}
            if (kept := without(message, gone)) is not None:
                staying[box] = kept
        if not staying:
            raise DeliveryError(
                f"nobody gets it: all {len(boxes)} recipients have unsubscribed from the watch; "
                f"see: tocsin channel unsubscribed {message.channel}",
                permanent=True,
            )
        return staying

    async def _copies(self, messages: Mapping[Mailbox, Message]) -> AsyncIterator[_Copy]:
        """The messages to be handed over, each made when it is its turn."""
        made = partial(
            compose, options=self._options, sender=self._smtp.mailbox, now=self._clock.now()
        )
        if self._unsubscribing is None or not any(map(watches_of, messages.values())):
            for message in list(messages.values())[:1]:  # it is the same for all
                own = await self._own_words.of(message, unsubscribe=None)
                yield _Copy([box.address for box in messages], made(message, own=own))
            return
        for box, message in messages.items():
            leaving = Leaving(message.channel, box.address, watches_of(message))
            link = self._unsubscribing.link(leaving)
            own = await self._own_words.of(message, unsubscribe=link.url if link else None)
            yield _Copy([box.address], made(message, to=box, link=link, own=own))

    async def _send_copy(self, copy: _Copy, *, alone: bool) -> tuple[dict[str, SMTPResponse], str]:
        """As `_hand_over`. Where others get copies of their own, a refusal is about this one."""
        try:
            return await self._hand_over(copy.mail, copy.recipients)
        except MessageRefusedError as error:
            if alone or len(copy.recipients) > 1:
                raise
            answer = SMTPResponse(500 if error.permanent else 400, str(error))
            return dict.fromkeys(copy.recipients, answer), ""

    async def aclose(self) -> None:
        """Take leave of the mail server; what is being sent comes to its end."""
        await self._connections.aclose()

    async def _hand_over(
        self, mail: EmailMessage, recipients: Sequence[str]
    ) -> tuple[dict[str, SMTPResponse], str]:
        """Who was refused, with the server's answer (code below 500: for now); and its last words.

        Raises DeliveryError when it is not about single recipients.
        """
        envelope = _Envelope(self._smtp.mailbox.address, recipients, mail.as_bytes())
        try:
            try:
                return await self._transfer(envelope, await self._connections.take())
            except _HadEnoughError:
                return await self._transfer(envelope, await self._connections.take(fresh=True))
        except (aiosmtplib.SMTPException, OSError) as error:
            raise failure(f"the mail server {self._smtp.host}:{self._smtp.port}", error) from error

    async def _transfer(
        self, envelope: "_Envelope", connection: Connection
    ) -> tuple[dict[str, SMTPResponse], str]:
        try:
            answers = await _transact(connection, envelope)
        except aiosmtplib.SMTPResponseException as error:
            if error.code > 0:  # else it was no answer that can be read
                self._connections.give_back(connection)
            else:
                self._connections.drop(connection)
            raise
        except BaseException:
            self._connections.drop(connection)
            raise
        self._connections.give_back(connection)
        return answers


class _HadEnoughError(Exception):
    """The server took leave of a connection that was used before, ahead of the message.

    Nothing of the message was sent, so it is no failure to begin anew on another connection.
    """


@dataclass(frozen=True, slots=True)
class _Envelope:
    sender: str
    recipients: Sequence[str]
    content: bytes


async def _transact(
    connection: Connection, envelope: _Envelope
) -> tuple[dict[str, SMTPResponse], str]:
    """One message: who was refused, with the answer as `judged`, and the server's last words."""
    server = connection.server
    try:
        refused = await _address(server, envelope)
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPResponseException) as error:
        if connection.reused and not server.is_connected:
            raise _HadEnoughError from error
        raise
    said = ""
    if len(refused) < len(envelope.recipients):
        said = (await server.data(envelope.content)).message
    answers = {address: judged(answer) for address, answer in refused.items()}
    return answers, one_line(said, limit=LONGEST_ANSWER)


async def _address(server: aiosmtplib.SMTP, envelope: _Envelope) -> dict[str, SMTPResponse]:
    """MAIL and RCPT: the recipients that were refused."""
    sized = server.supports_extension("size")  # (RFC 1870)
    options = [f"size={len(envelope.content)}"] if sized else []
    await server.mail(envelope.sender, options=options)
    refused: dict[str, SMTPResponse] = {}
    for address in envelope.recipients:
        try:
            await server.rcpt(address)
        except aiosmtplib.SMTPRecipientRefused as error:
            if not server.is_connected:  # 421: it is not about the recipient
                raise
            refused[address] = SMTPResponse(error.code, error.message)
    return refused


def _settled(asked: Sequence[str], answers: Mapping[str, SMTPResponse]) -> dict[str, str | None]:
    """Per recipient that needs no other attempt: why it was refused, or None when it was taken."""
    settled: dict[str, str | None] = {}
    for address in asked:
        answer = answers.get(address)
        if answer is None:
            settled[address] = None
        elif answer.code >= 500:
            settled[address] = answer.message
    return settled


def _refusal(refused: Mapping[str, str], *, of: int) -> str:
    named = "; ".join(f"{address}: {text}" for address, text in list(refused.items())[:5])
    more = f"; and {len(refused) - 5} more" if len(refused) > 5 else ""
    words = f"the mail server refuses {len(refused)} of {of} recipients ({named}{more})"
    return with_remedy(words, Cause.RECIPIENT, Side.MAIL)
