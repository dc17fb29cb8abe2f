"""`tocsin token`: secrets by which programs use the API."""

from pathlib import Path

import click
from pydantic import TypeAdapter

from scraper.accounts import digest, hint, new_token
from scraper.actions.checked import checked
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import moment, plain, print_json, print_table, say
from scraper.cli.person import person
from scraper.clock import SystemClock
from scraper.errors import UsageError
from scraper.settings.model import Name, PositiveDuration
from storage.records import Scope


@click.group()
def token() -> None:
    """Secrets by which programs use the API: add, list, revoke."""


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may do; may be repeated. Left out: read.",
)
@click.option("--user", "owner", metavar="NAME", help="Whose it is: it may do no more.")
@click.option("--expires", metavar="DURATION", help="When it ends, such as 90d; left out: never.")
@settings_option
def add(
    name: str,
    scopes: tuple[str, ...],
    owner: str | None,
    expires: str | None,
    config: Path | None,
) -> None:
    """Add a token, and print it: it is shown this once."""
    name = checked(TypeAdapter(Name), name, "the name")
    length = TypeAdapter(PositiveDuration)
    lasts = None if expires is None else checked(length, expires, "--expires")
    given = {Scope(scope) for scope in scopes} or {Scope.READ}
    secret, now = new_token(), SystemClock().now()
    with opened(config) as database, database.begin() as unit:
        user = None if owner is None else found(unit.accounts.user(owner), "user", owner)
        unit.accounts.add_token(
            name,
            digest(secret),
            hint=hint(secret),
            scopes=given,
            user_id=None if user is None else user.id,
            now=now,
            expires_at=None if lasts is None else now + lasts,
        )
        unit.audit.note(person(), "token.add", name, detail={"scopes": sorted(given)}, now=now)
    click.echo(secret)
    say(f"{name}: added; keep it now, for it is not shown again", err=True)


@token.command("list")
@settings_option
@json_option
def list_(config: Path | None, as_json: bool) -> None:
    """List the tokens, without their secrets."""
    with opened(config) as database, database.read() as unit:
        tokens = unit.accounts.tokens()
    if as_json:
        print_json(
            [
                {**plain(each), "scopes": sorted(each.scopes), "user": each.user and each.user.name}
                for each in tokens
            ]
        )
        return
    print_table(
        ("name", "begins", "may", "of", "used", "ends"),
        (
            (
                each.name,
                each.hint,
                sorted(each.scopes),
                each.user.name if each.user else "",
                moment(each.used_at) or "never",
                moment(each.expires_at) or "never",
            )
            for each in tokens
        ),
        empty="There are no tokens. Add one: tocsin token add NAME --scope read",
    )


@token.command()
@click.argument("name")
@settings_option
def revoke(name: str, config: Path | None) -> None:
    """Let a program in no more."""
    with opened(config) as database, database.begin() as unit:
        if not unit.accounts.revoke(name):
            raise UsageError(f'there is no token "{name}"; `tocsin token list` shows all')
        unit.audit.note(person(), "token.revoke", name, now=SystemClock().now())
    say(f"{name}: revoked")
