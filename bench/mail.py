"""E-mail: messages a second to a mail server on loopback, with a connection each and with few.

    python -m bench.mail [--messages 400] [--at-once 2]

The server is aiosmtpd in a process of its own, without encryption and with STARTTLS and a login.
The ways take turns, and medians of three are printed. Loopback has no distance: over a network
every answer that a message waits for costs a round trip more, and the last column counts them.
"""

import argparse
import asyncio
import logging
import multiprocessing
import statistics
import tempfile
import time
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from scraper.alerts import EmailOptions, SmtpSettings
from scraper.alerts.email.connections import MOST_MESSAGES, Connections
from scraper.alerts.email.smtp import EmailChannel
from scraper.clock import SystemClock
from tests.alerts.email.mailserver import LOOPBACK, make_certificate
from tests.alerts.samples import message

_WAYS = {"a connection a message": 1, f"{MOST_MESSAGES} messages a connection": MOST_MESSAGES}
_ROUNDS = 3
# Answers that one message waits for: greeting, EHLO, MAIL, RCPT, DATA, the text (QUIT waits for
# nobody); STARTTLS, TLS 1.3, EHLO and AUTH besides; or RSET in place of what comes before MAIL.
_ANSWERS = {("none", 1): 7, ("starttls", 1): 11, ("none", MOST_MESSAGES): 5}


class Sink:
    """Takes every message, and forgets it."""

    async def handle_DATA(self, *about: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take it."""
        del about
        return "250 OK"


def serve(pipe: Pipe, folder: str) -> None:
    """Two servers, plain and with STARTTLS, until the pipe says something."""
    asyncio.run(_serve(pipe, folder))


async def _serve(pipe: Pipe, folder: str) -> None:
    logging.disable()  # it warns of itself at every login
    context, _ = make_certificate(Path(folder))
    loop = asyncio.get_running_loop()
    plain = await loop.create_server(lambda: SMTP(Sink(), loop=loop), LOOPBACK, 0)
    login = {"authenticator": lambda *_: AuthResult(success=True), "auth_required": True}
    secure = await loop.create_server(
        lambda: SMTP(Sink(), loop=loop, tls_context=context, **login), LOOPBACK, 0
    )
    pipe.send([server.sockets[0].getsockname()[1] for server in (plain, secure)])
    await asyncio.to_thread(pipe.recv)
    plain.close()
    secure.close()


async def send(settings: SmtpSettings, *, messages: int, at_once: int, each: int) -> float:
    """Messages a second."""
    clock = SystemClock()
    connections = Connections(settings, clock, most_messages=each)
    options = EmailOptions.model_validate({"to": ["desk@example.org"]})
    channel = EmailChannel(options, settings, clock, connections=connections)
    left = iter(range(messages))

    async def work() -> None:
        for number in left:
            await channel.send(message(f"d-{number}"))

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    await channel.aclose()
    return messages / (time.perf_counter() - started)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="bench.mail", description=__doc__)
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--at-once", type=int, default=2)
    chosen = parser.parse_args()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    with tempfile.TemporaryDirectory() as folder:
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(theirs, folder), daemon=True
        )
        server.start()
        if not ours.poll(20):
            raise SystemExit("the mail server did not start")
        ports = ours.recv()
        settings = {
            "none": SmtpSettings(host=LOOPBACK, port=ports[0], sender="t@example.org"),
            "starttls": SmtpSettings(
                host=LOOPBACK,
                port=ports[1],
                sender="t@example.org",
                security="starttls",
                ca_file=Path(folder) / "certificate.pem",
                username="tocsin",
                password="secret",  # noqa: S106 - of a server that takes any
            ),
        }
        print("| security | way | messages/s | answers a message waits for |")
        print("|---|---|---|---|")
        for security, one in settings.items():
            speeds: dict[str, list[float]] = {way: [] for way in _WAYS}
            for _ in range(_ROUNDS):
                for way, each in _WAYS.items():
                    speed = send(one, messages=chosen.messages, at_once=chosen.at_once, each=each)
                    speeds[way].append(asyncio.run(speed))
            for way, each in _WAYS.items():
                answers = _ANSWERS.get((security, each), _ANSWERS["none", MOST_MESSAGES])
                print(f"| {security} | {way} | {statistics.median(speeds[way]):.0f} | {answers} |")
        ours.send("enough")
        server.join()


if __name__ == "__main__":
    main()
