"""Channels; nothing secret of them is ever shown."""

from fastapi import Request
from starlette.responses import Response

from scraper.actions import channels as actions
from scraper.actions.missing import known
from scraper.web.access import needs
from scraper.web.api.asked import Changes, NewChannel
from scraper.web.api.models import ChannelOut
from scraper.web.api.named import Name, add_upkeep
from scraper.web.api.once import KEYED, change
from scraper.web.api.routing import make_router, refuse_stale, tagged
from scraper.web.context import asker, web
from storage.database import UnitOfWork
from storage.records import Scope

router = make_router("channels")


@router.get("/channels")
@needs(Scope.READ)
async def list_channels(request: Request) -> list[ChannelOut]:
    """All channels, by name."""
    found = await web(request).database.query(lambda unit: unit.channels.list())
    return [ChannelOut.of(channel) for channel in found]


@router.post("/channels", status_code=201, response_model=ChannelOut, dependencies=KEYED)
@needs(Scope.WRITE)
async def add_channel(request: Request, body: NewChannel) -> Response:
    """Add a channel."""
    by, now = asker(request).actor, web(request).clock.now()
    values = body.model_dump()
    return await change(
        request, lambda unit: ChannelOut.of(actions.add(unit, values, by=by, now=now)), status=201
    )


@router.get("/channels/{name}", response_model=ChannelOut)
@needs(Scope.READ)
async def show_channel(request: Request, name: Name) -> Response:
    """A channel."""
    shown = await web(request).database.query(lambda unit: _read(unit, name))
    return tagged(request, known(shown, "channel", name))


@router.patch("/channels/{name}", response_model=ChannelOut)
@needs(Scope.WRITE)
async def edit_channel(request: Request, name: Name, body: Changes) -> Response:
    """Change what is named; null takes a key out, and a secret that is not named stays."""
    by, now = asker(request).actor, web(request).clock.now()
    given = body.model_dump()
    values = {key: value for key, value in given.items() if value is not None}
    clear = given.keys() - values.keys()

    def edit(unit: UnitOfWork) -> ChannelOut:
        refuse_stale(request, known(_read(unit, name), "channel", name))
        return ChannelOut.of(actions.edit(unit, name, values, clear=clear, by=by, now=now))

    return tagged(request, await web(request).database.run(edit))


def _read(unit: UnitOfWork, name: str) -> ChannelOut | None:
    channel = unit.channels.get(name)
    return None if channel is None else ChannelOut.of(channel)


add_upkeep(router, "channel", _read)
