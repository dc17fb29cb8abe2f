"""A parser that hangs, crashes or gobbles memory harms no other page."""

import asyncio
import os
import signal

import pytest

from scraper.pipeline.sandbox import Sandbox, SandboxError

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox():
    made = Sandbox(1, timeout=3)
    yield made
    made.close()


async def test_functions_run_in_another_process(sandbox):
    assert await sandbox.run(os.getpid) != os.getpid()


async def test_errors_of_the_function_come_back(sandbox):
    with pytest.raises(ValueError, match="invalid literal"):
        await sandbox.run(int, "x")


async def test_a_crash_takes_only_its_own_page(sandbox):
    with pytest.raises(SandboxError, match="crashed"):
        await sandbox.run(signal.raise_signal, signal.SIGSEGV)
    assert await sandbox.run(abs, -1) == 1


async def test_what_needs_too_much_memory_fails(sandbox):
    with pytest.raises(SandboxError, match="memory"):
        await sandbox.run(bytes, 8 * 2**30)
    assert await sandbox.run(abs, -1) == 1


async def test_what_hangs_is_killed():
    sandbox = Sandbox(1, timeout=1)
    try:
        with pytest.raises(SandboxError, match="longer than 1 s"):
            await sandbox.run(pow, 10**600_000, 10**7, 10**600_000 - 1)
        assert await sandbox.run(abs, -1) == 1
    finally:
        sandbox.close()


async def test_a_cancelled_caller_does_not_spoil_the_pool(sandbox):
    task = asyncio.create_task(sandbox.run(abs, -1))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await sandbox.run(abs, -2) == 2
