"""Articles and alerts as files: CSV, JSON Lines, Parquet. Of any size, with a page in memory."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Query, Request
from starlette.responses import Response, StreamingResponse

from scraper.exports import Format, Table, alerts_table, articles_table, encoder
from scraper.exports.formats import Encoder
from scraper.exports.tables import PAGE, Row
from scraper.web.access import needs
from scraper.web.api.routing import ERRORS, make_router
from scraper.web.context import Web, web
from storage.records import DeliveryState, Scope

router = make_router("exports")

_Format = Annotated[Format, Query(alias="format")]
_Search = Annotated[str | None, Query(max_length=500)]
_Text = Annotated[str | None, Query(max_length=200)]
_Story = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
_FILE: Final = {"schema": {"type": "string", "format": "binary"}}
_DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": {each.media_type: _FILE for each in Format}},
    501: {
        "description": "Parquet cannot be written: pyarrow is not installed.",
        "content": ERRORS[422]["content"],
    },
}


@router.get("/articles/export", response_class=Response, responses=_DESCRIBED)
@needs(Scope.READ)
async def export_articles(
    request: Request,
    *,
    file_format: _Format = Format.JSONL,
    search: _Search = None,
    source: _Search = None,
    language: _Search = None,
    story: _Story = None,
) -> Response:
    """All articles that a list with the same filters has, as a file, the newest first."""
    table = articles_table(search=search, source=source, language=language, story=story)
    return await _file(web(request), table, file_format)


@router.get("/alerts/export", response_class=Response, responses=_DESCRIBED)
@needs(Scope.READ)
async def export_alerts(
    request: Request,
    *,
    file_format: _Format = Format.JSONL,
    watch: _Text = None,
    channel: _Text = None,
    state: DeliveryState | None = None,
    story: _Story = None,
) -> Response:
    """All alerts that a list with the same filters has, as a file, the last first."""
    table = alerts_table(watch=watch, channel=channel, state=state, story=story)
    return await _file(web(request), table, file_format)


async def _file(at: Web, table: Table, file_format: Format) -> Response:
    writer = await asyncio.to_thread(encoder, file_format, table.columns)
    # Before anything is answered: what is wrong is then told as a problem.
    first = await at.database.query(lambda unit: table.read(unit, None))
    name = f"attachment; filename={table.name}.{file_format}"
    return StreamingResponse(
        _written(at, table, writer, first),
        media_type=file_format.media_type,
        headers={"content-disposition": name, "x-accel-buffering": "no"},
    )


async def _written(at: Web, table: Table, writer: Encoder, rows: list[Row]) -> AsyncIterator[bytes]:
    yield await asyncio.to_thread(writer.begin)
    while rows:
        yield await asyncio.to_thread(writer.rows, rows)
        if len(rows) < PAGE:
            break
        before = rows[-1][0]
        rows = await at.database.query(partial(table.read, before=before))
    yield await asyncio.to_thread(writer.end)
