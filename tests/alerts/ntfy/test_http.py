import pytest

from tests.alerts.chats import Channels, answer, body_of, failure
from tests.alerts.samples import message
from tests.servers import LocalSite

pytestmark = pytest.mark.anyio


async def test_it_is_published_at_the_root_and_a_repeat_is_the_same(channel: Channels):
    with LocalSite() as site:
        server = site.handle("/", answer(200, {"id": "x"}))
        sender = channel("ntfy", server=server, topic="news", token="tk_1")
        await sender.send(message("d-1"))
        await sender.send(message("d-1"))
        await sender.send(message("d-2"))
        first, again, other = (body_of(site, "/", number) for number in range(3))
        assert site.hits("/")[0].headers["authorization"] == "Bearer tk_1"
    assert first["topic"] == "news"
    assert first == again
    assert first["sequence_id"] != other["sequence_id"]
    assert len(first["sequence_id"]) <= 64


async def test_without_a_token_none_is_sent(channel: Channels):
    with LocalSite() as site:
        server = site.handle("/", answer(200, {"id": "x"}))
        await channel("ntfy", server=server, topic="news").send(message())
        assert "authorization" not in site.hits("/")[0].headers


async def test_a_refusal_says_what_to_look_at(channel: Channels):
    with LocalSite() as site:
        server = site.handle("/", answer(403, {"code": 40301, "error": "forbidden"}))
        error = await failure(channel("ntfy", server=server, topic="news", token="tk_s3cr3t"))
    assert not error.permanent
    assert "it is not allowed to send there" in str(error)
    assert "s3cr3t" not in str(error)
