"""What went wrong with the mail server, in words that say what to look at.

What an answer means for the next attempt (RFC 5321, section 4.2.1, and one exception from it):

    no connection, no certificate, no answer in time     temporary
    4yz at any point                                     temporary
    5yz before the first recipient was named             temporary: the server refuses us, not this
        (greeting, EHLO, STARTTLS, AUTH, MAIL FROM)      message. Passwords and rights get mended
    530 to 538 after RCPT or DATA, 5.7.z after RCPT      temporary, likewise: "relaying denied"
    other 5yz after RCPT or DATA                         permanent

A connection that was used before and ends ahead of DATA is no failure: see smtp.py.
"""

import aiosmtplib
from aiosmtplib import SMTPResponse

from scraper.alerts.causes import Side, cause_of, problem, with_remedy
from scraper.alerts.clean import one_line
from scraper.errors import Cause, DeliveryError

LONGEST_ANSWER = 200  # characters of what a server says that are kept
_TOO_LARGE = frozenset({523, 552})  # RFC 5321, 4.2.2; 523 of some servers


class MessageRefusedError(DeliveryError):
    """The server refuses the message, having taken its recipients."""


def failure(where: str, error: Exception) -> DeliveryError:
    """The failure of a message that was to go to `where`."""
    said = one_line(str(getattr(error, "message", "") or error), limit=LONGEST_ANSWER)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        what, cause = _refused(error, f"{error.code} {said}")
        words = with_remedy(f"{where} {what}", cause, Side.MAIL)
        if not isinstance(error, aiosmtplib.SMTPDataError):
            return DeliveryError(words, cause=cause)
        permanent = error.code >= 500 and not _asks_for_login(error.code)
        return MessageRefusedError(words, permanent=permanent, cause=cause)
    if "STARTTLS" in said:  # the library has no error of its own for that
        return DeliveryError(
            f"{where} cannot be used: {said.rstrip('.')}. It got neither message nor password: "
            "look whether smtp.port and smtp.security are what its operator names, and whether "
            "something on the way takes encryption out",
            cause=Cause.NO_TLS,
        )
    cause = cause_of(error)
    words = one_line(problem(error), limit=LONGEST_ANSWER) or type(error).__name__
    if cause is Cause.TIMEOUT:
        words = said  # whether it was the connection or an answer
    return DeliveryError(
        with_remedy(f"{where} cannot be used: {words}", cause, Side.MAIL), cause=cause
    )


def judged(answer: SMTPResponse) -> SMTPResponse:
    """The answer about a recipient, with a code below 500 when another attempt may fare better."""
    said = f"{answer.code} {one_line(answer.message, limit=LONGEST_ANSWER)}"
    # An enhanced code 5.7.z is about rights and policy (RFC 3463): "relaying denied", mostly.
    mended = _asks_for_login(answer.code) or answer.message.lstrip().startswith("5.7.")
    return SMTPResponse(400 if mended else answer.code, said)


def _refused(error: aiosmtplib.SMTPResponseException, said: str) -> tuple[str, Cause]:
    """What the server refuses, and what it said; and the cause."""
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return f"refuses the login ({said})", Cause.LOGIN
        case aiosmtplib.SMTPSenderRefused():
            return f"refuses the sender ({said})", Cause.SENDER
        case aiosmtplib.SMTPDataError():
            large = error.code in _TOO_LARGE
            return f"refuses the message ({said})", Cause.TOO_LARGE if large else Cause.MESSAGE
        case aiosmtplib.SMTPRecipientRefused():
            return f"refuses to talk to us at {error.recipient} ({said})", Cause.BUSY
        case _:
            return f"refuses to talk to us ({said})", Cause.UNEXPECTED


def _asks_for_login(code: int) -> bool:
    """The answers of RFC 4954, section 6."""
    return 530 <= code <= 538
