"""Disk and clock: what is told, once, and when it is over."""

import errno
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.pipeline.machine_health import (
    CLOCK,
    DISK,
    Clocks,
    MachineHealth,
    Usage,
    is_nearly_full,
    is_wrong,
)
from storage.database import Database
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GB = 10**9


def disk(free: float, total: float = 100 * GB) -> Usage:
    return Usage(int(total), int(total - free), int(free))


def date(off: float = 0.0) -> dict[str, str]:
    """The headers of a site whose clock is so many seconds behind ours."""
    return {"date": format_datetime(NOW - timedelta(seconds=off), usegmt=True)}


class TestDisk:
    @pytest.mark.parametrize(
        ("free", "total", "was", "full"),
        [
            (1.1 * GB, 100 * GB, False, False),
            (0.9 * GB, 100 * GB, False, True),
            (1.4 * GB, 100 * GB, True, True),  # not over before there is half as much again
            (1.6 * GB, 100 * GB, True, False),
            (0.5 * GB, 4 * GB, False, False),  # of a small disk a tenth
            (0.3 * GB, 4 * GB, False, True),
        ],
    )
    def test_is_told_below_its_limit_and_over_well_above(
        self, free: float, total: float, *, was: bool, full: bool
    ):
        assert is_nearly_full(disk(free, total), GB, was=was) is full

    @given(st.integers(0, 10**13), st.integers(1, 10**13), st.integers(1, 10**12))
    def test_what_is_told_of_is_not_over_at_once(self, free: int, total: int, least: int):
        seen = Usage(total, 0, free)
        if is_nearly_full(seen, least, was=False):
            assert is_nearly_full(seen, least, was=True)


class TestClocks:
    def seen(self, *offs: float) -> Clocks:
        clocks = Clocks()
        for number, off in enumerate(offs):
            clocks.saw(f"www.site{number}.example", date(off), now=NOW, at=0.0)
        return clocks

    def test_the_median_says_how_far_it_is_off(self):
        assert self.seen(100, 120, 130, 110, 90).off(0.0) == timedelta(seconds=110)

    def test_few_sites_say_nothing(self):
        assert self.seen(500, 500, 500, 500).off(0.0) is None

    def test_what_was_seen_long_ago_says_nothing(self):
        assert self.seen(*[500] * 9).off(timedelta(hours=3).total_seconds()) is None

    def test_a_site_with_many_hosts_has_one_vote(self):
        clocks = self.seen(0, 0, 0, 0, 0)
        for number in range(100):
            clocks.saw(f"h{number}.liar.example", date(10**6), now=NOW, at=0.0)
        assert clocks.off(0.0) == timedelta(0)

    @given(st.lists(st.integers(-(10**9), 10**9), max_size=4), st.integers(-100, 100))
    def test_a_minority_of_liars_changes_nothing(self, lies: list[int], off: int):
        seen = self.seen(*lies, *[off] * 5).off(0.0)
        assert seen == timedelta(seconds=off)

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"date": "now"},
            {"date": "x" * 10_000},
            date() | {"age": "minus one"},
            date() | {"age": "9" * 400},
        ],
    )
    def test_what_is_no_date_is_passed_over(self, headers: dict[str, str]):
        clocks = Clocks()
        for number in range(9):
            clocks.saw(f"site{number}.example", headers, now=NOW, at=0.0)
        assert clocks.off(0.0) is None

    def test_the_time_in_a_cache_is_added(self):
        clocks = Clocks()
        for number in range(9):
            clocks.saw(f"site{number}.example", date(600) | {"age": "600"}, now=NOW, at=0.0)
        assert clocks.off(0.0) == timedelta(0)

    def test_it_is_over_well_below_what_is_told(self):
        off = timedelta(seconds=60)
        assert not is_wrong(off, was=False)
        assert is_wrong(-off, was=True)
        assert is_wrong(timedelta(seconds=-90), was=False)


@pytest.fixture
def store(sqlite_address: str):
    with Database.open(sqlite_address) as opened:
        yield opened


class Machine:
    def __init__(self, store: Database, folder: Path | None, name: str = "desk") -> None:
        self.free: float | OSError = 50.0 * GB
        self.store = store
        self.looked = 0
        self.health = MachineHealth(
            database=store,
            clock=FakeClock(NOW),
            folder=folder,
            least_space=GB,
            usage=self.usage,
            name=name,
        )

    def usage(self, _: Path) -> Usage:
        self.looked += 1
        if isinstance(self.free, OSError):
            raise self.free
        return disk(self.free)

    def is_behind(self, seconds: float) -> None:
        """So its sites say."""
        for number in range(5):
            self.health.answered(f"site{number}.example", date(-seconds))

    def works(self, pid: int) -> None:
        """A worker of it is entered."""
        with self.store.begin() as unit:
            host = f"{self.health._name} boot/1"
            unit.workers.register(name="tocsin", host=host, pid=pid, now=NOW)

    async def told(self) -> list[tuple[str, str]]:
        await self.health.check()
        with self.store.read() as unit:
            return [(notice.kind, notice.message) for notice in unit.notices.list()]


async def test_a_disk_is_told_of_once_and_when_it_is_over(store, tmp_path, caplog):
    machine = Machine(store, tmp_path)
    assert await machine.told() == []
    machine.free = 0.8 * GB
    ((kind, message),) = await machine.told()
    assert kind == DISK
    assert f"Only 800 MB are free in {tmp_path}" in message
    for free in (0.99 * GB, 1.2 * GB, 0.9 * GB):
        machine.free = free
        assert len(await machine.told()) == 1
    critical = [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert [getattr(record, "action", "") for record in critical] == [DISK]
    machine.free = 2 * GB
    assert await machine.told() == []
    with store.read() as unit:
        assert len(unit.notices.list(resolved=True)) == 1


async def test_the_disk_of_a_server_is_not_looked_at(store):
    machine = Machine(store, None)
    machine.free = 0
    assert await machine.told() == []
    assert machine.looked == 0


async def test_a_disk_that_was_moved_away_from_is_over(store, tmp_path):
    before = Machine(store, tmp_path / "small")
    before.free = 0.5 * GB
    assert len(await before.told()) == 1
    assert await Machine(store, tmp_path / "large").told() == []
    before.free = 0.4 * GB
    assert len(await before.told()) == 1
    assert await Machine(store, None).told() == []  # it is on a server now


async def test_a_disk_that_cannot_be_looked_at_is_logged_once_and_the_clock_is_looked_at(
    store, tmp_path, caplog
):
    caplog.set_level(logging.INFO)
    machine = Machine(store, tmp_path)
    machine.free = 0.5 * GB
    assert [kind for kind, _ in await machine.told()] == [DISK]
    caplog.clear()
    machine.free = OSError(errno.EIO, "Input/output error")
    machine.is_behind(120)
    for _ in range(3):
        assert {kind for kind, _ in await machine.told()} == {DISK, CLOCK}
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == [
        f"cannot see how much is free in {tmp_path}: Input/output error"
    ]
    machine.free = 0.5 * GB
    await machine.told()
    assert f"how much is free in {tmp_path} can be seen again" in caplog.messages


async def test_a_wrong_clock_is_told_and_when_it_was_set(store, tmp_path):
    machine = Machine(store, tmp_path)
    for number in range(5):
        machine.health.answered(f"site{number}.example", date(-120))
    ((kind, message),) = await machine.told()
    assert kind == CLOCK
    assert "The clock of desk is 2 min behind those of the sites" in message
    machine.health.clock_was_set()
    assert len(await machine.told()) == 1  # nothing is known as yet
    for number in range(5):
        machine.health.answered(f"site{number}.example", date(2))
    assert await machine.told() == []


async def test_a_container_made_anew_ends_what_was_told_of_the_one_before(store, tmp_path):
    before, after = Machine(store, tmp_path, "c0ffee"), Machine(store, tmp_path, "decade")
    before.is_behind(120)
    ((_, message),) = await before.told()
    after.works(1)
    after.is_behind(120)
    assert await after.told() == [(CLOCK, message)]  # told already, by another name
    after.is_behind(1)
    assert await after.told() == []


async def test_the_clock_of_another_machine_at_work_is_its_own_matter(store):
    one, other = Machine(store, None, "one"), Machine(store, None, "other")
    one.works(1)
    other.works(1)
    one.is_behind(120)
    other.is_behind(0)
    for _ in range(2):
        assert len(await one.told()) == 1
        assert len(await other.told()) == 1
    other.is_behind(300)
    assert len(await other.told()) == 2
    one.is_behind(0)
    ((_, message),) = await one.told()
    assert "The clock of other" in message
