"""Hands a message to the mail server.

What an answer means for the next attempt (RFC 5321, section 4.2.1, and one exception from it):

    no connection, no certificate, no answer in time     temporary
    4yz at any point                                     temporary
    5yz before the first recipient was named             temporary: the server refuses us, not this
        (greeting, EHLO, STARTTLS, AUTH, MAIL FROM)      message. Passwords and rights get mended
    530 to 538 after RCPT or DATA, 5.7.z after RCPT      temporary, likewise: "relaying denied"
    other 5yz after RCPT or DATA                         permanent

A server may take a message for some recipients and refuse it for others. Those that took it are
remembered, so another attempt goes only to the rest. The memory is this process's: after a restart
they may get it again, with the same Message-ID.
"""

import ssl
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from email.message import EmailMessage

import aiosmtplib
from aiosmtplib import SMTPResponse

from scraper.alerts.clean import one_line
from scraper.alerts.email.compose import compose
from scraper.alerts.email.settings import EmailOptions, SmtpSettings
from scraper.alerts.message import AlertMessage
from scraper.alerts.transport import ChannelContext, Receipt
from scraper.clock import Clock
from scraper.errors import DeliveryError, SettingsError

_MOST_REMEMBERED = 10_000  # messages that some recipients got and others wait for
_LONGEST_ANSWER = 200  # characters of what a server says that are kept
_QUIT_TIMEOUT = 5.0  # seconds; the message is taken by then, so politeness may not take long


class EmailChannel:
    """A list of recipients behind one mail server."""

    def __init__(self, options: EmailOptions, smtp: SmtpSettings, clock: Clock) -> None:
        self._options = options
        self._smtp = smtp
        self._clock = clock
        self._tls = None if smtp.security == "none" else smtp.tls_context()
        self._outcomes: OrderedDict[str, dict[str, str | None]] = OrderedDict()

    @classmethod
    def build(cls, options: EmailOptions, context: ChannelContext) -> "EmailChannel":
        """The channel of these options; SettingsError when no mail server is set."""
        if context.smtp is None:
            raise SettingsError("there is no [smtp] section: write one that names a mail server")
        return cls(options, context.smtp, context.clock)

    async def send(self, message: AlertMessage) -> Receipt:
        """Send one message to all recipients that do not have it yet."""
        sender = self._smtp.mailbox
        mail = compose(message, options=self._options, sender=sender, now=self._clock.now())
        settled = self._outcomes.get(message.delivery_id, {})
        waiting = [address for address in self._options.recipients if address not in settled]
        answers, detail = await self._hand_over(mail, waiting)
        settled = settled | _settled(waiting, answers)
        for_now = {address: text for address, (code, text) in answers.items() if code < 500}
        if for_now:
            self._remember(message.delivery_id, settled)
            raise DeliveryError(
                _refusal(for_now, of=len(self._options.recipients)),
                # Somebody got it, now or before: the server works, the other alerts need not wait.
                only_this=None in settled.values(),
            )
        self._outcomes.pop(message.delivery_id, None)
        refused = {address: text for address, text in settled.items() if text is not None}
        if len(refused) == len(self._options.recipients):
            raise DeliveryError(_refusal(refused, of=len(refused)), permanent=True)
        return Receipt(detail=detail, refused=refused)

    def _remember(self, delivery_id: str, settled: Mapping[str, str | None]) -> None:
        self._outcomes[delivery_id] = dict(settled)
        self._outcomes.move_to_end(delivery_id)
        while len(self._outcomes) > _MOST_REMEMBERED:
            self._outcomes.popitem(last=False)

    async def _hand_over(
        self, mail: EmailMessage, recipients: Sequence[str]
    ) -> tuple[dict[str, SMTPResponse], str]:
        """Who was refused, with the server's answer (code below 500: for now); and its last words.

        Raises DeliveryError when it is not about single recipients.
        """
        server = await self._connect()
        try:
            return await _transfer(server, self._smtp.mailbox.address, recipients, mail)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._failure(error) from error
        finally:
            server.close()

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self._smtp
        server = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password,
            # Not left to the library: it would ask name servers for the machine's own name.
            local_hostname=settings.client_name or settings.mailbox.domain,
            timeout=settings.timeout.total_seconds(),
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls,
        )
        try:
            await server.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._failure(error) from error
        return server

    def _failure(self, error: Exception) -> DeliveryError:
        """What went wrong, in words that say what to look at."""
        where = f"the mail server {self._smtp.host}:{self._smtp.port}"
        said = one_line(str(getattr(error, "message", "") or error), limit=_LONGEST_ANSWER)
        if isinstance(_root(error), ssl.SSLError):
            return DeliveryError(
                f"{where} has no certificate that can be trusted ({said}): "
                "set smtp.ca_file when its authority is your own"
            )
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            return DeliveryError(
                f"{where} refuses the login ({error.code} {said}): "
                "check smtp.username and smtp.password"
            )
        if isinstance(error, aiosmtplib.SMTPSenderRefused):
            return DeliveryError(
                f"{where} refuses the sender ({error.code} {said}): "
                "check smtp.sender, and whether it asks for a login"
            )
        if isinstance(error, aiosmtplib.SMTPDataError):
            permanent = error.code >= 500 and not _asks_for_login(error.code)
            return DeliveryError(
                f"{where} refuses the message ({error.code} {said})", permanent=permanent
            )
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return DeliveryError(f"{where} refuses to talk to us ({error.code} {said})")
        return DeliveryError(f"{where} cannot be used: {said or type(error).__name__}")


async def _transfer(
    server: aiosmtplib.SMTP, sender: str, recipients: Sequence[str], mail: EmailMessage
) -> tuple[dict[str, SMTPResponse], str]:
    try:
        refused, said = await server.sendmail(sender, recipients, mail.as_bytes())
    except aiosmtplib.SMTPRecipientsRefused as error:
        refused = {one.recipient: SMTPResponse(one.code, one.message) for one in error.recipients}
        said = ""
    # The server has the message, or has refused it: how it takes leave changes nothing.
    with suppress(aiosmtplib.SMTPException, OSError):
        await server.quit(timeout=_QUIT_TIMEOUT)
    return {address: _judged(answer) for address, answer in refused.items()}, one_line(
        said, limit=_LONGEST_ANSWER
    )


def _judged(answer: SMTPResponse) -> SMTPResponse:
    """The answer about a recipient, with a code below 500 when another attempt may fare better."""
    said = f"{answer.code} {one_line(answer.message, limit=_LONGEST_ANSWER)}"
    # An enhanced code 5.7.z is about rights and policy (RFC 3463): "relaying denied", mostly.
    mended = _asks_for_login(answer.code) or answer.message.lstrip().startswith("5.7.")
    return SMTPResponse(400 if mended else answer.code, said)


def _asks_for_login(code: int) -> bool:
    """The answers of RFC 4954, section 6."""
    return 530 <= code <= 538


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
    return f"the mail server refuses {len(refused)} of {of} recipients ({named}{more})"


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
