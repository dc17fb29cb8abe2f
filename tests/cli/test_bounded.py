"""A page that hangs or swallows memory is an error of that page alone."""

import signal

import pytest

from scraper.cli import bounded as module
from scraper.cli.bounded import bounded
from scraper.errors import ExtractError


def hang():
    while True:
        pass


def hang_carelessly():
    try:
        hang()
    except Exception:  # noqa: BLE001 - what a careless reader would write
        pytest.fail("caught on the way")


@pytest.mark.parametrize("read", [hang, hang_carelessly])
def test_what_takes_too_long_is_interrupted(monkeypatch, read):
    monkeypatch.setattr(module, "TIMEOUT", 0.02)
    with pytest.raises(ExtractError, match="longer than"), bounded():
        read()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_too_much_memory_is_an_error_of_the_page():
    with pytest.raises(ExtractError, match="memory"), bounded():
        bytearray(4 * 2**30)


def test_what_is_soon_done_is_left_alone():
    with bounded():
        found = sum(range(10))
    assert found == 45
