"""Stories: who has them, how each article came there, and what a person says of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from scraper.actions import stories as actions
from scraper.errors import UsageError
from scraper.pipeline.by_hand import standing
from scraper.pipeline.words import span
from scraper.web.access import GuardedRoute, needs
from scraper.web.context import asker, web
from scraper.web.lists import LONGEST_CURSOR, ROWS, Listed, Number, listed, there
from storage.database import UnitOfWork
from storage.records import Alert, Belonging, Scope, StoredArticle, Story, StoryDecision

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

_MOST: Final = 300  # articles of a story that are shown
_ALERTS: Final = 20
_MUTES: Final[Mapping[str, tuple[str, timedelta | None]]] = {
    "day": ("for a day", timedelta(days=1)),
    "week": ("for a week", timedelta(days=7)),
    "ever": ("for good", None),
}
_DONE: Final[Mapping[str, str]] = {
    "joined": "They are one story now, and stay so.",
    "parted": "This is a story of its own now, and stays so.",
    "muted": "Muted: it rings in the log and here only.",
    "unmuted": "Its alerts are sent again.",
}
_Done = Annotated[str | None, Query(max_length=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """An article of the story: how long after the first it came, and what it is there."""

    stored: StoredArticle
    source_name: str | None
    decision: StoryDecision | None
    after: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    story: Story
    members: Sequence[_Member]  # the first to come first
    is_all: bool
    alerts: Sequence[Alert]
    is_muted: bool


@router.get("/stories")
@needs(Scope.READ)
async def show_all(
    request: Request, before: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None
) -> Response:
    """The list, the last to get an article first."""
    at = web(request)
    place = None if before is None else _place(before)

    def read(unit: UnitOfWork) -> Listed[Story]:
        return listed(unit.stories.list(ROWS + 1, before=place), "before", _cursor)

    shown = await at.database.query(read)
    return at.pages.render(request, "stories.html", shown=shown, later=before is not None)


def _cursor(story: Story) -> str:
    return f"{story.updated_at.isoformat()}~{story.id}"


def _place(cursor: str) -> tuple[datetime, int]:
    """The story after which a page begins. UsageError for what is no cursor of ours."""
    moment, _, number = cursor.partition("~")
    try:
        touched_at, story_id = datetime.fromisoformat(moment), int(number)
    except ValueError:
        raise UsageError("This is no page of the stories: begin with the first.") from None
    if touched_at.tzinfo is None or not 0 <= story_id < 2**63:
        raise UsageError("This is no page of the stories: begin with the first.")
    return touched_at, story_id


@router.get("/stories/{number}")
@needs(Scope.READ)
async def show(request: Request, number: Number, done: _Done = None) -> Response:
    """A story, and its way through the outlets."""
    at = web(request)
    now = at.clock.now()
    shown = await at.database.query(lambda unit: _shown(unit, number, now))
    if shown.story.id != number:  # it was merged
        return RedirectResponse(f"/stories/{shown.story.id}", 303)
    return at.pages.render(
        request, "story.html", shown=shown, done=_DONE.get(done or ""), mutes=_MUTES
    )


def _shown(unit: UnitOfWork, number: int, now: datetime) -> _Shown:
    story = there(standing(unit, number))
    articles = unit.stories.articles(story.id, limit=_MOST + 1)
    shown = sorted(articles[:_MOST], key=lambda stored: (stored.first_seen_at, stored.id))
    decisions = unit.stories.decisions([stored.id for stored in shown])
    ids = {stored.source_id for stored in shown if stored.source_id is not None}
    names = {each: unit.sources.name(each) for each in ids}
    begun = shown[0].first_seen_at if shown else now
    return _Shown(
        story=story,
        members=[
            _Member(
                stored=stored,
                source_name=names.get(stored.source_id or 0),
                decision=decisions.get(stored.id),
                after=span(stored.first_seen_at - begun) if stored.first_seen_at > begun else "",
                role=_role(stored, story, decisions.get(stored.id)),
            )
            for stored in shown
        ],
        is_all=len(articles) <= _MOST,
        alerts=unit.outbox.alerts(_ALERTS, story_id=story.id),
        is_muted=unit.posting.muted(story.id, now),
    )


def _role(stored: StoredArticle, story: Story, decision: StoryDecision | None) -> str:
    """What an article is in its story, in a word or two."""
    if stored.id == story.leader_id:
        return "leads"
    if stored.copy_of:
        return "copy"
    if decision is None:
        return "rewrite"
    return _ROLES[decision.kind]


_ROLES: Final = {
    Belonging.LEAD: "joined",
    Belonging.COPY: "copy",
    Belonging.REWRITE: "rewrite",
    Belonging.EVENT: "same event",
    Belonging.HAND: "put by hand",
}


@router.post("/stories/{number}/mute")
@needs(Scope.ALERTS)
async def mute(
    request: Request, number: Number, length: Annotated[str, Form(max_length=20)]
) -> Response:
    """Send no more of it."""
    if length not in _MUTES:
        raise UsageError("Mute it for a day, for a week, or for good.")
    at, by = web(request), asker(request).actor
    now = at.clock.now()
    story, _ = await at.database.run(
        lambda unit: actions.mute(unit, number, _MUTES[length][1], by=by, now=now)
    )
    return RedirectResponse(f"/stories/{story.id}?done=muted", 303)


@router.post("/stories/{number}/unmute")
@needs(Scope.ALERTS)
async def unmute(request: Request, number: Number) -> Response:
    """Send alerts of it again."""
    at, by = web(request), asker(request).actor
    now = at.clock.now()
    story, _ = await at.database.run(lambda unit: actions.unmute(unit, number, by=by, now=now))
    return RedirectResponse(f"/stories/{story.id}?done=unmuted", 303)


@router.post("/stories/{number}/join")
@needs(Scope.WRITE)
async def join(
    request: Request, number: Number, other: Annotated[int, Form(ge=0, lt=2**63)]
) -> Response:
    """Make one story of this and another."""
    at, by = web(request), asker(request).actor
    now = at.clock.now()
    done = await at.database.run(lambda unit: actions.join(unit, number, other, by=by, now=now))
    return RedirectResponse(f"/stories/{done.story.id}?done=joined", 303)


@router.post("/stories/{number}/part")
@needs(Scope.WRITE)
async def part(
    request: Request, number: Number, article: Annotated[list[int] | None, Form()] = None
) -> Response:
    """Make a story of its own of some of its articles."""
    if not article:
        raise UsageError("Choose the articles that do not belong to the story.")
    if len(article) > _MOST or not all(0 <= each < 2**63 for each in article):
        raise UsageError("These are no articles of the story.")
    at, by = web(request), asker(request).actor
    now = at.clock.now()

    def work(unit: UnitOfWork) -> int:
        for each in article:
            stored = unit.articles.get(each)
            if stored is None or stored.story_id != number:
                raise UsageError(f"Article {each} is not in this story any more: load it again.")
        return actions.part(unit, article, by=by, now=now).story.id

    story_id = await at.database.run(work)
    return RedirectResponse(f"/stories/{story_id}?done=parted", 303)
