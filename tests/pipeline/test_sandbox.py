"""A parser that hangs, crashes or gobbles memory harms no other page."""

import asyncio
import os
import signal
from multiprocessing import forkserver

import pytest
from pebble.pool.base_pool import PoolStatus

from scraper.pipeline.sandbox import (
    FIRST_IN_A_ROW,
    TIMEOUT,
    Sandbox,
    SandboxBrokenError,
    SandboxError,
    Turns,
)

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


def kill_forkserver() -> None:
    """What a machine short of memory may do to the server that forks the processes."""
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)


async def test_a_pool_that_was_killed_is_replaced(sandbox):
    before = await sandbox.run(os.getpid)
    kill_forkserver()
    while sandbox._pool.active:  # noqa: ASYNC110 - the pool tells nobody that it broke
        await asyncio.sleep(0.01)
    after = await asyncio.gather(*(sandbox.run(os.getpid) for _ in range(5)))
    assert len(set(after)) == 1
    assert before not in after


async def test_what_a_broken_pool_forgot_is_asked_again(sandbox):
    assert await sandbox.run(abs, -1) == 1
    sandbox._pool._context.status = PoolStatus.ERROR
    assert await sandbox.run(abs, -2) == 2


async def test_where_no_process_can_be_had_the_page_is_not_to_blame(sandbox, monkeypatch):
    assert await sandbox.run(abs, -1) == 1
    dead = sandbox._pool

    def make_pool(_):
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(Sandbox, "_make_pool", make_pool)
    dead._context.status = PoolStatus.ERROR
    assert sandbox.trouble is None
    with pytest.raises(SandboxBrokenError, match="temporarily unavailable"):
        await sandbox.run(abs, -2)
    assert "temporarily unavailable" in sandbox.trouble
    monkeypatch.undo()
    assert await sandbox.run(abs, -3) == 3
    assert sandbox.trouble is None


async def test_an_error_that_looks_like_the_pools_is_the_functions_own(sandbox):
    pool = sandbox._pool
    with pytest.raises(RuntimeError, match="its own"):
        await sandbox.run(exec, "raise RuntimeError('its own')")
    assert sandbox._pool is pool


async def test_a_closed_sandbox_starts_nothing_again():
    sandbox = Sandbox(1)
    sandbox.close()
    with pytest.raises(SandboxBrokenError, match="closed"):
        await sandbox.run(abs, -1)


def test_a_page_cannot_keep_a_process_for_long():
    assert TIMEOUT <= 10


async def test_what_a_source_says_does_not_wait_for_the_pages_in_line(sandbox):
    done = []

    async def ask(run, name):
        await run(abs, -1)
        done.append(name)

    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(ask(sandbox.run, f"page {number}"))
        await asyncio.sleep(0)
        group.create_task(ask(sandbox.run_first, "source"))
    # Two were under way already: one in the process, and one to follow it.
    assert done.index("source") <= 3
    assert [name for name in done if name != "source"] == [f"page {number}" for number in range(6)]


async def test_who_gives_up_in_line_takes_no_turn_along(sandbox):
    asked = [asyncio.create_task(sandbox.run(abs, -number)) for number in range(8)]
    await asyncio.sleep(0)
    for task in asked[3:6]:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    assert [task.result() for task in asked if not task.cancelled()] == [0, 1, 2, 6, 7]
    assert await asyncio.gather(*(sandbox.run(abs, -number) for number in range(4))) == [0, 1, 2, 3]


async def test_sources_do_not_keep_all_pages_from_being_read():
    turns, done = Turns(1), []

    async def take(name, *, first):
        async with turns.turn(first=first):
            done.append(name)

    async with asyncio.TaskGroup() as group, turns.turn():
        for _ in range(2 * FIRST_IN_A_ROW + 2):
            group.create_task(take("source", first=True))
        for _ in range(2):
            group.create_task(take("page", first=False))
        await asyncio.sleep(0)  # all are in line
    assert done == 2 * [*["source"] * FIRST_IN_A_ROW, "page"] + ["source"] * 2
