from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts.message import (
    LONGEST_PASSAGE,
    MOST_PASSAGES,
    AlertMessage,
    Event,
    Segment,
    clip,
    ordered_highlights,
    segments,
)
from storage.records import Passage
from tests.alerts.samples import PASSAGE, alert, delivery, message

HIGHLIGHTS = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=6).map(tuple)
PASSAGES = st.builds(
    Passage,
    field=st.just("body"),
    text=st.text(st.characters(), max_size=50),
    highlights=HIGHLIGHTS,
)


def test_a_message_is_made_of_an_alert_and_its_delivery():
    made = AlertMessage.of(alert(), delivery("d-9", channel="soc"))
    assert (made.delivery_id, made.channel) == ("d-9", "soc")
    assert made.event is Event.MATCHED
    assert made.headline == "Rockets land near Baghdad airport"
    assert made.link == "https://news.example.org/world/baghdad-rockets"


@pytest.mark.parametrize(
    ("names", "outlet"),
    [
        ({"site_name": "Site", "publisher": "Publisher"}, "Site"),
        ({"site_name": None, "publisher": "Publisher"}, "Publisher"),
        ({"site_name": " \n ", "publisher": None}, "Example feed"),
        ({"site_name": None, "source_name": None}, "news.example.org"),
        ({"site_name": None, "source_name": None, "url": "mailto:x"}, "unknown outlet"),
    ],
)
def test_the_outlet_is_the_best_name_there_is(names: dict[str, Any], outlet: str):
    assert message(**names).outlet == outlet


def test_without_a_title_the_link_stands_for_it():
    assert message(title="\u202e\n").headline == "https://news.example.org/world/baghdad-rockets"


def test_a_passage_is_parted_into_hits_and_the_rest():
    assert segments(PASSAGE) == (
        Segment("Two ", hit=False),
        Segment("rockets", hit=True),
        Segment(" landed near ", hit=False),
        Segment("Baghdad", hit=True),
        Segment(" airport before dawn.", hit=False),
    )


def test_highlights_out_of_order_and_out_of_range_are_put_right():
    passage = Passage(field="body", text="abcdef", highlights=((4, 99), (-3, 1), (1, 2), (5, 3)))
    assert ordered_highlights(passage) == ((0, 2), (4, 6))


@given(PASSAGES)
def test_segments_hold_the_whole_text_and_alternate(passage: Passage):
    parts = segments(passage)
    shown = "".join(part.text for part in parts)
    assert shown == "".join(part.text for part in segments(replace(passage, highlights=())))
    assert all(part.text for part in parts)
    assert all(one.hit != other.hit for one, other in pairwise(parts))


@given(PASSAGES, st.integers(5, 60))
def test_a_clipped_passage_marks_the_same_words(passage: Passage, limit: int):
    clipped = clip(passage, limit=limit)
    assert len(clipped.text) <= max(limit, 0)
    for start, end in clipped.highlights:
        assert 0 <= start < end <= len(clipped.text)
        assert clipped.text[start:end] in passage.text


def test_a_long_passage_is_cut_around_what_matched():
    text = "x " * 2000 + "Baghdad" + " y" * 2000
    passage = Passage(field="body", text=text, highlights=((4000, 4007),))
    clipped = clip(passage)
    assert len(clipped.text) <= LONGEST_PASSAGE
    [(start, end)] = clipped.highlights
    assert clipped.text[start:end] == "Baghdad"
    assert clipped.text.startswith("…")
    assert clipped.text.endswith("…")


def test_there_are_only_so_many_passages():
    assert len(message(passages=(PASSAGE,) * 500).passages) == MOST_PASSAGES
