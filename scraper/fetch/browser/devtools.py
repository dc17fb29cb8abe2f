"""The protocol by which Chromium is steered, over a pair of pipes.

Chrome DevTools Protocol with `--remote-debugging-pipe`: JSON messages, each ended by a null byte.
No port is opened, so nothing else on the machine can steer the browser.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)

LARGEST = 96 * 1024 * 1024  # bytes of one message: a page within its limit, escaped at worst
_PIECE = 256 * 1024

Params = dict[str, Any]
Handler = Callable[[str, Params, str | None], None]


class BrowserGoneError(Exception):
    """Chromium is gone, or says what nobody could have meant."""


class CommandError(Exception):
    """Chromium did not do what it was told."""


class Devtools:
    """Commands to Chromium, and what it tells of itself.

    `reader` and `writer` are our ends of its pipes. `on_event` is called with the name and the
    parameters of each event, and the session it is of, if any; it must not block.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Params]] = {}
        self._gone: str | None = None
        self.on_event: Handler | None = None
        self._listening = asyncio.ensure_future(self._listen())

    async def send(self, method: str, session: str | None = None, **params: Any) -> Params:
        """What Chromium answers; raises CommandError, or BrowserGoneError."""
        return await self.post(method, session, **params)

    def post(
        self, method: str, session: str | None = None, **params: Any
    ) -> asyncio.Future[Params]:
        """As `send`, without waiting; whoever drops the answer drops its error, too."""
        if self._gone is not None:
            raise BrowserGoneError(self._gone)
        self._number += 1
        message: Params = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        answer: asyncio.Future[Params] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_look_at)
        self._waiting[self._number] = answer
        self._writer.write(json.dumps(message).encode() + b"\0")
        return answer

    async def _listen(self) -> None:
        try:
            await self._read()
            reason = "Chromium has ended"
        except (OSError, ValueError, BrowserGoneError) as error:
            reason = f"Chromium cannot be heard any more ({error})"
        self._lose(reason)

    async def _read(self) -> None:
        held = bytearray()
        while piece := await self._reader.read(_PIECE):
            *messages, rest = piece.split(b"\0")
            for message in messages:
                held += message
                self._take(json.loads(held))
                held.clear()
            held += rest
            if len(held) > LARGEST:
                raise BrowserGoneError("it sent more than any page may have")

    def _take(self, message: Params) -> None:
        number = message.get("id")
        if number is None:
            if self.on_event is not None:
                name, params = message.get("method", ""), message.get("params", {})
                self.on_event(name, params, message.get("sessionId"))
            return
        answer = self._waiting.pop(number, None)
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(CommandError(str(message["error"].get("message", ""))))
        else:
            answer.set_result(message.get("result", {}))

    def _lose(self, reason: str) -> None:
        self._gone = reason
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(BrowserGoneError(reason))
        if self.on_event is not None:
            self.on_event("gone", {"reason": reason}, None)

    async def aclose(self) -> None:
        """Hang up, upon which Chromium ends by itself."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        self._lose("Chromium was ended")
        self._writer.close()


def _look_at(answer: asyncio.Future[Params]) -> None:
    """Answers that nobody waits for may fail: asyncio would complain of that."""
    if not answer.cancelled():
        answer.exception()
