"""`tocsin alert`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter

from scraper.actions import alerts as actions
from scraper.actions.checked import checked
from scraper.alerts.message import also_in
from scraper.cli.articles import article_json
from scraper.cli.exporting import export_alerts
from scraper.cli.groups import json_option, limit_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import (
    SCREENFUL,
    moment,
    plain,
    print_fields,
    print_json,
    print_json_list,
    print_table,
    say,
)
from scraper.cli.person import person
from scraper.cli.texts import highlighted
from scraper.clock import SystemClock
from scraper.settings.model import PositiveDuration
from storage.database import Database
from storage.records import Alert, Delivery, DeliveryKind, DeliveryState

_PAGE = 200


@click.group()
def alert() -> None:
    """The alerts: list, show, retry, cancel, acknowledge, snooze, export."""


alert.add_command(export_alerts)


@alert.command("list")
@click.option("--watch", metavar="NAME", help="Only alerts of this watch.")
@click.option("--channel", metavar="NAME", help="Only alerts that go to this channel.")
@click.option(
    "--state",
    type=click.Choice([state.value for state in DeliveryState]),
    help="Only alerts of which a delivery waits, has arrived, was given up, or was cancelled.",
)
@limit_option
@settings_option
@json_option
def list_(
    watch: str | None,
    channel: str | None,
    state: str | None,
    limit: int | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """List the alerts and how their deliveries fare, the newest first."""
    with opened(config) as database:
        if watch is not None:
            with database.read() as unit:
                found(unit.watches.get(watch), "watch", watch)
        if channel is not None:
            with database.read() as unit:
                found(unit.channels.get(channel), "channel", channel)
        asked = _Asked(watch, channel, DeliveryState(state) if state else None)
        rows = _newest(database, asked, limit or (None if as_json else SCREENFUL))
        if as_json:
            print_json_list(_json(alert, deliveries) for alert, deliveries in rows)
            return
        print_table(
            ("id", "rang", "watch", "deliveries", "title"),
            (
                (
                    alert.id,
                    alert.created_at,
                    alert.watch.name,
                    _state(deliveries),
                    alert.article.article.title or alert.article.article.url,
                )
                for alert, deliveries in rows
            ),
            empty="No alert has rung." if asked == _Asked() else "No alert is like that.",
        )


@dataclass(frozen=True)
class _Asked:
    """Which alerts are listed."""

    watch: str | None = None
    channel: str | None = None
    state: DeliveryState | None = None


def _newest(
    database: Database, asked: _Asked, limit: int | None
) -> Iterator[tuple[Alert, Sequence[Delivery]]]:
    before: str | None = None
    given = 0
    while limit is None or given < limit:
        size = _PAGE if limit is None else min(_PAGE, limit - given)
        with database.read() as unit:
            alerts = unit.outbox.alerts(
                size, watch=asked.watch, channel=asked.channel, state=asked.state, before=before
            )
            page = [(alert, unit.outbox.deliveries(alert.id)) for alert in alerts]
        yield from page
        if len(page) < size:
            return
        given += len(page)
        before = alerts[-1].id


def _state(deliveries: Sequence[Delivery]) -> str:
    return ", ".join(f"{d.channel} {_standing(d)}" for d in deliveries) or "log only"


def _acknowledged(shown: Alert) -> str | None:
    if shown.acknowledged_at is None:
        return None
    return f"{moment(shown.acknowledged_at)}, by {shown.acknowledged_by}"


def _standing(delivery: Delivery) -> str:
    """How a delivery fares, in a word or two."""
    kind = "" if delivery.kind is DeliveryKind.ALERT else f" ({delivery.kind.value})"
    return f"{delivery.state.value}{kind}"


def _json(alert: Alert, deliveries: Sequence[Delivery]) -> dict[str, Any]:
    names = {alert.article.source_id or 0: alert.source_name or ""}
    return {
        "id": alert.id,
        "created_at": plain(alert.created_at),
        "watch": alert.watch.name,
        "query": alert.watch.spec.query,
        "story_id": alert.story.id,
        "outlet_count": alert.story.outlet_count,
        "outlets": plain(alert.story.outlets),
        "revised": alert.revised,
        "acknowledged_at": plain(alert.acknowledged_at),
        "acknowledged_by": alert.acknowledged_by,
        "passages": plain(alert.passages),
        "article": article_json(alert.article, names),
        "deliveries": plain(list(deliveries)),
    }


@alert.command()
@click.argument("alert_id", metavar="ID")
@settings_option
@json_option
def show(alert_id: str, config: Path | None, as_json: bool) -> None:
    """Show an alert, its passages and its deliveries."""
    with opened(config) as database, database.read() as unit:
        shown = found(unit.outbox.alert(alert_id), "alert", alert_id)
        deliveries = unit.outbox.deliveries(alert_id)
        attempts = {d.id: unit.outbox.attempts(d.id) for d in deliveries}
    if as_json:
        print_json(_json(shown, deliveries) | {"attempts": plain(attempts)})
        return
    print_fields(
        {
            "watch": shown.watch.name,
            "query": shown.watch.spec.query,
            "title": shown.article.article.title,
            "link": shown.article.article.url,
            "source": shown.source_name,
            "rang": shown.created_at,
            "story": shown.story.id,
            "also in": also_in(shown),
            "acknowledged": _acknowledged(shown),
        }
    )
    for passage in shown.passages:
        click.echo(f"    {highlighted(passage)}")
    click.echo()
    print_table(
        ("channel", "state", "attempts", "next", "because"),
        (
            (
                d.channel,
                _standing(d),
                len(attempts[d.id]),
                d.next_attempt_at,
                d.last_error or d.reason,
            )
            for d in deliveries
        ),
        empty="It rang in the log only: its watch has no channels.",
    )


@alert.command()
@click.argument("alert_id", metavar="[ID]", required=False)
@click.option("--channel", metavar="NAME", help="Only deliveries to this channel.")
@settings_option
def retry(alert_id: str | None, channel: str | None, config: Path | None) -> None:
    """Deliver again what was given up: all of it, or of one alert. After a channel was mended."""
    with opened(config) as database, database.begin() as unit:
        count = actions.retry(unit, alert_id, channel=channel, by=person(), now=SystemClock().now())
        waiting = unit.outbox.counts()[DeliveryState.PENDING]
    click.echo(f"{count} deliveries are due again; {waiting} are waiting in all")


@alert.command()
@click.argument("alert_id", metavar="ID")
@click.option("--channel", metavar="NAME", help="Only deliveries to this channel.")
@settings_option
def cancel(alert_id: str, channel: str | None, config: Path | None) -> None:
    """Send no more of an alert. What a channel has already stays there."""
    with opened(config) as database, database.begin() as unit:
        count = actions.cancel(
            unit, alert_id, channel=channel, by=person(), now=SystemClock().now()
        )
    say(f"{count} deliveries are cancelled" if count else "nothing of it was waiting")


@alert.command()
@click.argument("alert_id", metavar="ID")
@click.option("--by", metavar="NAME", help="Who has seen to it; you, if nothing is said.")
@settings_option
def acknowledge(alert_id: str, by: str | None, config: Path | None) -> None:
    """Say that somebody has seen to an alert: it is not escalated any more."""
    with opened(config) as database, database.begin() as unit:
        shown, first = actions.acknowledge(
            unit, alert_id, by=person(), now=SystemClock().now(), name=by
        )
    say(
        "acknowledged"
        if first
        else f"{shown.acknowledged_by} had acknowledged it at {moment(shown.acknowledged_at)}"
    )


@alert.command()
@click.argument("alert_id", metavar="ID")
@click.argument("duration")
@settings_option
def snooze(alert_id: str, duration: str, config: Path | None) -> None:
    """Have an alert again later, such as: snooze ID 2h. Until then it is not escalated."""
    length = checked(TypeAdapter(PositiveDuration), duration, "the duration")
    with opened(config) as database, database.begin() as unit:
        at, channels = actions.snooze(unit, alert_id, length, by=person(), now=SystemClock().now())
    say(f"it comes again at {moment(at)}, to {channels} channels")
