import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from scraper.alerts.email.compose import compose, plain_id, story_id, subject
from scraper.alerts.email.mailbox import parse_mailbox
from scraper.alerts.email.settings import EmailOptions
from scraper.alerts.message import AlertMessage
from scraper.alerts.sample import sample_message
from storage.records import Outlet, Passage
from tests.alerts.samples import NOW, alert, delivery, message

SENDER = parse_mailbox("Tocsin <tocsin@example.org>")
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Tocsin-Event",
    "X-Tocsin-Delivery",
    "X-Tocsin-Channel",
    "In-Reply-To",
    "References",
    "List-Id",
    "X-Tocsin-Alert",
    "X-Tocsin-Watch",
    "X-Tocsin-Story",
    "X-Tocsin-Article",
    "X-Tocsin-Link",
    "MIME-Version",
    "Content-Type",
]
ANY_TEXT = st.text(st.characters(), max_size=120)
HOSTILE = st.one_of(
    ANY_TEXT,
    st.lists(
        st.sampled_from([
            "\r\n", "\n", "\r", "\r\nBcc: evil@example.net", "=?utf-8?q?=0D=0ABcc=3A_evil?=",
            "=?utf-8?b?DQpCY2M6IGV2aWw=?=", "\u2028", "\x85", "\x00", "\ud800", "\u202e", " ",
            "صاروخ", "é", "x" * 90, "<b>", "&amp;", '"', "\\", "<script>alert(1)</script>", "?=",
            "</style>", "</title>", "--></div>", "\u2029", "\u2066",
            "javascript:alert(1)", "{{ 7*7 }}", "{% raw %}", "\ufeff", "😀",
        ]),
        max_size=8,
    ).map("".join),
)  # fmt: skip


def composed(made: AlertMessage | None = None, **options: Any) -> EmailMessage:
    """The message as a mail program reads it after the way through the net."""
    settings = EmailOptions.model_validate({"to": ["desk@example.org"]} | options)
    mail = compose(made or message(), options=settings, sender=SENDER, now=NOW)
    raw = mail.as_bytes()
    raw.decode("ascii")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    return message_from_bytes(raw, policy=policy.default)


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body(preferencelist=(subtype,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def page(mail: EmailMessage) -> HTMLParser:
    return HTMLParser(part(mail, "html"))


def test_the_headers_say_what_it_is():
    mail = composed()
    assert list(mail.keys()) == HEADERS
    assert mail["From"] == "Tocsin <tocsin@example.org>"
    assert mail["To"] == "desk@example.org"
    assert mail["Subject"] == "[Baghdad attacks] Rockets land near Baghdad airport — The Example"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<watch-3.tocsin.example.org>"
    assert mail["X-Tocsin-Alert"] == "alert-1"
    assert mail["X-Tocsin-Watch"] == "Baghdad attacks"
    assert mail.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]


def test_the_message_id_is_the_deliverys_and_the_same_on_every_attempt():
    first = compose(message(), options=EmailOptions(to=(SENDER,)), sender=SENDER, now=NOW)
    later = compose(
        message(),
        options=EmailOptions(to=(SENDER,)),
        sender=SENDER,
        now=NOW + timedelta(hours=5),
    )
    assert first["Message-ID"] == later["Message-ID"] == "<delivery-1@example.org>"


def test_alerts_of_a_story_hang_together_and_those_of_a_new_database_apart():
    one, two = composed(message("d-1")), composed(message("d-2"))
    assert one["Message-ID"] != two["Message-ID"]
    assert one["References"] == two["References"]
    assert one["In-Reply-To"] in one["References"]
    story = alert().story
    reborn = replace(story, created_at=story.created_at + timedelta(days=1))
    assert story_id(story, "example.org") != story_id(reborn, "example.org")
    assert one["References"].split()[0] == story_id(story, "example.org")


def test_another_watch_on_the_same_story_is_in_the_same_conversation():
    rung = alert()
    other = replace(rung, watch=replace(rung.watch, id=4))
    mail = composed(AlertMessage.of(other, delivery()))
    assert mail["References"].split()[0] == composed()["References"].split()[0]
    assert mail["In-Reply-To"] != composed()["In-Reply-To"]


def test_options_are_followed():
    mail = composed(
        to=["Ärger im Büro <a@bücher.example>", "b@example.org"],
        cc=["c@example.org"],
        reply_to="desk@example.org",
        subject_prefix="TOCSIN",
    )
    assert mail["To"] == "Ärger im Büro <a@xn--bcher-kva.example>, b@example.org"
    assert mail["Cc"] == "c@example.org"
    assert mail["Reply-To"] == "desk@example.org"
    assert mail["Subject"].startswith("TOCSIN [Baghdad attacks] ")


def test_each_recipient_is_named_once():
    options = EmailOptions.model_validate(
        {
            "to": ["a@example.org", "B <b@example.org>"],
            "cc": ["b@example.org", "a@EXAMPLE.org"],
        }
    )
    assert options.recipients == ("a@example.org", "b@example.org")


def test_the_text_says_watch_passage_and_link():
    assert part(composed(), "plain") == (
        "Rockets land near Baghdad airport\n"
        "The Example, 1 March 2026, 05:40 UTC\n"
        "\n"
        "https://news.example.org/world/baghdad-rockets\n"
        "\n"
        "In the text:\n"
        "  Two *rockets* landed near *Baghdad* airport before dawn.\n"
        "\n"
        "No one was hurt, officials said.\n"
        "\n"
        "Watch: Baghdad attacks\n"
        "Query: Baghdad AND (rocket OR missile)\n"
        "Source: Example feed\n"
        "By: Ann Writer, Bo Reporter\n"
        "Seen: 1 March 2026, 06:00 UTC\n"
        "\n"
        "-- \n"
        'Tocsin sent this to the channel "desk". Alert alert-1\n'
    )


def test_the_page_says_watch_passage_and_link():
    tree = page(composed())
    assert [node.text() for node in tree.css("blockquote b")] == ["rockets", "Baghdad"]
    [link] = tree.css("a")
    assert link.attributes["href"] == "https://news.example.org/world/baghdad-rockets"
    text = tree.body.text() if tree.body else ""
    for words in (
        "Baghdad attacks",
        "Baghdad AND (rocket OR missile)",
        "Ann Writer",
        "The Example",
    ):
        assert words in text


def test_the_page_loads_nothing_from_elsewhere():
    tree = page(composed(message(image_url="https://tracker.example.net/pixel.gif")))
    assert tree.css("img, script, link, iframe, object, form") == []
    [sheet] = tree.css("style")
    assert "url(" not in sheet.text()
    assert "@import" not in sheet.text()
    assert "tracker.example.net" not in part(composed(), "html")


def test_a_later_text_and_a_growing_story_are_said():
    rung = alert(revised=True)
    story = replace(rung.story, article_count=5, title="Explosions heard in Baghdad")
    mail = composed(AlertMessage.of(replace(rung, story=story), delivery()))
    for text in (part(mail, "plain"), part(mail, "html")):
        assert "its later text matched" in text
        assert "5 articles so far" in text
        assert "Explosions heard in Baghdad" in text


def test_text_from_right_to_left_is_shown_that_way():
    text = "سقطت صواريخ قرب مطار بغداد"
    mail = composed(
        message(
            title=text,
            site_name="الجزيرة",
            language="ar",
            passages=(Passage(field="title", text=text, highlights=((5, 11),)),),
        )
    )
    assert mail["Subject"] == f"[Baghdad attacks] {text} — الجزيرة"
    tree = page(mail)
    for selector in ("h1", "blockquote"):
        [node] = tree.css(selector)
        assert node.attributes["dir"] == "rtl"
        assert node.attributes["lang"] == "ar"
    [quote] = tree.css("blockquote")
    assert "border-right:" in (quote.attributes["style"] or "")
    assert [node.text() for node in tree.css("blockquote b")] == ["صواريخ"]
    assert "In the headline:\n  سقطت *صواريخ* قرب مطار بغداد\n" in part(mail, "plain")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://a.example/ b"])
def test_what_is_no_web_link_is_shown_and_cannot_be_followed(url: str):
    mail = composed(message(url=url))
    assert page(mail).css("a") == []
    assert "X-Tocsin-Link" not in mail
    assert url in part(mail, "plain")


def test_the_host_is_shown_as_the_network_sees_it():
    html = part(composed(message(url="https://аpple.example/x")), "html")
    assert "xn--pple-43d.example" in html


def test_a_test_says_that_it_is_one_and_hangs_together_with_nothing():
    mail = composed(sample_message("desk", now=NOW, identifier="test-1"))
    assert mail["Subject"].startswith("TEST [Test] ")
    assert "References" not in mail
    assert "In-Reply-To" not in mail
    assert mail["X-Tocsin-Event"] == "channel.test"
    assert part(mail, "plain").startswith("THIS IS A TEST.")
    assert "This is a test." in part(mail, "html")


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
@example("=?utf-8?q?hello=0D=0ABcc=3A_evil?=", "", "", "")
@example("a\r\n\r\n<script>", "b\nBcc: x@example.net", "c\r", "\u202e")
@example("x" * 2000, "y" * 2000, "z" * 2000, "w" * 2000)
def test_whatever_the_article_says_the_headers_are_ours_and_the_markup_is_ours(
    title: str, outlet: str, watch: str, text: str
):
    passage = Passage(field="body", text=text, highlights=((1, 3), (2, 50)))
    made = message(
        title=title,
        site_name=outlet,
        watch_name=watch,
        source_name=text,
        authors=(title, outlet),
        standfirst=text,
        language=title,
        passages=(passage,),
    )
    mail = composed(made)
    assert [name for name in mail.keys() if name not in HEADERS] == []  # noqa: SIM118 - a message may repeat a header
    assert len(mail.keys()) == len(set(mail.keys()))
    assert not mail.defects
    assert mail["To"] == "desk@example.org"
    assert len(mail["Subject"].splitlines()) == 1
    assert {node.tag for node in page(mail).css("*")} <= {
        "html", "head", "meta", "title", "style", "body", "div", "p", "b", "h1", "a", "bdi",
        "blockquote", "br", "table", "tbody", "tr", "td",
    }  # fmt: skip
    for node in page(mail).css("*"):
        assert set(node.attributes) <= {
            "charset", "name", "content", "style", "dir", "lang", "href", "rel", "role",
            "cellspacing", "cellpadding", "class",
        }  # fmt: skip
    [sheet], [plain_sheet] = page(mail).css("style"), page(composed()).css("style")
    assert sheet.text() == plain_sheet.text()
    plain = part(mail, "plain")
    assert "\u202e" not in plain
    assert "\x00" not in plain


@given(HOSTILE)
def test_a_subject_comes_through_as_it_was_written(title: str):
    made = message(title="A " + title + " Z")
    written = subject(made)
    assert str(composed(made)["Subject"]) == written
    assert written.startswith("[Baghdad attacks] A")
    assert written.endswith("— The Example")
    assert len(written) <= 200


@given(st.text(st.characters(), max_size=200))
@example("a..b")
@example("..")
def test_an_identifier_in_a_header_is_plain_and_its_own(identifier: str):
    plain = plain_id(identifier)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", plain)
    assert plain == identifier or len(plain) == 40


@given(HOSTILE)
def test_the_other_outlets_are_named_and_do_no_harm(name: str):
    rung = alert()
    others = (
        *rung.story.outlets,
        Outlet(domain="second.example", name=name, url="https://a.example/"),
    )
    story = replace(rung.story, outlets=others, outlet_count=2)
    mail = composed(AlertMessage.of(replace(rung, story=story), delivery()))
    assert mail.keys() == HEADERS
    assert "Also in 1 outlet:" in part(mail, "plain")
    assert page(mail).css("script") == []


def test_without_other_outlets_nothing_is_said_of_them():
    plain, html = (part(composed(), kind) for kind in ("plain", "html"))
    assert "Also in" not in plain
    assert "Also in" not in html


def test_the_other_outlets_stand_in_both_parts():
    rung = alert()
    other = Outlet(domain="second.example", name="The <Second>", url="https://second.example/")
    story = replace(rung.story, outlets=(*rung.story.outlets, other), outlet_count=30)
    mail = composed(AlertMessage.of(replace(rung, story=story), delivery()))
    plain, html = (part(mail, kind) for kind in ("plain", "html"))
    assert "Also in 29 outlets: The <Second> and 28 more" in plain
    assert "The &lt;Second&gt; and 28 more" in html


def test_the_line_beside_the_subject_is_the_first_passage_and_unseen_in_the_page():
    title = Passage(field="title", text=message().headline, highlights=())
    made = message(passages=(title, *message().passages))
    [hidden] = page(composed(made)).css("body > div:first-child")
    assert hidden.text().startswith("Two rockets landed near Baghdad airport before dawn.")
    assert "display:none" in (hidden.attributes["style"] or "")
    bare = page(composed(message(passages=(), standfirst=None)))
    assert bare.css("div[style*='display:none']") == []


class TestPictures:
    IMAGE = "https://images.example.org/rocket.jpg?size=2&crop=1"

    def test_a_picture_is_shown_where_the_channel_wants_it(self):
        made = message(image_url=self.IMAGE, image_caption='A "rocket" <engine>')
        [image] = page(composed(made, pictures=True)).css("img")
        assert image.attributes["src"] == self.IMAGE
        assert image.attributes["alt"] == 'A "rocket" <engine>'
        assert image.attributes["referrerpolicy"] == "no-referrer"

    def test_without_a_caption_the_headline_stands_for_it(self):
        [image] = page(composed(message(image_url=self.IMAGE), pictures=True)).css("img")
        assert image.attributes["alt"] == "Rockets land near Baghdad airport"

    @pytest.mark.parametrize(
        "url",
        [None, "", "http://images.example.org/a.jpg", "javascript:alert(1)", "data:image/png,x"],
    )
    def test_what_is_not_encrypted_or_no_link_is_not_loaded(self, url: str | None):
        assert page(composed(message(image_url=url), pictures=True)).css("img") == []

    def test_a_picture_is_not_loaded_unless_asked_for(self):
        assert page(composed(message(image_url=self.IMAGE))).css("img") == []


class TestContrast:
    """Every text against what is behind it, by WCAG 2.2, in the colours of either scheme."""

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_every_text_can_be_read(self, scheme: str):
        tree = page(composed(message(revised=True)))
        dark = _dark_colours(tree) if scheme == "dark" else {}
        looked_at = {
            (node.tag, _ratio(node, dark))
            for node in tree.css("p, b, h1, a, td, blockquote")
            if "display:none" not in (node.attributes.get("style") or "")
        }
        assert {tag for tag, _ in looked_at} == {"p", "b", "h1", "a", "td", "blockquote"}
        assert min(ratio for _, ratio in looked_at) >= 4.5

    def test_the_measure_is_that_of_the_standard(self):
        assert _contrast("#000000", "#ffffff") == pytest.approx(21)
        assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def _dark_colours(tree: HTMLParser) -> dict[str, dict[str, str]]:
    [sheet] = tree.css("style")
    rules = re.findall(r"\.([a-z]+) \{([^}]*)\}", sheet.text().split("dark) {")[1])
    return {name: dict(re.findall(r"([a-z-]+): (#[0-9a-f]{6})", body)) for name, body in rules}


def _ratio(node: Any, dark: dict[str, dict[str, str]]) -> float:
    return _contrast(
        *(_colour(node, name, dark) for name in ("color", "background-color")),
    )


def _colour(node: Any, name: str, dark: dict[str, dict[str, str]]) -> str:
    """The colour that the element has, or inherits."""
    while node is not None:
        for each in (node.attributes.get("class") or "").split():
            if name in dark.get(each, {}):
                return dark[each][name]
        style = node.attributes.get("style") or ""
        found = re.search(rf"(?:^|;){name}:(#[0-9a-f]{{6}})", style)
        if found:
            return found[1]
        node = node.parent
    raise AssertionError(f"nothing says {name}")


def _contrast(one: str, other: str) -> float:
    """The ratio of two colours (WCAG 2.2, "contrast ratio")."""
    light, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
