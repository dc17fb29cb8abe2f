"""A client that tells how far it came, for who tries a channel."""

from collections.abc import Callable
from typing import Any

import aiosmtplib
from aiosmtplib import SMTPResponse


def telling(on_step: Callable[[str], None]) -> type[aiosmtplib.SMTP]:
    """A client for mail servers that says each step once it is done."""

    class Telling(aiosmtplib.SMTP):
        async def _create_connection(self, *given: Any, **named: Any) -> SMTPResponse:
            answer = await super()._create_connection(*given, **named)
            on_step("connected")
            if self.use_tls:
                on_step("encrypted")
            return answer

        async def starttls(self, *given: Any, **named: Any) -> SMTPResponse:
            answer = await super().starttls(*given, **named)
            on_step("encrypted")
            return answer

        async def login(self, *given: Any, **named: Any) -> SMTPResponse:
            answer = await super().login(*given, **named)
            on_step("logged in")
            return answer

        async def mail(self, *given: Any, **named: Any) -> SMTPResponse:
            answer = await super().mail(*given, **named)
            on_step("sender taken")
            return answer

        async def rcpt(self, *given: Any, **named: Any) -> SMTPResponse:
            answer = await super().rcpt(*given, **named)
            on_step("recipient taken")
            return answer

        async def data(self, *given: Any, **named: Any) -> SMTPResponse:
            answer = await super().data(*given, **named)
            on_step("message taken")
            return answer

    return Telling
