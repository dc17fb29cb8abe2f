"""`tocsin user`: who may log in to the dashboard."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from scraper.accounts import hash_password, hire, weakness
from scraper.cli.groups import json_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import moment, plain, print_json, print_table, say
from scraper.cli.person import person
from scraper.clock import SystemClock
from scraper.errors import UsageError
from storage.database import UnitOfWork
from storage.records import Role, User

_role = click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="viewer: looks; editor: changes what is watched, too; admin: manages accounts as well.",
)
_password = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Its first line is the password; - for standard input. Left out: asked for.",
)


@click.group()
def user() -> None:
    """Who may log in to the dashboard: add, list, edit, log out, remove."""


@user.command()
@click.argument("name")
@_role
@_password
@click.option("--no-password", is_flag=True, help="Only a proxy that knows the person lets in.")
@settings_option
def add(
    name: str,
    role: str | None,
    password_file: Path | None,
    no_password: bool,
    config: Path | None,
) -> None:
    """Add a person; the first one is an admin, if nothing is said."""
    if no_password and password_file is not None:
        raise UsageError("--no-password and --password-file do not go together")
    password = None if no_password else _read(password_file)
    with opened(config) as database, database.begin() as unit:
        first = not unit.accounts.has_users()
        given = Role(role) if role else Role.ADMIN if first else Role.VIEWER
        if first and given is not Role.ADMIN:
            raise UsageError("the first person must be an admin: nobody else could add others")
        made = hire(unit, name, given, password=password, by=person(), now=SystemClock().now())
    say(f"{made.name}: added as {made.role}")


@user.command("list")
@settings_option
@json_option
def list_(config: Path | None, as_json: bool) -> None:
    """List the people."""
    with opened(config) as database, database.read() as unit:
        users = unit.accounts.users()
    if as_json:
        print_json([plain(each) for each in users])
        return
    print_table(
        ("name", "role", "password", "last log-in", "state"),
        (
            (
                each.name,
                each.role,
                each.has_password,
                moment(each.seen_at) or "never",
                "disabled" if each.disabled else "on",
            )
            for each in users
        ),
        empty="Nobody has an account: whoever sits at this machine may do everything, nobody else "
        "anything. Add somebody: tocsin user add NAME",
    )


@user.command()
@click.argument("name")
@_role
@click.option("--password", "new_password", is_flag=True, help="Give a new password.")
@_password
@click.option("--disable/--enable", "disabled", default=None, help="Let the person in no more.")
@settings_option
def edit(
    name: str,
    role: str | None,
    new_password: bool,
    password_file: Path | None,
    disabled: bool | None,
    config: Path | None,
) -> None:
    """Change a person, who must then log in again."""
    wants_password = new_password or password_file is not None
    if role is None and disabled is None and not wants_password:
        raise UsageError("say what is to be changed: --role, --password, --disable or --enable")
    password = _read(password_file) if wants_password else None
    if password is not None and (problem := weakness(password, name=name)):
        raise UsageError(problem)

    def change(unit: UnitOfWork, known: User, now: datetime) -> None:
        unit.accounts.edit(
            known.name,
            role=None if role is None else Role(role),
            password=None if password is None else hash_password(password),
            disabled=disabled,
        )
        detail: dict[str, Any] = {"role": role, "disabled": disabled}
        if password is not None:
            detail["password"] = "changed"  # noqa: S105 - it says that, and not to what
        told = {key: value for key, value in detail.items() if value is not None}
        unit.audit.note(person(), "user.edit", known.name, detail=told, now=now)

    _change(config, name, change)
    say(f"{name}: changed; whoever was logged in so must do it again")


@user.command()
@click.argument("name")
@settings_option
def logout(name: str, config: Path | None) -> None:
    """Log a person out of every browser."""
    ended = 0

    def change(unit: UnitOfWork, known: User, now: datetime) -> None:
        nonlocal ended
        ended = unit.accounts.end_sessions(known.id)
        unit.audit.note(person(), "session.end", known.name, now=now)

    _change(config, name, change)
    say(f"{name}: logged out of {ended} browser{'' if ended == 1 else 's'}")


@user.command()
@click.argument("name")
@settings_option
def remove(name: str, config: Path | None) -> None:
    """Remove a person, with the tokens that are the person's."""

    def change(unit: UnitOfWork, known: User, now: datetime) -> None:
        unit.accounts.remove(known.name)
        unit.audit.note(person(), "user.remove", known.name, now=now)

    _change(config, name, change)
    say(f"{name}: removed")


def _change(config: Path | None, name: str, change: Any) -> None:
    with opened(config) as database, database.begin() as unit:
        known = found(unit.accounts.user(name), "user", name)
        change(unit, known, SystemClock().now())


def _read(file: Path | None) -> str:
    """The password: of a file, or asked for twice."""
    if file is None and not sys.stdin.isatty():
        raise UsageError("there is nobody to ask for the password: give --password-file FILE")
    if file is None:
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    try:
        with click.open_file(str(file), encoding="utf-8") as lines:
            return str(lines.readline()).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {error}") from None
