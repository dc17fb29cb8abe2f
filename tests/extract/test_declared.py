"""Where blocks stand relative to the text that JSON-LD declares."""

import time

from scraper.extract.declared import Declared
from scraper.extract.outline import Block, Box, Outline
from scraper.extract.regions import Page, Reading

LINES = [
    "The council met until midnight and put off the vote on the bridge until the autumn.",
    "Engineers want another summer of measurements, which the treasurer has no money for.",
    "An advertisement of some length, which offers the reader a journey to the south.",
    "Nobody spoke against the bridge itself, and its friends left the hall in good cheer.",
    "The next meeting is in June, and the public may come to it for the first time.",
]


def reading(lines: list[str]) -> Reading:
    found = Outline()
    box = Box("div", None, 0, 0)
    box.end = len(lines)
    found.boxes.append(box)
    found.blocks += [Block(line, box, number, 0, 0) for number, line in enumerate(lines)]
    return Reading(found, Page())


def verdicts(declared: str, lines: list[str]) -> list[float]:
    read = reading(lines)
    held = Declared(declared, read)
    return [held.holds(block) for block in read.blocks]


def test_what_stands_among_declared_paragraphs_is_told_from_what_comes_after():
    declared = f"<p>{LINES[0]}</p>{LINES[1]} {LINES[3]}"
    assert verdicts(declared, LINES) == [1.0, 1.0, -3.0, 1.0, -1.0]


def test_what_comes_before_is_told():
    assert verdicts(" ".join(LINES[1:]), LINES)[0] == -2.0


def test_a_declared_text_that_the_page_does_not_show_tells_nothing():
    assert verdicts("A text about other things altogether. " * 10, LINES) == [0.0] * 5


def test_much_text_declared_for_many_blocks_takes_no_time():
    lines = ["a" * 100] * 4 + ["a" * 30 + "b" + "a" * 50] * 1_500
    read = reading(lines)
    started = time.process_time()
    held = Declared("a" * 1_900_000, read)
    found = [held.holds(block) for block in read.blocks]
    assert time.process_time() - started < 2.0
    assert found[:4] == [1.0] * 4
    assert set(found[4:]) == {-1.0}


def test_a_teaser_tells_nothing():
    assert verdicts(LINES[0], LINES) == [0.0] * 5
