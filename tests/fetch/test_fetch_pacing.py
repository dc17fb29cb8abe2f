import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import FetchError
from scraper.fetch.pacing import Pacer
from scraper.pipeline import back_offs
from scraper.pipeline.back_offs import BackOffs
from storage.records import HostBackOff
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)


def pacer(clock: FakeClock, *, patience: float = 10, max_hosts: int = 100) -> Pacer:
    return Pacer(clock, patience=timedelta(seconds=patience), max_hosts=max_hosts)


async def refuse(paced: Pacer, key: str, asked: float | None = None) -> float:
    async with paced.turn(key, timedelta(0)) as turn:
        pause = turn.refused(None if asked is None else timedelta(seconds=asked))
    return pause.total_seconds()


async def test_a_host_serves_one_at_a_time_with_a_pause_after_each_end():
    clock = FakeClock()
    paced = pacer(clock)
    spans: list[tuple[float, float]] = []

    async def request() -> None:
        async with paced.turn("a.example", SECOND):
            began = clock.monotonic()
            await clock.sleep(3)
            spans.append((began, clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(request())

    assert spans == [(0, 3), (4, 7), (8, 11)]


async def test_the_pause_of_the_next_counts_too_where_it_is_longer():
    clock = FakeClock()
    paced = pacer(clock)
    starts = []
    for pause in (1, 5, 1):  # robots.txt, then a page by the Crawl-delay that it named
        async with paced.turn("a.example", timedelta(seconds=pause)):
            starts.append(clock.monotonic())
    assert starts == [0, 5, 10]


async def test_hosts_do_not_wait_for_each_other():
    clock = FakeClock()
    paced = pacer(clock)
    ends: dict[str, float] = {}

    async def request(key: str, seconds: float) -> None:
        async with paced.turn(key, SECOND):
            await clock.sleep(seconds)
        ends[key] = clock.monotonic()

    async with asyncio.TaskGroup() as group:
        group.create_task(request("slow.example", 100))
        group.create_task(request("quick.example", 1))

    assert ends == {"quick.example": 1, "slow.example": 100}


async def test_turns_are_given_in_the_order_of_asking():
    clock = FakeClock()
    paced = pacer(clock)
    order: list[int] = []

    async def request(number: int) -> None:
        async with paced.turn("a.example", SECOND):
            order.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(request(number))

    assert order == list(range(20))
    assert clock.monotonic() == 19


async def test_without_a_pause_nobody_waits():
    clock = FakeClock()
    paced = pacer(clock)
    for _ in range(5):
        async with paced.turn("a.example", timedelta(0)):
            pass
    assert clock.sleeps == []


async def test_a_cancelled_wait_leaves_the_turn_to_the_next():
    clock = FakeClock()
    paced = pacer(clock)
    served: list[str] = []

    async def request(name: str) -> None:
        async with paced.turn("a.example", SECOND):
            served.append(name)

    async with paced.turn("a.example", SECOND):
        gone = asyncio.create_task(request("gone"))
        stays = asyncio.create_task(request("stays"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
    await stays

    assert served == ["stays"]


async def test_a_failed_request_ends_its_turn():
    clock = FakeClock()
    paced = pacer(clock)
    with pytest.raises(RuntimeError):
        async with paced.turn("a.example", SECOND):
            raise RuntimeError
    async with paced.turn("a.example", SECOND):
        assert clock.monotonic() == 1


class TestBackOff:
    async def test_whoever_comes_during_a_long_one_is_told_when_to_come_back(self):
        clock = FakeClock()
        paced = pacer(clock)
        assert await refuse(paced, "a.example", 120) == 120
        clock.advance(timedelta(seconds=30))

        with pytest.raises(FetchError, match=r"a\.example asked to be left alone") as raised:
            async with paced.turn("a.example", SECOND):
                pytest.fail("it had a turn")

        assert raised.value.retry_after == timedelta(seconds=90)
        assert not raised.value.permanent
        assert clock.sleeps == []

    async def test_whoever_waits_when_it_begins_is_told_too(self):
        clock = FakeClock()
        paced = pacer(clock)

        async def request() -> None:
            async with paced.turn("a.example", SECOND):
                pytest.fail("it had a turn")

        async with paced.turn("a.example", SECOND) as turn:
            waiting = asyncio.create_task(request())
            await asyncio.sleep(0)
            turn.refused(timedelta(minutes=5))
        with pytest.raises(FetchError):
            await waiting

    async def test_a_short_one_is_waited_for(self):
        clock = FakeClock()
        paced = pacer(clock)
        await refuse(paced, "a.example", 5)
        async with paced.turn("a.example", SECOND):
            assert clock.monotonic() == 5

    async def test_is_over_in_time_and_only_for_that_host(self):
        clock = FakeClock()
        paced = pacer(clock)
        await refuse(paced, "a.example", 120)
        async with paced.turn("b.example", SECOND):
            assert clock.monotonic() == 0
        clock.advance(timedelta(seconds=120))
        async with paced.turn("a.example", SECOND):
            assert clock.monotonic() == 120

    @pytest.mark.parametrize("asked", [None, 0.0])
    async def test_grows_when_the_host_does_not_say_how_long(self, asked: float | None):
        clock = FakeClock()
        paced = pacer(clock, patience=1e6)
        pauses = [await refuse(paced, "a.example", asked) for _ in range(10)]
        assert pauses == [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]

    async def test_starts_anew_after_an_answer(self):
        clock = FakeClock()
        paced = pacer(clock, patience=1e6)
        for _ in range(4):
            await refuse(paced, "a.example")
        async with paced.turn("a.example", SECOND) as turn:
            turn.answered()
        clock.advance(SECOND)
        assert await refuse(paced, "a.example") == 15

    async def test_asked_for_too_long_is_cut(self):
        assert await refuse(pacer(FakeClock()), "a.example", 1e9) == 6 * 3600

    async def test_a_silent_host_is_met_three_times_and_then_left_alone_for_a_minute_at_most(self):
        clock = FakeClock()
        paced = pacer(clock, patience=1e6)
        starts = []
        for _ in range(9):
            async with paced.turn("a.example", timedelta(0)) as turn:
                starts.append(clock.monotonic())
                turn.silent()
        gaps = [later - earlier for earlier, later in pairwise(starts)]
        assert gaps == [0, 0, 5, 10, 20, 40, 60, 60]

    async def test_an_answer_makes_up_for_silence(self):
        clock = FakeClock()
        paced = pacer(clock)
        for turn_number in range(12):
            async with paced.turn("a.example", timedelta(0)) as turn:
                if turn_number % 3 == 2:
                    turn.answered()
                else:
                    turn.silent()
        assert clock.sleeps == []


class TestMemory:
    async def test_is_bounded_however_many_hosts_there_are(self):
        paced = pacer(FakeClock(), max_hosts=50)
        for number in range(1000):
            await refuse(paced, f"{number}.example", 100)
        assert len(paced) <= 50

    async def test_hosts_in_back_off_are_forgotten_last(self):
        paced = pacer(FakeClock(), max_hosts=50)
        await refuse(paced, "angry.example", 100)
        for number in range(1000):
            async with paced.turn(f"{number}.example", timedelta(0)):
                pass
        with pytest.raises(FetchError):
            await refuse(paced, "angry.example")

    async def test_a_host_in_use_is_never_forgotten(self):
        clock = FakeClock()
        paced = pacer(clock, max_hosts=5)
        async with paced.turn("busy.example", SECOND):
            for number in range(20):
                async with paced.turn(f"{number}.example", timedelta(0)):
                    pass
            second = asyncio.create_task(refuse(paced, "busy.example", 1))
            await asyncio.sleep(0)
            assert not second.done()
        await second
        assert clock.sleeps == [1]


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.floats(0, 5), st.floats(0, 5), st.floats(0, 3)),
        max_size=12,
    )
)
async def test_requests_to_a_host_never_overlap_and_keep_their_pause(
    requests: list[tuple[str, float, float, float]],
):
    clock = FakeClock()
    paced = pacer(clock)
    spans: list[tuple[str, float, float, float]] = []

    async def request(key: str, wait: float, length: float, pause: float) -> None:
        await clock.sleep(wait)
        async with paced.turn(key, timedelta(seconds=pause)):
            began = clock.monotonic()
            await clock.sleep(length)
            spans.append((key, began, clock.monotonic(), timedelta(seconds=pause).total_seconds()))

    async with asyncio.TaskGroup() as group:
        for each in requests:
            group.create_task(request(*each))

    assert len(spans) == len(requests)
    for key in "ab":
        mine = [span for span in spans if span[0] == key]
        for (_, _, end, pause), (_, began, _, _) in pairwise(mine):
            assert began >= end + pause


def remembering(clock: FakeClock, memory: BackOffs) -> Pacer:
    return Pacer(clock, patience=timedelta(seconds=10), memory=memory)


async def test_who_asked_to_be_left_alone_is_left_alone_by_the_next_process():
    clock, memory = FakeClock(), BackOffs()
    await refuse(remembering(clock, memory), "a.example", asked=3600)
    (begun,) = memory.changes().begun
    assert (begun.key, begun.until, begun.refusals) == (
        "a.example",
        clock.now() + timedelta(hours=1),
        1,
    )
    later = FakeClock(clock.now() + timedelta(minutes=20))
    next_memory = BackOffs([begun])
    paced = remembering(later, next_memory)
    with pytest.raises(FetchError, match=r"a\.example asked to be left alone") as refusal:
        await refuse(paced, "a.example")
    assert refusal.value.retry_after == timedelta(minutes=40)
    assert next_memory.changes() is None
    later.advance(timedelta(minutes=40))
    assert await refuse(paced, "a.example") == 30.0  # the second in a row


async def test_a_host_that_answers_again_is_forgotten():
    clock, memory = FakeClock(), BackOffs()
    paced = remembering(clock, memory)
    await refuse(paced, "a.example", asked=60)
    memory.written(memory.changes())
    assert memory.changes() is None
    clock.advance(timedelta(minutes=1))
    for _ in range(2):
        async with paced.turn("a.example", SECOND) as turn:
            turn.answered()
    changes = memory.changes()
    assert (changes.begun, changes.over) == ((), ("a.example",))


async def test_what_changes_while_it_is_written_is_written_the_next_time():
    clock, memory = FakeClock(), BackOffs()
    paced = remembering(clock, memory)
    await refuse(paced, "a.example", asked=60)
    changes = memory.changes()
    clock.advance(timedelta(minutes=1))
    await refuse(paced, "a.example", asked=3600)
    memory.written(changes)
    (begun,) = memory.changes().begun
    assert begun.refusals == 2


async def test_a_stored_back_off_is_no_longer_than_one_that_is_asked_for():
    clock = FakeClock()
    absurd = HostBackOff(
        key="a.example", until=clock.now() + timedelta(days=900), refusals=1, silences=0
    )
    with pytest.raises(FetchError) as refusal:
        await refuse(remembering(clock, BackOffs([absurd])), "a.example")
    assert refusal.value.retry_after == timedelta(hours=6)


async def test_hosts_that_are_only_silent_are_not_remembered():
    memory = BackOffs()
    paced = remembering(FakeClock(), memory)
    for _ in range(5):
        async with paced.turn("a.example", SECOND) as turn:
            turn.silent()
    assert memory.changes() is None


async def test_a_short_back_off_ends_with_the_process():
    memory = BackOffs()
    assert await refuse(remembering(FakeClock(), memory), "a.example") == 15.0
    assert memory.changes() is None


def asked(key: str, until: datetime, refusals: int = 1) -> HostBackOff:
    return HostBackOff(key=key, until=until, refusals=refusals, silences=0)


async def test_what_a_host_asked_of_another_worker_counts_here_at_once():
    clock, memory = FakeClock(), BackOffs()
    paced = remembering(clock, memory)
    async with paced.turn("a.example", SECOND) as turn:
        turn.answered()
    stored = [asked("a.example", clock.now() + timedelta(hours=1), refusals=3)]
    memory.learn(stored)
    memory.learn(stored)
    with pytest.raises(FetchError, match=r"a\.example asked to be left alone") as refusal:
        await refuse(paced, "a.example")
    assert refusal.value.retry_after == timedelta(hours=1)
    clock.advance(timedelta(hours=1))
    assert await refuse(paced, "a.example") == 120.0  # the fourth in a row
    assert memory.changes().begun


async def test_who_waits_for_a_host_learns_that_it_asked_another_worker_to_be_left_alone():
    clock, memory = FakeClock(), BackOffs()
    paced = remembering(clock, memory)
    async with paced.turn("a.example", SECOND):
        waiting = asyncio.create_task(refuse(paced, "a.example"))
        await asyncio.sleep(0)
        memory.learn([asked("a.example", clock.now() + timedelta(hours=1))])
    with pytest.raises(FetchError, match="asked to be left alone"):
        await waiting


async def test_a_host_that_answers_again_is_not_closed_by_what_is_still_stored():
    clock, memory = FakeClock(), BackOffs()
    paced = remembering(clock, memory)
    await refuse(paced, "a.example", asked=60)
    stored = memory.changes().begun
    memory.written(memory.changes())
    clock.advance(timedelta(minutes=1))
    async with paced.turn("a.example", SECOND) as turn:
        turn.answered()
    memory.learn(stored)
    async with paced.turn("a.example", SECOND) as turn:
        turn.answered()


async def test_of_too_many_hosts_those_free_soonest_are_forgotten(monkeypatch):
    monkeypatch.setattr(back_offs, "_MOST", 2)
    memory, now = BackOffs(), FakeClock().now()
    memory.learn([asked(f"{number}.example", now + number * SECOND) for number in (2, 1, 3)])
    assert memory.recall("1.example") is None
    assert memory.recall("2.example") is not None
