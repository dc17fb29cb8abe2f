import logging

import pytest

from tests.alerts.chats import Channels, answer, body_of, failure, seconds
from tests.alerts.samples import message
from tests.servers import LocalSite

pytestmark = pytest.mark.anyio
TOKEN = "123456:s3cr3t"
PATH = f"/bot{TOKEN}/sendMessage"


async def test_a_story_is_one_chain_of_answers(channel: Channels):
    with LocalSite() as site:
        site.handle(PATH, answer(200, {"ok": True, "result": {"message_id": 41}}))
        sender = channel("telegram", token=TOKEN, chat_id=-100123, topic=7, server=site.url())
        await sender.send(message("d-1"))
        await sender.send(message("d-2"))
        first, second = body_of(site, PATH, 0), body_of(site, PATH, 1)
    assert first["chat_id"] == "-100123"
    assert first["message_thread_id"] == 7
    assert first["parse_mode"] == "HTML"
    assert "reply_parameters" not in first
    assert second["reply_parameters"] == {"message_id": 41, "allow_sending_without_reply": True}


async def test_without_threads_nothing_is_answered(channel: Channels):
    with LocalSite() as site:
        site.handle(PATH, answer(200, {"ok": True, "result": {"message_id": 41}}))
        sender = channel(
            "telegram", token=TOKEN, chat_id="@desk_news", threads=False, server=site.url()
        )
        await sender.send(message())
        await sender.send(message())
        assert "reply_parameters" not in body_of(site, PATH)


async def test_a_flood_is_waited_out(channel: Channels):
    told = {"ok": False, "error_code": 429, "parameters": {"retry_after": 35}}
    with LocalSite() as site:
        site.handle(PATH, answer(429, told))
        error = await failure(channel("telegram", token=TOKEN, chat_id="1", server=site.url()))
    assert error.retry_after == seconds(35)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404])
async def test_refusals_are_told_without_the_token(
    channel: Channels, status: int, caplog: pytest.LogCaptureFixture
):
    told = {"ok": False, "description": f"Bad Request: chat not found {TOKEN}"}
    with LocalSite() as site, caplog.at_level(logging.INFO, "scraper"):
        site.handle(PATH, answer(status, told))
        error = await failure(channel("telegram", token=TOKEN, chat_id="1", server=site.url()))
    assert "chat not found" in str(error)
    assert "s3cr3t" not in str(error)
    assert "s3cr3t" not in caplog.text
    assert not error.permanent
