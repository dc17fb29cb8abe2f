import pytest

from tests.alerts.chats import Channels, answer, body_of, failure, seconds
from tests.alerts.samples import message
from tests.servers import LocalSite

pytestmark = pytest.mark.anyio
SEND = "/_matrix/client/v3/rooms/%21abc%3Aexample.org/send/m.room.message/"
ROOM = {"room": "!abc:example.org", "token": "syt_s3cr3t"}


async def test_the_delivery_is_the_transaction_and_the_story_a_thread(channel: Channels):
    with LocalSite() as site:
        for identifier in ("d-1", "d-2"):
            site.handle(SEND + identifier, answer(200, {"event_id": f"${identifier}"}))
        room = channel("matrix", server=site.url(), **ROOM)
        await room.send(message("d-1"))
        await room.send(message("d-2"))
        [request] = site.hits(SEND + "d-1")
        assert request.method == "PUT"
        assert request.headers["authorization"] == "Bearer syt_s3cr3t"
        assert "m.relates_to" not in body_of(site, SEND + "d-1")
        assert body_of(site, SEND + "d-2")["m.relates_to"] == {
            "rel_type": "m.thread",
            "event_id": "$d-1",
        }


async def test_a_repeat_of_what_opened_a_thread_does_not_answer_itself(channel: Channels):
    with LocalSite() as site:
        site.handle(SEND + "d-1", answer(200, {"event_id": "$1"}))
        room = channel("matrix", server=site.url(), **ROOM)
        site.fail_first(SEND + "d-1", 1)
        await failure_of(room)
        await room.send(message("d-1"))
        bodies = [body_of(site, SEND + "d-1", number) for number in range(2)]
    assert bodies[0] == bodies[1]


async def failure_of(room):
    with pytest.raises(Exception, match="HTTP 503"):
        await room.send(message("d-1"))


async def test_a_limit_in_milliseconds_is_kept(channel: Channels):
    told = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}
    with LocalSite() as site:
        site.handle(SEND + "delivery-1", answer(429, told))
        error = await failure(channel("matrix", server=site.url(), **ROOM))
    assert error.retry_after == seconds(2.5)


@pytest.mark.parametrize("status", [200, 401, 403, 404])
async def test_refusals_are_told_without_the_token(channel: Channels, status: int):
    with LocalSite() as site:
        site.handle(SEND + "delivery-1", answer(status, {"errcode": "M_X", "error": "syt_s3cr3t"}))
        error = await failure(channel("matrix", server=site.url(), **ROOM))
    assert not error.permanent
    assert "s3cr3t" not in str(error)
