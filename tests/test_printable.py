"""Text from outside, in a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.printable import columns, pointed_at


@pytest.mark.parametrize(
    ("text", "position", "shown"),
    [
        ("Baghdad AND", 8, "  Baghdad AND\n          ^"),
        ("Baghdad AND", 11, "  Baghdad AND\n             ^"),
        ("", 0, "  \n  ^"),
        ("巴格达 AND", 4, "  巴格达 AND\n         ^"),
        ("one OR\ntwo AND\nthree", 11, "  two AND\n      ^"),
        ("a\tb\x1b[31m)", 8, "  a b[31m)\n         ^"),
        ("x" * 100 + "!" + "y" * 100, 100, f"  …{'x' * 60}!{'y' * 29}…\n  {' ' * 61}^"),
    ],
)
def test_a_place_is_pointed_at_in_its_line(text, position, shown):
    assert pointed_at(text, position) == shown


@given(st.text(), st.integers(0, 200))
def test_two_short_lines_come_of_any_text(text, position):
    first, second = pointed_at(text, min(position, len(text)), indent="").split("\n")
    assert second == " " * (len(second) - 1) + "^"
    assert columns(first) <= 2 * 92
    assert len(second) <= 2 * 62
