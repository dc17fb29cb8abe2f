from dataclasses import replace
from pathlib import Path

import pytest

from tests.alerts.chats import Channels, answer, body_of, failure, seconds
from tests.alerts.samples import message
from tests.servers import LocalSite, Reply

pytestmark = pytest.mark.anyio
API = "/api/chat.postMessage"
HOOK = "/services/T0/B0/s3cr3t"


async def test_a_webhook_takes_blocks(channel: Channels):
    with LocalSite() as site:
        url = site.handle(HOOK, Reply(body=b"ok"))
        receipt = await channel("slack", url=url).send(message())
        assert receipt.detail == "HTTP 200 OK"
        assert body_of(site, HOOK)["blocks"][0]["type"] == "rich_text"


@pytest.mark.parametrize(
    ("status", "permanent", "only_this"),
    [
        (404, True, False),
        (410, True, False),
        (400, False, True),
        (413, True, True),
        (403, False, False),
        (500, False, False),
    ],
)
async def test_what_answers_of_a_webhook_mean(
    channel: Channels, status: int, *, permanent: bool, only_this: bool
):
    with LocalSite() as site:
        url = site.handle(HOOK, Reply(status=status, body=b"no_service"))
        error = await failure(channel("slack", url=url))
    assert (error.permanent, error.only_this) == (permanent, only_this)
    assert "no_service" in str(error)
    assert "s3cr3t" not in str(error)


async def test_a_bot_keeps_a_story_in_one_thread(channel: Channels):
    with LocalSite() as site:
        site.handle(API, answer(200, {"ok": True, "ts": "1.5"}))
        bot = channel("slack", token="xoxb-1", channel="C0123456789", server=site.url())
        await bot.send(message("d-1"))
        await bot.send(message("d-2"))
        other = message("d-3")
        story = replace(other.alert.story, id=8)
        await bot.send(replace(other, alert=replace(other.alert, story=story)))
        bodies = [body_of(site, API, number) for number in range(3)]
        assert [body.get("thread_ts") for body in bodies] == [None, "1.5", None]
        assert {body["channel"] for body in bodies} == {"C0123456789"}
        assert site.hits(API)[0].headers["authorization"] == "Bearer xoxb-1"


async def test_a_bot_is_refused_with_200(channel: Channels):
    with LocalSite() as site:
        site.handle(API, answer(200, {"ok": False, "error": "not_in_channel"}))
        bot = channel("slack", token="xoxb-1", channel="#desk", server=site.url())
        error = await failure(bot)
    assert not error.permanent
    assert "not_in_channel (invite the bot into the channel)" in str(error)


async def test_a_thread_that_is_gone_is_begun_anew(channel: Channels):
    with LocalSite() as site:
        site.handle(API, answer(200, {"ok": True, "ts": "1.5"}))
        bot = channel("slack", token="xoxb-1", channel="#desk", server=site.url())
        await bot.send(message())
        site.handle(API, answer(200, {"ok": False, "error": "thread_not_found"}))
        await failure(bot)
        site.handle(API, answer(200, {"ok": True, "ts": "2.5"}))
        await bot.send(message())
        assert "thread_ts" not in body_of(site, API)


async def test_a_pause_is_kept_and_a_file_is_read(channel: Channels, tmp_path: Path):
    (tmp_path / "token").write_text("xoxb-7\n")
    with LocalSite() as site:
        site.handle(API, answer(429, {"ok": False}, **{"retry-after": "30"}))
        bot = channel(
            "slack", folder=tmp_path, token_file="token", channel="#desk", server=site.url()
        )
        error = await failure(bot)
        assert site.hits(API)[0].headers["authorization"] == "Bearer xoxb-7"
    assert error.retry_after == seconds(30)


async def test_a_token_that_is_echoed_is_not_told(channel: Channels):
    with LocalSite() as site:
        site.handle(API, answer(500, "the token xoxb-s3cr3t is bad"))
        bot = channel("slack", token="xoxb-s3cr3t", channel="#desk", server=site.url())
        error = await failure(bot)
    assert "the token *** is bad" in str(error)
