"""Show the e-mails that Tocsin sends in Chromium, and take pictures of them.

    python scripts/mail_pictures.py [FOLDER]

Writes docs/email.png and docs/email-phone.png; with a FOLDER every sample in every form instead:
light and dark, as wide as a desktop's window and as narrow as a small phone.
"""

import asyncio
import base64
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from scraper.alerts import AlertMessage, EmailOptions
from scraper.alerts.email.compose import compose
from scraper.alerts.email.mailbox import parse_mailbox
from scraper.alerts.message import DigestMessage, Message, NoticeMessage
from scraper.alerts.sample import sample_message
from scraper.fetch.browser.chromium import Chromium, find_chromium, start
from storage.records import Alert, Article, DeliveryKind, Notice, Outlet, Passage

DOCS = Path(__file__).parent.parent / "docs"
NOW = datetime(2026, 3, 1, 6, 2, tzinfo=UTC)
DESK, PHONE = 720, 360  # CSS pixels
_SHARPNESS = 2  # pixels of the picture for one of the page
_NOWHERE = 9  # the discard port, in place of a proxy: nothing is loaded

_ENGLISH = Article(
    url="https://news.example.org/world/baghdad-airport-rockets",
    title="Rockets land near Baghdad airport, flights diverted",
    standfirst="Nobody was hurt, officials said; it was the third such attack in a week.",
    authors=("Ann Writer", "Bo Reporter"),
    published_at=datetime(2026, 3, 1, 5, 40, tzinfo=UTC),
    language="en",
    site_name="The Example",
)
_ARABIC = Article(
    url="https://akhbar.example/iraq/4711",
    title="سقوط صواريخ قرب مطار بغداد وتحويل مسار الرحلات",
    standfirst="قال مسؤولون إن أحدا لم يصب بأذى، وهو الهجوم الثالث من نوعه خلال أسبوع.",
    authors=("ليلى الكاتبة",),
    published_at=datetime(2026, 3, 1, 5, 41, tzinfo=UTC),
    language="ar",
    site_name="أخبار المثال",
)
_PASSAGES = {
    "en": (
        ("title", "Rockets land near Baghdad airport, flights diverted", "Rockets", "Baghdad"),
        ("body", "Two rockets landed near Baghdad airport before dawn.", "rockets", "Baghdad"),
        ("body", "A third missile was found in a lorry in the west of the city.", "missile"),
    ),
    "ar": (
        ("title", "سقوط صواريخ قرب مطار بغداد وتحويل مسار الرحلات", "صواريخ", "بغداد"),
        ("body", "سقط صاروخان قرب مطار بغداد الدولي (BGW) قبل الفجر.", "صاروخان", "بغداد"),
    ),
}


def passage(field: str, text: str, *words: str) -> Passage:
    """A passage in which these words are what the query asked for."""
    starts = [(text.index(word), word) for word in words]
    highlights = tuple((at, at + len(word)) for at, word in starts)
    return Passage(field=field, text=text, highlights=highlights)


def alert(article: Article, watch: str) -> Alert:
    """An alert of the article, in a story that others have, too."""
    blank = sample_message("desk", now=NOW, identifier="01JNX8M2Q4")
    rung = blank.alert
    named = replace(rung.watch.spec, name=watch, query="place:Baghdad AND (rocket OR missile)")
    outlets = tuple(
        Outlet(domain=f"{name.lower()}.example", name=name, url=f"https://{name.lower()}.example/")
        for name in ("Wire", "Courier", "Gazette")
    )
    return replace(
        rung,
        watch=replace(rung.watch, spec=named),
        article=replace(rung.article, article=article),
        story=replace(
            rung.story,
            title=article.title,
            article_count=4,
            outlet_count=3,
            outlets=outlets,
        ),
        passages=tuple(passage(*each) for each in _PASSAGES[article.language or "en"]),
        source_name=f"{article.site_name}, world",
    )


def message(article: Article, watch: str = "Baghdad attacks") -> AlertMessage:
    """The message of such an alert."""
    plain = sample_message("desk", now=NOW, identifier="01JNX8M2Q4")
    rung = alert(article, watch)
    event = type(plain.event).MATCHED
    return replace(plain, event=event, alert=rung, passages=rung.passages)


def digest() -> DigestMessage:
    """Alerts of two watches in one message."""
    made = (message(_ENGLISH), message(_ARABIC), message(_ENGLISH, "rocket"))
    numbered = (
        replace(each.alert, watch=replace(each.alert.watch, id=number // 2))
        for number, each in enumerate(made)
    )
    storied = [
        replace(rung, story=replace(rung.story, id=number)) for number, rung in enumerate(numbered)
    ]
    return DigestMessage(
        delivery_id="01JNX8M2Q4",
        channel="desk",
        reason="daily at 07:00 Europe/Berlin",
        messages=tuple(replace(each, alert=rung) for each, rung in zip(made, storied, strict=True)),
    )


def notice() -> NoticeMessage:
    """What the operator is told."""
    return NoticeMessage(
        delivery_id="01JNX8M2Q4",
        channel="desk",
        resolved=False,
        notice=Notice(
            id=1,
            kind="source.silent",
            subject="The Example, world",
            message="Nothing new for 9 hours, where there are some 40 articles a day.",
            created_at=NOW,
            resolved_at=None,
        ),
    )


def samples() -> dict[str, EmailMessage]:
    """Messages by name."""
    made: dict[str, Message] = {
        "alert": message(_ENGLISH),
        "arabic": message(_ARABIC, "هجمات بغداد"),
        "escalation": replace(message(_ENGLISH), kind=DeliveryKind.ESCALATION),
        "digest": digest(),
        "notice": notice(),
        "test": sample_message("desk", now=NOW, identifier="01JNX8M2Q4"),
    }
    options = EmailOptions.model_validate({"to": ["desk@example.org"]})
    sender = parse_mailbox("Tocsin <tocsin@example.org>")
    return {
        name: compose(each, options=options, sender=sender, now=NOW) for name, each in made.items()
    }


def page(mail: EmailMessage) -> str:
    """The part of a message that is a page."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@dataclass
class Camera:
    """A page of Chromium's."""

    chromium: Chromium
    session: str

    @classmethod
    async def of(cls, chromium: Chromium) -> "Camera":
        """A camera with an empty page before it."""
        made = await chromium.devtools.send("Target.createTarget", url="about:blank")
        attached = await chromium.devtools.send(
            "Target.attachToTarget", targetId=made["targetId"], flatten=True
        )
        return cls(chromium, attached["sessionId"])

    async def take(self, html: str, *, width: int, dark: bool) -> bytes:
        """A picture (PNG) of all of the page, as wide as that."""
        send, session = self.chromium.devtools.send, self.session
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await send("Emulation.setEmulatedMedia", session, features=[scheme])
        await self._size(width, 100)
        tree = await send("Page.getFrameTree", session)
        frame = tree["frameTree"]["frame"]["id"]
        await send("Page.setDocumentContent", session, frameId=frame, html=html)
        metrics = await send("Page.getLayoutMetrics", session)
        await self._size(width, round(metrics["cssContentSize"]["height"]))
        if metrics["cssContentSize"]["width"] > width:
            raise SystemExit(f"the page is wider than {width} pixels")
        shot = await send("Page.captureScreenshot", session, format="png")
        return base64.b64decode(shot["data"])

    async def _size(self, width: int, height: int) -> None:
        await self.chromium.devtools.send(
            "Emulation.setDeviceMetricsOverride",
            self.session,
            width=width,
            height=height,
            deviceScaleFactor=_SHARPNESS,
            mobile=width == PHONE,
        )


async def main() -> None:
    """Take the pictures."""
    made = {name: page(mail) for name, mail in samples().items()}
    chromium = await start(find_chromium(), proxy_port=_NOWHERE)
    try:
        camera = await Camera.of(chromium)
        if len(sys.argv) < 2:
            light = await camera.take(made["alert"], width=DESK, dark=False)
            dark = await camera.take(made["arabic"], width=PHONE, dark=True)
            (DOCS / "email.png").write_bytes(light)
            (DOCS / "email-phone.png").write_bytes(dark)
            return
        folder = Path(sys.argv[1])
        for name, html in made.items():
            for width in (DESK, PHONE):
                for dark in (False, True):
                    form = f"{name}-{width}-{'dark' if dark else 'light'}.png"
                    (folder / form).write_bytes(await camera.take(html, width=width, dark=dark))
    finally:
        await chromium.aclose()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).mkdir(parents=True, exist_ok=True)
    asyncio.run(main())
