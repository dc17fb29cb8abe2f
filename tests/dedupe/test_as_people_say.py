"""Short items, live blogs, corrections and quotations: what a person would call a copy."""

from itertools import pairwise

import pytest

from scraper.dedupe import ClusterText, cluster
from tests.dedupe import wire

PARTS = wire.paragraphs(wire.WIRE)
POSTS = [
    "09.10 The harbour office says that the wreck has shifted by two metres since dawn.",
    "09.40 A second tug has left Brenvik; its master hopes to be alongside before noon.",
    "10.05 Schools on the island stay open, the council writes, though the bus is late.",
    "10.30 The ferry company answers its telephone again after an hour of silence.",
    "11.00 Anglers at the mole report a film of oil no wider than a rowing boat.",
    "11.20 The minister for transport will speak in the assembly at three in the afternoon.",
]
SHORT = "Police in {} closed the {} bridge for two hours on {} after a lorry lost its load of {}."


def originals(*texts: str) -> list[str | None]:
    """Which text, a letter for each, every one of them copies."""
    named = zip("abcdefghij", texts, strict=False)
    return [found.copy_of for found in cluster(ClusterText(id=id_, text=t) for id_, t in named)]


def test_a_correction_is_the_same_article():
    corrected = wire.join([wire.WIRE.replace("all 212", "all 221"), "Correction: 221, not 212."])
    assert originals(wire.WIRE, corrected) == [None, "a"]


def test_a_short_item_is_copied_word_for_word_only():
    one = SHORT.format("Kaldholm", "eastern", "Monday", "herring")
    two = SHORT.format("Brenvik", "railway", "Friday", "gravel")
    assert originals(one, two, one.upper()) == [None, None, "a"]


def test_a_live_blog_that_grew_is_the_same_live_blog():
    early, late = wire.join(POSTS[:4]), wire.join(POSTS[::-1])
    assert originals(early, late) == [None, "a"]


def test_a_live_blog_that_takes_up_two_paragraphs_of_the_wire_is_none_of_it():
    blog = wire.join([*POSTS, *PARTS[2:3], *wire.paragraphs(wire.BUDGET)])
    assert originals(wire.WIRE, blog) == [None, None]


@pytest.mark.parametrize("quoted", [2, 4])
def test_reports_that_quote_the_same_words_are_no_copies_of_one_another(quoted):
    reports = [
        wire.join([*wire.paragraphs(text)[:2], PARTS[quoted], *wire.paragraphs(text)[2:]])
        for text in (wire.REPORT, wire.BUDGET, wire.ELECTION)
    ]
    for one, two in pairwise(reports):
        assert originals(one, two) == [None, None]
