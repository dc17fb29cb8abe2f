"""The service's limits fit what runs in it."""

from configparser import ConfigParser
from pathlib import Path

from scraper.pipeline.sandbox import MEMORY

UNIT = Path(__file__).parents[2] / "config" / "systemd" / "tocsin.service"
PROCESSES = 2  # parsers at their limit, beside the daemon itself
DAEMON = 256 * 2**20  # bytes


def service() -> dict[str, str]:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(UNIT.read_text("utf-8"))
    return dict(unit["Service"])


def test_a_greedy_page_does_not_reach_the_limit_of_the_service():
    gibibytes = int(service()["MemoryMax"].removesuffix("G"))
    assert gibibytes * 2**30 >= PROCESSES * MEMORY + DAEMON


def test_a_parser_that_the_kernel_kills_does_not_end_the_service():
    assert service()["OOMPolicy"] == "continue"


def test_a_stop_is_told_to_the_daemon_alone():
    """Parsers that end before it are replaced, and told of as a failure, while it stops."""
    assert service()["KillMode"] == "mixed"
