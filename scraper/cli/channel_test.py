"""`tocsin channel test`."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from scraper.alerts import Receipt, send_test
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened, read_settings
from scraper.cli.output import print_json, say
from scraper.cli.sending import sending
from scraper.errors import DeliveryError
from scraper.settings import Loaded
from storage.records import Channel


@dataclass(slots=True)
class _Tried:
    """How far the message came, and what came of it: one of the two."""

    steps: list[str] = field(default_factory=list)
    receipt: Receipt | None = None
    error: DeliveryError | None = None


@click.command()
@click.argument("name")
@settings_option
@json_option
def test(name: str, config: Path | None, as_json: bool) -> int:
    """Send a message that says it is a test, and tell how far it came."""
    loaded = read_settings(config)
    with opened(config) as database, database.read() as unit:
        tested = found(unit.channels.get(name), "channel", name)
    tried = asyncio.run(_try(loaded, tested))
    if as_json:
        print_json(_json(tested, tried))
        return int(tried.error is not None)
    if tried.steps:
        say(f"{name}: {' → '.join(tried.steps)}{' → failed' if tried.error else ''}")
    if tried.error is not None:
        raise tried.error
    _say_taken(name, tried.receipt)
    return 0


async def _try(loaded: Loaded, tested: Channel) -> _Tried:
    tried = _Tried()
    async with sending(loaded, on_step=tried.steps.append) as context:
        try:
            tried.receipt = await send_test(tested, context)
        except DeliveryError as error:
            tried.error = error
    return tried


def _say_taken(name: str, receipt: Receipt | None) -> None:
    if receipt is None:
        return
    say(f"{name}: taken: {receipt.detail}")
    for address, reason in receipt.refused.items():
        say(f"{address}: refused: {reason}", err=True)


def _json(tested: Channel, tried: _Tried) -> dict[str, Any]:
    receipt, error = tried.receipt, tried.error
    pause = error.retry_after if error else None
    return {
        "channel": tested.name,
        "type": tested.spec.type,
        "taken": receipt is not None,
        "detail": receipt.detail if receipt else None,
        "refused": dict(receipt.refused) if receipt else {},
        "steps": tried.steps,
        "cause": error.cause.value if error else None,
        "error": str(error) if error else None,
        "permanent": error.permanent if error else None,
        "retry_after": None if pause is None else pause.total_seconds(),
    }
