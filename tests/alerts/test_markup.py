import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts.markup import Markup, fitted, utf8_bytes, utf16_units
from scraper.alerts.message import Segment
from tests.alerts.chats import hostile

HTML = Markup(escape=html.escape, hit=("<b>", "</b>"), size=utf8_bytes)
segments = st.lists(st.builds(Segment, text=hostile, hit=st.booleans()), max_size=6)


def plain(text: str) -> tuple[Segment, ...]:
    return (Segment(text, hit=False),)


def test_what_has_room_is_left_whole():
    text = [Segment("Two ", hit=False), Segment("rockets", hit=True), Segment(" & more", hit=False)]
    assert HTML.fit(text, 100) == "Two <b>rockets</b> &amp; more"


@pytest.mark.parametrize(
    ("text", "room", "cut"),
    [
        ("It rang. Then it rang again.", 15, "It rang. …"),
        ('He said "stop." Nobody did, so far.', 24, 'He said "stop." …'),
        ("One very long sentence goes on", 16, "One very long…"),
        ("Onewordwithoutanyspace", 10, "Onewordwi…"),
        ("警报响了。然后又响了一次了吗。", 10, "警报响了。 …"),
        ("دوّت صفارات الإنذار؟ ثم صمتت المدينة", 28, "دوّت صفارات الإنذار؟ …"),
        ("3.14 is no end of a sentence", 12, "3.14 is no…"),
        ("abc", 0, ""),
        ("", 0, ""),
    ],
)
def test_it_ends_with_a_sentence_or_a_word(text: str, room: int, cut: str):
    assert Markup().fit(text, room) == cut


def test_an_accent_stays_with_its_letter():
    assert Markup().fit("aaaae\u0301bbbb", 6) == "aaaa…"


def test_a_cut_within_what_matched_keeps_the_mark_closed():
    assert HTML.fit([Segment("rockets over Baghdad", hit=True)], 20) == "<b>rockets</b>…"


@given(segments, st.integers(0, 700))
def test_the_limit_holds_and_no_escape_or_tag_is_cut(parts: list[Segment], room: int):
    written = HTML.fit(parts, room)
    assert utf8_bytes(written) <= room
    assert written.count("<b>") == written.count("</b>")
    bare = re.sub(r"</?b>", "", written)
    assert not re.search(r"[<>\"']", bare)
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", bare)
    whole = "".join(each.text for each in parts)
    kept = html.unescape(bare)
    assert kept in {whole, ""} or whole.startswith(kept.removesuffix("…").rstrip())


@given(segments, st.integers(0, 700))
def test_hits_stay_hits(parts: list[Segment], room: int):
    kept = fitted(parts, room, lambda some: sum(len(each.text) for each in some))
    for before, after in zip(parts, kept, strict=False):
        if after.text not in {"…", " …"}:
            assert before.hit == after.hit
            assert before.text.startswith(after.text)


@given(st.text(max_size=50))
def test_utf16_is_counted(text: str):
    assert utf16_units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
