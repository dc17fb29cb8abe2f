"""Digests, notices, and alerts that come again."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from scraper.alerts.email.compose import compose, subject
from scraper.alerts.email.mailbox import parse_mailbox
from scraper.alerts.email.settings import EmailOptions
from scraper.alerts.email.unsubscribing import Link, watches_of, without
from scraper.alerts.message import AlertMessage, DigestMessage, Message, NoticeMessage
from storage.records import OVER, Alert, DeliveryKind, Notice, Passage
from tests.alerts.samples import NOW, alert, delivery

LINK = Link("https://tocsin.example.org/unsubscribe/abc.def", one_click=True)


def of(
    number: int, *, watch: tuple[int, str] = (1, "Baghdad"), story: int = 1, **about: Any
) -> Alert:
    """An alert with numbers of its own."""
    made = alert(f"alert-{number:03}", watch_name=watch[1], **about)
    return replace(
        made,
        watch=replace(made.watch, id=watch[0]),
        story=replace(made.story, id=story),
        created_at=NOW + timedelta(minutes=number),
    )


def digest(*alerts: Alert, reason: str = "daily at 07:00 Europe/Berlin") -> DigestMessage:
    made = delivery(alert_id=None, kind=DeliveryKind.DIGEST, reason=reason)
    return DigestMessage.of(alerts, made)


def notice(*, over: bool = False, **about: Any) -> NoticeMessage:
    made = Notice(
        id=4,
        kind="source.silent",
        subject="Example feed",
        message="Nothing new for 9 hours, where there are some 40 articles a day.",
        created_at=NOW,
        resolved_at=NOW + timedelta(hours=3) if over else None,
    )
    way = delivery(
        alert_id=None, kind=DeliveryKind.NOTICE, notice_id=4, reason=OVER if over else None
    )
    return NoticeMessage.of(replace(made, **about), way)


def composed(made: Message, *, link: Link | None = None) -> EmailMessage:
    options = EmailOptions.model_validate({"to": ["desk@example.org"]})
    sender = parse_mailbox("Tocsin <tocsin@example.org>")
    mail = compose(made, options=options, sender=sender, now=NOW, link=link)
    return message_from_bytes(mail.as_bytes(), policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


THREE = (
    of(1, title="Rockets land near Baghdad airport"),
    of(2, title="Flights diverted from Baghdad", site_name="The Wire"),
    of(3, watch=(2, "rocket"), story=2, title="Rocket engine tested", standfirst=None),
)


class TestDigest:
    def test_the_headers_say_how_many_and_of_which_watches(self):
        mail = composed(digest(*THREE), link=LINK)
        assert mail["Subject"] == "3 alerts: Baghdad, rocket"
        assert mail["X-Tocsin-Event"] == "alerts.digest"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Message-ID"] == "<delivery-1@example.org>"
        assert mail["List-Unsubscribe"] == f"<{LINK.url}>"
        assert "References" not in mail
        assert "X-Tocsin-Alert" not in mail

    def test_the_text_has_contents_and_then_watch_by_watch_story_by_story(self):
        text = part(composed(digest(*THREE), link=LINK), "plain")
        contents, first, second = text.split("=" * 76 + "\n")
        assert contents == (
            "3 alerts: Baghdad, rocket\n"
            "Together because of: daily at 07:00 Europe/Berlin\n"
            "\n"
            "Baghdad (2)\n"
            "  - Rockets land near Baghdad airport\n"
            "\n"
            "rocket (1)\n"
            "  - Rocket engine tested\n"
            "\n"
        )
        assert first == (
            "Baghdad (2)\n"
            "\n"
            "Rockets land near Baghdad airport\n"
            "The Example, 1 March 2026, 05:40 UTC\n"
            "\n"
            "https://news.example.org/world/baghdad-rockets\n"
            "\n"
            "In the text:\n"
            "  Two *rockets* landed near *Baghdad* airport before dawn.\n"
            "\n"
            "The same story: Flights diverted from Baghdad\n"
            "The Wire, 1 March 2026, 05:40 UTC\n"
            "\n"
            "https://news.example.org/world/baghdad-rockets\n"
            "\n"
        )
        assert second.startswith("rocket (1)\n\nRocket engine tested\n")
        assert second.endswith(f"Unsubscribe from these 2 watches: {LINK.url}\n")

    def test_the_page_has_contents_that_lead_to_the_stories(self):
        tree = HTMLParser(part(composed(digest(*THREE)), "html"))
        anchors = {node.attributes["id"] for node in tree.css("[id]")}
        places = [node.attributes["href"] or "" for node in tree.css("a[href^='#']")]
        assert len(places) == 4  # two watches, and a story of each
        assert {place.removeprefix("#") for place in places} == anchors
        assert [node.text() for node in tree.css("h2")] == ["Baghdad (2)", "rocket (1)"]
        assert [node.text() for node in tree.css("h3")] == [
            "Rockets land near Baghdad airport",
            "Rocket engine tested",
        ]
        assert [node.text() for node in tree.css("blockquote b")] == ["rockets", "Baghdad"] * 2

    def test_the_line_beside_the_subject_has_headlines(self):
        tree = HTMLParser(part(composed(digest(*THREE)), "html"))
        [hidden] = tree.css("body > div:first-child")
        assert hidden.text().startswith(
            "Rockets land near Baghdad airport; Flights diverted from Baghdad; Rocket engine"
        )

    def test_two_hundred_alerts_are_not_so_long_that_mail_programs_cut_them_off(self):
        passages = tuple(
            Passage(field="body", text="word " * 150, highlights=((0, 4),)) for _ in range(20)
        )
        many = [of(number, story=number, passages=passages) for number in range(200)]
        mail = composed(digest(*many))
        assert mail["Subject"] == "200 alerts: Baghdad"
        # What is left of each: two passages of 300 characters, and its head, twice.
        assert len(mail.as_bytes()) < 200 * 4_500

    @given(st.lists(st.tuples(st.text(max_size=20), st.integers(1, 3), st.integers(1, 3))))
    def test_whatever_the_names_are_nothing_gets_out_and_every_alert_is_there(
        self, drawn: list[tuple[str, int, int]]
    ):
        alerts = [
            of(
                number,
                watch=(watch, f"{title}</style>{watch}"),
                story=story,
                title=title + "\r\n<b>",
            )
            for number, (title, watch, story) in enumerate(drawn)
        ]
        if not alerts:
            return
        mail = composed(digest(*alerts, reason="</p>\r\nBcc: x"))
        assert not mail.defects
        assert "Bcc" not in mail
        tree = HTMLParser(part(mail, "html"))
        assert len(tree.css("style")) == 1
        headings = len(tree.css("h3"))
        further = part(mail, "plain").count("The same story:")
        assert headings + further == len(alerts)


class TestLeaving:
    def test_a_digest_may_be_left_by_its_watches_and_the_rest_stays(self):
        made = digest(*THREE)
        assert watches_of(made) == (1, 2)
        kept = without(made, {1})
        assert isinstance(kept, DigestMessage)
        assert kept.heading == "1 alert: rocket"
        assert without(made, {1, 2}) is None
        assert without(made, set()) == made

    def test_a_notice_may_not_be_left(self):
        assert watches_of(notice()) == ()
        assert without(notice(), set()) == notice()


class TestNotice:
    def test_it_says_what_broke_and_since_when(self):
        mail = composed(notice())
        assert mail["Subject"] == "[Tocsin] source silent: Example feed"
        assert mail["X-Tocsin-Event"] == "operator.notice"
        assert part(mail, "plain") == (
            "source silent: Example feed\n"
            "\n"
            "Nothing new for 9 hours, where there are some 40 articles a day.\n"
            "\n"
            "Since 1 March 2026, 06:00 UTC.\n"
            "\n"
            "-- \n"
            'Tocsin sent this to the channel "desk". It is for whoever operates Tocsin.\n'
        )

    def test_its_end_is_in_the_same_conversation(self):
        begun, over = composed(notice()), composed(notice(over=True))
        assert over["Subject"] == "[Tocsin] source silent: Example feed is well again"
        assert over["References"] == begun["References"]
        assert "Since 1 March 2026, 06:00 UTC, until 1 March 2026, 09:00 UTC." in part(over, "html")

    @given(st.text(max_size=80), st.text(max_size=300))
    def test_whatever_it_says_it_adds_neither_headers_nor_markup(self, name: str, text: str):
        mail = composed(notice(subject=f"{name}\r\nBcc: x@example.net", message=f"{text}<script>"))
        assert not mail.defects
        assert "Bcc" not in mail
        assert HTMLParser(part(mail, "html")).css("script") == []


class TestAgain:
    @pytest.mark.parametrize(
        ("kind", "first", "mark", "words"),
        [
            (
                DeliveryKind.ESCALATION,
                "night desk",
                "UNANSWERED ",
                "acknowledged this at night desk",
            ),
            (DeliveryKind.ESCALATION, None, "UNANSWERED ", "acknowledged this where it rang"),
            (DeliveryKind.REMINDER, None, "REMINDER ", "A reminder, as somebody asked for:"),
        ],
    )
    def test_it_says_first_why_it_comes_again(
        self, kind: DeliveryKind, first: str | None, mark: str, words: str
    ):
        made = AlertMessage.of(alert(), delivery("delivery-2", kind=kind, escalated_from=first))
        mail = composed(made)
        assert subject(made).startswith(f"{mark}[Baghdad attacks] ")
        begins = " ".join(part(mail, "plain").partition("\n\n")[0].split())
        assert words in begins
        assert words in part(mail, "html")
        assert "1 March 2026, 06:00 UTC" in begins
        plain = composed(AlertMessage.of(alert(), delivery()))
        assert mail["References"] == plain["References"]
        assert mail["Message-ID"] != plain["Message-ID"]
