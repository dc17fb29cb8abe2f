"""What every test may use."""

import pytest
from hypothesis import settings

# The same examples each time, and no deadline: a busy machine is no reason to fail.
settings.register_profile("tocsin", derandomize=True, deadline=None)
settings.load_profile("tocsin")


pytest_plugins = ["tests.databases"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
