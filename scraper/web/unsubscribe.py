"""The page behind the link by which a reader of an e-mail unsubscribes (RFC 8058).

GET shows what would be done and does nothing, for mail servers follow links to look for harm. POST
does it: a mail program sends one on a click, and so does the button of the page. The token says who
may, so neither needs a login, a cookie, or a secret against requests from other sites: no browser
adds anything to them that a stranger does not have.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scraper.alerts.email.unsubscribing import PATH, Leaving, Unsubscribing
from storage.database import Database

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (_TEMPLATES / "unsubscribe.css").read_text("utf-8")
# The page is all that is seen by its name, so its style comes with it.
_POLICY = (
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; style-src "
    f"'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode('ascii')}'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}


def unsubscribe_routes(unsubscribing: Unsubscribing, database: Database) -> tuple[Route, ...]:
    """The routes: one path, to look and to do."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    template = environment.get_template("unsubscribe.html")

    async def page(leaving: Leaving | None, *, done: bool) -> Response:
        names: list[str] = []
        if leaving is not None:
            ids = set(leaving.watches)
            watches = await database.query(lambda unit: unit.watches.list())
            names = [watch.name for watch in watches if watch.id in ids]
        shown = template.render(leaving=leaving, watches=names, done=done, style=_STYLE)
        status = 404 if leaving is None else 200
        return HTMLResponse(shown, status, _HEADERS)

    async def look(request: Request) -> Response:
        leaving = unsubscribing.read(request.path_params["token"])
        return await page(leaving, done=False)

    async def leave(request: Request) -> Response:
        # What else the request says is not read: that it was sent is enough.
        leaving = unsubscribing.read(request.path_params["token"])
        if leaving is not None:
            await unsubscribing.leave(leaving)
        return await page(leaving, done=True)

    path = PATH + "{token}"
    return Route(path, look, methods=["GET"]), Route(path, leave, methods=["POST"])
