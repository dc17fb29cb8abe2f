import pytest

from tests.alerts.chats import Channels, answer, body_of, failure, seconds
from tests.alerts.samples import message
from tests.servers import LocalSite, Reply

pytestmark = pytest.mark.anyio
HOOK = "/api/webhooks/12345/s3cr3t"


async def test_it_waits_for_the_message_to_be_kept(channel: Channels):
    with LocalSite() as site:
        url = site.handle(HOOK, answer(200, {"id": "1"}))
        await channel("discord", url=url, thread_id="123456").send(message())
        [request] = site.hits(HOOK)
        assert request.target == f"{HOOK}?wait=true&thread_id=123456"
        assert body_of(site, HOOK)["embeds"][0]["title"] == "Rockets land near Baghdad airport"


async def test_a_pause_in_the_body_is_kept(channel: Channels):
    with LocalSite() as site:
        url = site.handle(HOOK, answer(429, {"retry_after": 1.75, "global": False}))
        error = await failure(channel("discord", url=url))
    assert error.retry_after == seconds(1.75)
    assert not error.permanent


async def test_a_webhook_that_was_removed_is_gone(channel: Channels):
    with LocalSite() as site:
        url = site.handle(HOOK, answer(404, {"message": "Unknown Webhook", "code": 10015}))
        error = await failure(channel("discord", url=url))
    assert error.permanent
    assert "Unknown Webhook" in str(error)
    assert "s3cr3t" not in str(error)


async def test_redirects_are_not_followed(channel: Channels):
    with LocalSite() as site:
        url = site.handle(HOOK, Reply(status=302, headers={"location": site.url("/new")}))
        error = await failure(channel("discord", url=url))
        assert site.hits("/new") == []
    assert "redirects are not followed" in str(error)
