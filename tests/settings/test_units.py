"""Durations and sizes read as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.settings import format_duration, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("1s", 1),
        ("250ms", 0.25),
        ("1.5h", 5400),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("2D", 172800),
        ("1w", 604800),
    ],
)
def test_durations_are_read(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "10", "s", "-1s", "1x", "1s!", "ten minutes", "1e3s", "99999d"]
)
def test_what_is_no_duration_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"duration"):
        parse_duration(text)


@given(st.integers(0, 10**12))
def test_a_written_duration_reads_back(milliseconds):
    duration = min(timedelta(milliseconds=milliseconds), timedelta(days=3650))
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("text", "size"), [("10MB", 10_000_000), ("512 KiB", 524_288), ("7", 7), ("1gb", 10**9)]
)
def test_sizes_are_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "1.5MB", "-1", "10 bytes"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match=r"size"):
        parse_size(text)
