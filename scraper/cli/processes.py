"""A process of its own in which a command reads a page: what is hostile may be killed there."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from scraper.errors import TocsinError
from scraper.pipeline.sandbox import Sandbox, SandboxError

P = ParamSpec("P")
T = TypeVar("T")


class Processes:
    """A sandbox that is made when the first page is read: where none comes, none is needed."""

    def __init__(self) -> None:
        self._sandbox: Sandbox | None = None

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As `Sandbox.run`."""
        if self._sandbox is None:
            self._sandbox = Sandbox(1)
        return await self._sandbox.run(function, *args, **kwargs)

    def close(self) -> None:
        """End it, if there is one."""
        if self._sandbox is not None:
            self._sandbox.close()


async def read_apart(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a picklable function in a process that is made for it; TocsinError if it must end it."""
    processes = Processes()
    try:
        return await processes.run(function, *args, **kwargs)
    except SandboxError as error:
        raise TocsinError(f"it cannot be read: {error}") from error
    finally:
        processes.close()
