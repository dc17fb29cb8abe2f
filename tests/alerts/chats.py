"""What the tests of chat channels share: messages, texts that break markup, a real service."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import strategies as st

from scraper.alerts.brief import Brief, brief
from scraper.alerts.channels import build_channel
from scraper.alerts.message import AlertMessage
from scraper.alerts.transport import Channel, ChannelContext
from scraper.clock import SystemClock
from scraper.errors import DeliveryError
from storage.records import ChannelSpec, Outlet, Passage
from tests.alerts.samples import alert, delivery, message
from tests.servers import LocalSite, Reply

PUBLIC_URL = "https://tocsin.example.org"
NASTY = '@everyone <!channel> <@U012> [x](https://evil.example) *a* _b_ `c` </b> &amp; & "q" @room'

# What a page may hold: the signs of every markup, both directions, letters outside the BMP.
hostile = st.text(
    st.sampled_from(list("abc .!?<>&*_~`|[]()@#\\:+-\"'/\u0639\u05d0\u0301\U0001f600。\u200d")),
    max_size=900,
)
long_texts = st.builds(lambda piece, times: piece * times, hostile, st.integers(1, 12))


def shown(text: str = NASTY, *, title: str | None = None, **about: Any) -> Brief:
    """The brief of an alert whose passages hold the text, with a hit at its beginning."""
    hit = (0, min(5, len(text)))
    passages = tuple(
        Passage(field=field, text=text, highlights=(hit,)) for field in ("body", "standfirst")
    )
    about = {"title": title or text or None, "site_name": text, "watch_name": text or "w"} | about
    sent = AlertMessage.of(alert(passages=passages, **about), delivery())
    return brief(in_outlets(sent, text), public_url=PUBLIC_URL)


def in_outlets(sent: AlertMessage, name: str, others: int = 3) -> AlertMessage:
    """The message, of a story that other outlets have as well."""
    outlets = tuple(
        Outlet(domain=f"other{number}.example", name=name, url="https://other.example/")
        for number in range(others)
    )
    story = replace(sent.alert.story, outlets=outlets, outlet_count=others + 1)
    return replace(sent, alert=replace(sent.alert, story=story))


@dataclass(frozen=True)
class Channels:
    """Makes channels that send for real, over loopback."""

    transport: httpx.AsyncBaseTransport

    def __call__(self, kind: str, *, folder: Path = Path(), **options: Any) -> Channel:
        context = ChannelContext(
            clock=SystemClock(),
            http=self.transport,
            user_agent="Tocsin/1",
            public_url=PUBLIC_URL,
            folder=folder,
            allow_networks=(ip_network("127.0.0.0/8"),),
        )
        return build_channel(ChannelSpec(name="desk", type=kind, options=options), context)


def answer(status: int, values: object = None, **headers: str) -> Reply:
    """An answer in JSON."""
    body = json.dumps(values).encode() if values is not None else b""
    return Reply(status=status, body=body, headers={"content-type": "application/json", **headers})


def body_of(site: LocalSite, path: str, number: int = -1) -> Mapping[str, Any]:
    """What was posted to the path."""
    return json.loads(site.hits(path)[number].body)


async def failure(sender: Channel) -> DeliveryError:
    """The error of sending a message."""
    with pytest.raises(DeliveryError) as caught:
        await sender.send(message())
    return caught.value


def seconds(number: float) -> timedelta:
    """So many of them."""
    return timedelta(seconds=number)
