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

import ssl

import aiosmtplib
from aiosmtplib import SMTPResponse

from scraper.alerts.clean import one_line
from scraper.errors import DeliveryError

LONGEST_ANSWER = 200  # characters of what a server says that are kept
_OTHER_HOST = frozenset({62, 64})  # X509_V_ERR_HOSTNAME_MISMATCH and _IP_ADDRESS_MISMATCH


class MessageRefusedError(DeliveryError):
    """The server refuses the message, having taken its recipients."""


def failure(where: str, error: Exception) -> DeliveryError:
    """The failure of a message that was to go to `where`."""
    said = one_line(str(getattr(error, "message", "") or error), limit=LONGEST_ANSWER)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        words = f"{where} {_refused(error, f'{error.code} {said}')}"
        if not isinstance(error, aiosmtplib.SMTPDataError):
            return DeliveryError(words)
        permanent = error.code >= 500 and not _asks_for_login(error.code)
        return MessageRefusedError(words, permanent=permanent)
    reason = _root(error)
    if isinstance(reason, ssl.SSLError):
        return DeliveryError(
            f"{where} has no certificate that can be trusted ({said}): {_remedy(reason)}"
        )
    if "STARTTLS" in said:  # the library has no error of its own for that
        return DeliveryError(
            f"{where} cannot be used: {said}. It got neither message nor password: look whether "
            "smtp.port and smtp.security are what its operator names, and whether something on "
            "the way takes encryption out"
        )
    return DeliveryError(f"{where} cannot be used: {said or type(error).__name__}")


def judged(answer: SMTPResponse) -> SMTPResponse:
    """The answer about a recipient, with a code below 500 when another attempt may fare better."""
    said = f"{answer.code} {one_line(answer.message, limit=LONGEST_ANSWER)}"
    # An enhanced code 5.7.z is about rights and policy (RFC 3463): "relaying denied", mostly.
    mended = _asks_for_login(answer.code) or answer.message.lstrip().startswith("5.7.")
    return SMTPResponse(400 if mended else answer.code, said)


def _refused(error: aiosmtplib.SMTPResponseException, said: str) -> str:
    """What the server refuses, and what it said."""
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return f"refuses the login ({said}): check smtp.username and smtp.password"
        case aiosmtplib.SMTPSenderRefused():
            return (
                f"refuses the sender ({said}): check smtp.sender, and whether it asks for a login"
            )
        case aiosmtplib.SMTPDataError():
            return f"refuses the message ({said})"
        case aiosmtplib.SMTPRecipientRefused():
            return f"refuses to talk to us at {error.recipient} ({said})"
        case _:
            return f"refuses to talk to us ({said})"


def _remedy(error: ssl.SSLError) -> str:
    if getattr(error, "verify_code", 0) in _OTHER_HOST:
        return "set smtp.host to a name that its certificate holds"
    return (
        "set smtp.ca_file when its authority is your own, "
        "and look whether smtp.port goes with smtp.security"
    )


def _asks_for_login(code: int) -> bool:
    """The answers of RFC 4954, section 6."""
    return 530 <= code <= 538


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
