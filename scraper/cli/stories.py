"""`tocsin story`: what articles tell of one event, and what a person says of that."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter

from scraper.actions import stories as actions
from scraper.actions.checked import checked
from scraper.cli.articles import article_json
from scraper.cli.groups import NUMBER, json_option, limit_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import SCREENFUL, moment, plain, print_fields, print_json, print_table, say
from scraper.cli.person import person
from scraper.clock import SystemClock
from scraper.pipeline.by_hand import Done, standing
from scraper.settings.model import PositiveDuration
from storage.records import Belonging, StoredArticle, Story, StoryDecision


@click.group()
def story() -> None:
    """The stories: list, show, join, part, mute, unmute."""


@story.command("list")
@limit_option
@settings_option
@json_option
def list_stories(limit: int | None, config: Path | None, as_json: bool) -> None:
    """List the stories, the latest touched first."""
    with opened(config) as database, database.read() as unit:
        stories = unit.stories.list(limit or (_MOST if as_json else SCREENFUL))
    if as_json:
        print_json(stories)
        return
    print_table(
        ("id", "articles", "outlets", "since", "latest", "led by"),
        (
            (s.id, s.article_count, s.outlet_count, s.created_at, s.updated_at, s.title)
            for s in stories
        ),
        empty="There are no stories. Visit the sources: tocsin once",
    )


_MOST = 1_000_000


@story.command("show")
@click.argument("story_id", metavar="ID", type=NUMBER)
@settings_option
@json_option
def show_story(story_id: int, config: Path | None, as_json: bool) -> None:
    """Show a story, its articles, and what put each of them there.

    Of one that was merged, that with which it was. `tocsin article why` tells more of an article.
    """
    with opened(config) as database, database.read() as unit:
        shown = found(standing(unit, story_id), "story", str(story_id))
        articles = unit.stories.articles(shown.id)
        decisions = unit.stories.decisions([stored.id for stored in articles])
        names = {s.id: s.name for s in unit.sources.list()}
    if as_json:
        print_json(
            plain(shown)
            | {
                "articles": [
                    article_json(stored, names) | {"decision": plain(decisions.get(stored.id))}
                    for stored in articles
                ]
            }
        )
        return
    _show_story(shown, articles, decisions, names)


def _show_story(
    shown: Story,
    articles: Sequence[StoredArticle],
    decisions: Mapping[int, StoryDecision],
    names: Mapping[int, str],
) -> None:
    fields: dict[str, Any] = {
        "story": shown.id,
        "led by": shown.title,
        "since": shown.created_at,
        "latest": shown.updated_at,
        "outlets": outlets(shown),
    }
    print_fields(fields | ({"joined or parted": "by hand"} if shown.pinned else {}))
    click.echo()
    print_table(
        ("id", "seen", "source", "is", "alike", "title"),
        (
            (
                stored.id,
                stored.first_seen_at,
                names.get(stored.source_id or 0),
                role(stored, shown, decisions.get(stored.id)),
                alike(decisions.get(stored.id)),
                stored.article.title or stored.article.url,
            )
            for stored in articles
        ),
        empty="It has no articles.",
    )


def outlets(story: Story) -> str:
    """How many outlets have a story, and which."""
    named = [outlet.name or outlet.domain for outlet in story.outlets]
    more = story.outlet_count - len(named)
    return f"{story.outlet_count}: {', '.join(named)}" + (f" and {more} more" if more else "")


def role(stored: StoredArticle, shown: Story, decision: StoryDecision | None) -> str:
    """What an article is in its story, in a few words."""
    if stored.id == shown.leader_id:
        return "leader"
    if stored.copy_of:
        return f"copy of {stored.copy_of}"
    if decision is None or decision.kind is Belonging.LEAD:
        return "joined" if decision else "rewrite"
    if decision.kind is Belonging.HAND:
        return "put by hand"
    if decision.kind is Belonging.EVENT:
        return f"same event as {decision.other_id}" if decision.other_id else "same event"
    return f"rewrite of {decision.other_id}"


def alike(decision: StoryDecision | None) -> str:
    """How alike it was to what it was compared with, of a hundred."""
    score = decision.score if decision else None
    return f"{100 * score:.0f} %" if score else ""


@story.command("join")
@click.argument("kept", metavar="ID", type=NUMBER)
@click.argument("other", metavar="OTHER", type=NUMBER)
@settings_option
@json_option
def join_stories(kept: int, other: int, config: Path | None, as_json: bool) -> None:
    """Make one story of two: ID goes on, with the articles of OTHER.

    It stays so, and rings for no watch that either of them rang for.
    """
    with opened(config) as database, database.begin() as unit:
        done = actions.join(unit, kept, other, by=person(), now=SystemClock().now())
    _say(done, as_json=as_json)


@story.command("part")
@click.argument("article_ids", metavar="ARTICLE...", type=NUMBER, nargs=-1, required=True)
@settings_option
@json_option
def part_story(article_ids: tuple[int, ...], config: Path | None, as_json: bool) -> None:
    """Take articles out of their story: they are one of their own, with the copies of them.

    It stays so. Where a watch matched them and was silent, because it had rung for the story, it
    rings.
    """
    with opened(config) as database, database.begin() as unit:
        done = actions.part(unit, article_ids, by=person(), now=SystemClock().now())
    _say(done, as_json=as_json)


def _say(done: Done, *, as_json: bool) -> None:
    rang = [rung.watch.name for rung in done.rang]
    if as_json:
        print_json({"story": plain(done.story), "articles": list(done.articles), "rang": rang})
        return
    count = len(done.articles)
    say(f"story {done.story.id} has {count} article{'' if count == 1 else 's'} more")
    for name in rang:
        say(f"rang: {name}")


@story.command()
@click.argument("story_id", metavar="ID", type=NUMBER)
@click.option("--for", "duration", metavar="DURATION", help="Not for good, but so long: 2d.")
@settings_option
def mute(story_id: int, duration: str | None, config: Path | None) -> None:
    """Send no more alerts of a story. They ring in the log and on the dashboard only."""
    length = None
    if duration is not None:
        length = checked(TypeAdapter(PositiveDuration), duration, "the duration")
    with opened(config) as database, database.begin() as unit:
        shown, until = actions.mute(unit, story_id, length, by=person(), now=SystemClock().now())
    say(f"story {shown.id}: muted" + ("" if until is None else f" until {moment(until)}"))


@story.command()
@click.argument("story_id", metavar="ID", type=NUMBER)
@settings_option
def unmute(story_id: int, config: Path | None) -> None:
    """Send alerts of a story again, from now on."""
    with opened(config) as database, database.begin() as unit:
        shown, was = actions.unmute(unit, story_id, by=person(), now=SystemClock().now())
    say(f"story {shown.id}: " + ("alerts are sent again" if was else "was not muted"))
