from collections.abc import AsyncIterator

import httpx
import pytest

from tests.alerts.chats import Channels


@pytest.fixture
async def channel() -> AsyncIterator[Channels]:
    """Makes channels that send over real connections, closed when the test ends."""
    async with httpx.AsyncHTTPTransport() as transport:
        yield Channels(transport)
