"""Files that commands read and write, and how what is wrong in them is told."""

import sys
from collections.abc import Sequence
from pathlib import Path

from scraper.errors import UsageError

MOST_SHOWN = 20  # problems; who has more of them sees from these what they are

Problem = tuple[str, str]  # its place, and what is wrong there


def file_name(file: Path) -> str:
    """How a file is called in messages; - is standard input."""
    return "standard input" if str(file) == "-" else str(file)


def file_bytes(file: Path) -> bytes:
    """What is in a file, or comes from standard input; UsageError says why it cannot be had."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file, or standard output for -; UsageError says why it cannot be written."""
    try:
        if str(file) == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None


def file_text(file: Path) -> str:
    """As text, which has to be UTF-8."""
    raw = file_bytes(file)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file_name(file)}:{line}: not UTF-8: save it as UTF-8") from None


def told(heading: str, problems: Sequence[Problem]) -> str:
    """Problems under a heading, a line each, and how many more there are."""
    lines = [f"{place}: {message}" for place, message in problems[:MOST_SHOWN]]
    if len(problems) > MOST_SHOWN:
        lines.append(f"… and {len(problems) - MOST_SHOWN} more")
    return "\n".join([heading, *lines])
