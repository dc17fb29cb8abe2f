"""Stories."""

from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response

from scraper.actions import stories as actions
from scraper.actions.missing import known
from scraper.pipeline.by_hand import Done, standing
from scraper.web.access import needs
from scraper.web.api.asked import Join, Moved, MuteLength, Part
from scraper.web.api.models import Page, StoryOut
from scraper.web.api.once import KEYED, change
from scraper.web.api.routing import (
    Cursor,
    Limit,
    make_router,
    moment_of,
    moment_place,
    page_of,
    tagged,
)
from scraper.web.context import asker, web
from storage.database import UnitOfWork
from storage.records import Scope

router = make_router("stories")

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/stories")
@needs(Scope.READ)
async def list_stories(
    request: Request, limit: Limit = 50, cursor: Cursor = None
) -> Page[StoryOut]:
    """The stories, the last touched first."""
    before = moment_of(cursor)

    def read(unit: UnitOfWork) -> Page[StoryOut]:
        found = unit.stories.list(limit, before=before)
        items = [StoryOut.of(each) for each in found]
        last = moment_place(found[-1].updated_at, found[-1].id) if found else None
        return page_of(items, limit, last)

    return await web(request).database.query(read)


@router.get("/stories/{story_id}", response_model=StoryOut)
@needs(Scope.READ)
async def show_story(request: Request, story_id: Id) -> Response:
    """A story; of one that was merged, that into which it was."""

    def read(unit: UnitOfWork) -> StoryOut:
        return StoryOut.of(known(standing(unit, story_id), "story", story_id))

    return tagged(request, await web(request).database.query(read))


@router.post("/stories/{story_id}/join", response_model=Moved, dependencies=KEYED)
@needs(Scope.WRITE)
async def join_story(request: Request, story_id: Id, body: Join) -> Response:
    """Make one story of two: this one goes on."""
    by, now = asker(request).actor, web(request).clock.now()
    return await change(
        request,
        lambda unit: _moved(actions.join(unit, story_id, body.other, by=by, now=now)),
    )


@router.post("/stories/part", response_model=Moved, dependencies=KEYED)
@needs(Scope.WRITE)
async def part_story(request: Request, body: Part) -> Response:
    """Take articles of one story out of it: they are one of their own, with the copies of them."""
    by, now = asker(request).actor, web(request).clock.now()
    return await change(
        request, lambda unit: _moved(actions.part(unit, body.articles, by=by, now=now))
    )


@router.post("/stories/{story_id}/mute", status_code=204, dependencies=KEYED)
@needs(Scope.ALERTS)
async def mute_story(request: Request, story_id: Id, body: MuteLength) -> Response:
    """Send no more alerts of it, for good or for so long."""
    by, now = asker(request).actor, web(request).clock.now()
    return await change(
        request, lambda unit: actions.mute(unit, story_id, body.duration, by=by, now=now)
    )


@router.delete("/stories/{story_id}/mute", status_code=204)
@needs(Scope.ALERTS)
async def unmute_story(request: Request, story_id: Id) -> None:
    """Send alerts of it again, from now on."""
    by, now = asker(request).actor, web(request).clock.now()
    await web(request).database.run(lambda unit: actions.unmute(unit, story_id, by=by, now=now))


def _moved(done: Done) -> Moved:
    return Moved(
        story=StoryOut.of(done.story),
        articles=list(done.articles),
        rang=[rung.watch.name for rung in done.rang],
    )
