"""`tocsin watch feed`."""

from pathlib import Path

import click

from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened, read_settings
from scraper.cli.output import print_json, say
from scraper.errors import UsageError
from scraper.settings import Loaded
from scraper.web.feeds.feed import PATH, new_token


@click.command()
@click.argument("name")
@click.option("--rotate", is_flag=True, help="Give it another address: the one of before is gone.")
@click.option("--off", is_flag=True, help="Have no feed any more.")
@settings_option
@json_option
def feed(name: str, *, rotate: bool, off: bool, config: Path | None, as_json: bool) -> None:
    """Show the addresses of a watch's feed, Atom and JSON Feed: secret ones, made when first asked.

    Whoever knows an address can read what the watch rang for.
    """
    if rotate and off:
        raise UsageError("--rotate and --off exclude one another: leave one out")
    loaded = read_settings(config)
    with opened(config) as database, database.begin() as unit:
        found(unit.watches.get(name), "watch", name)
        token = unit.watches.feed(name)
        if off or rotate or token is None:
            token = None if off else new_token()
            unit.watches.set_feed(name, token)
    addresses = {} if token is None else _addresses(loaded, token)
    if as_json:
        print_json({"watch": name, "atom": addresses.get("atom"), "json": addresses.get("json")})
        return
    for address in addresses.values():
        say(address)
    if not addresses:
        say(f"{name}: has no feed")
    elif loaded.settings.service.public_url is None:
        say("that is on this machine: service.public_url says where others reach it", err=True)


def _addresses(loaded: Loaded, token: str) -> dict[str, str]:
    service = loaded.settings.service
    base = (service.public_url or f"http://{service.listen}").rstrip("/")
    return {name: f"{base}{PATH}{token}.{name}" for name in ("atom", "json")}
