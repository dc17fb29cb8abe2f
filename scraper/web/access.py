"""What each route asks of who calls it. A route that does not say it cannot be made.

@router.post("/watches")
@needs(Scope.WRITE)
async def add_watch(request: Request) -> Response: ...
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, cast

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from scraper.web.gate import Gate, remember_browser
from storage.records import Scope

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

ANYBODY: Final = None  # such a route shows nothing, or only what logs somebody in

_ACCESS: Final = "__access__"
_NOT_SAID: Final = object()


def needs(scope: Scope | None) -> Callable[[Endpoint], Endpoint]:
    """Say what a route asks for: a scope, or ANYBODY."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ACCESS, scope)
        return endpoint

    return mark


def access_of(endpoint: Callable[..., Any]) -> Scope | None:
    """What the route asks for. TypeError for one that does not say."""
    scope = getattr(endpoint, _ACCESS, _NOT_SAID)
    if scope is _NOT_SAID:
        raise TypeError(f"{endpoint.__qualname__} does not say who may call it: use @needs")
    return cast("Scope | None", scope)


class GuardedRoute(APIRoute):
    """A route that is closed to all but those who have its scope.

    It is closed before the body of the request is read.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.access = access_of(endpoint)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The route's handler, behind the gate."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            gate: Gate = request.app.state.gate
            identity = await gate.admit(request, self.access)
            response = await handle(request)
            return remember_browser(response, identity, request)

        return guarded
