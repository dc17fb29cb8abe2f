"""The API's application: its own, mounted in the dashboard's."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastapi import FastAPI

import scraper
from scraper.web.api import (
    alerts,
    articles,
    channels,
    events,
    exports,
    sources,
    stories,
    upkeep,
    watches,
)
from scraper.web.api.asked import Problem
from scraper.web.context import Web
from scraper.web.errors import add_error_pages

PREFIX: Final = "/api/v1"
_LARGEST_REQUEST: Final = 2**20  # bytes


def make_api(web: Web) -> FastAPI:
    """The API of what the routes work with."""
    api = FastAPI(
        title="Tocsin",
        version=scraper.__version__,
        description="Everything that the commands do. Send a token of `tocsin token add` as "
        "`Authorization: Bearer tocsin_…`; on the machine itself none is needed as long as nobody "
        "has an account.",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        max_body_size=_LARGEST_REQUEST,
    )
    api.state.gate = web.gate
    api.state.web = web
    api.state.under_way = set()  # requests with a key (scraper.web.api.once)
    add_error_pages(api)
    for each in (exports, articles, stories, watches, sources, channels, alerts, events, upkeep):
        api.include_router(each.router)
    api.openapi = partial(_described, api.openapi)  # type: ignore[method-assign]
    return api


def _described(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The description, with the shape that all errors have."""
    told = describe()
    told["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    return told
