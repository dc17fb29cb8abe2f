"""The callbacks that hubs call: all that is open to the outside."""

import asyncio
import re

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scraper.pipeline.websub import PATH, Callbacks

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")
_LONGEST_CHALLENGE = 2_000  # characters
_PATIENCE = 30.0  # seconds for the body of a push
_AT_ONCE = 8  # bodies that are read at the same time


def callback_routes(callbacks: Callbacks, most_bytes: int) -> tuple[Route, ...]:
    """The routes; a push has `most_bytes` at most."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def verify(request: Request) -> Response:
        asked = request.query_params
        token = request.path_params["token"]
        answer = None
        if _TOKEN.fullmatch(token) and len(asked.get("hub.challenge", "")) <= _LONGEST_CHALLENGE:
            answer = await callbacks.verify(token, asked)
        if answer is None:
            return PlainTextResponse("There is no such subscription.\n", 404)
        return PlainTextResponse(answer)

    async def receive(request: Request) -> Response:
        token = request.path_params["token"]
        if not _TOKEN.fullmatch(token):
            return PlainTextResponse("There is no such subscription.\n", 404)
        if not await callbacks.is_known(token):
            return Response(status_code=410)
        async with places:
            try:
                async with asyncio.timeout(_PATIENCE):
                    body = await _body(request, most_bytes)
            except (TimeoutError, ClientDisconnect):
                return PlainTextResponse("The body did not come.\n", 408)
            if body is None:
                return PlainTextResponse("The body is too large.\n", 413)
            return Response(status_code=await callbacks.receive(token, request.headers, body))

    path = PATH + "{token}"
    return Route(path, verify, methods=["GET"]), Route(path, receive, methods=["POST"])


async def _body(request: Request, most: int) -> bytes | None:
    """The body as it came; None when it is larger than allowed."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:18]) > most:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
