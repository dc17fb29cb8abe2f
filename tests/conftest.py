"""What every test may use."""

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time, and no deadline: a busy machine is no reason to fail.
settings.register_profile("tocsin", derandomize=True, deadline=None)
# Other ones each time, and hours of them: HYPOTHESIS_PROFILE=long pytest --timeout 0 tests/watch
settings.register_profile(
    "long",
    deadline=None,
    max_examples=20_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tocsin"))


pytest_plugins = ["tests.databases"]

gc.disable()  # until the tests are collected: they stay, and so does what they import


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: who begins with them is helped out by whoever is done with the others."""
    items.sort(key=lambda item: "end_to_end" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Thousands of tests are no garbage, and need not be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
