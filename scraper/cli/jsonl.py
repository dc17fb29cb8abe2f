"""JSON Lines, read with the place of every line, so that a bad one can be named."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from scraper.cli.output import say
from scraper.errors import UsageError


@dataclass(frozen=True, slots=True)
class Line:
    """A JSON object and where it stands."""

    place: str
    value: dict[str, Any]


@dataclass(slots=True)
class Lines:
    """The good lines, in order; the bad ones are gathered in `problems` as they are met."""

    name: str
    stream: IO[bytes]
    required: Sequence[str]
    problems: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Line]:
        for number, raw in enumerate(self.stream, start=1):
            if not raw.strip():
                continue
            place = f"{self.name}:{number}"
            try:
                value = json.loads(raw)
            except (ValueError, RecursionError) as error:
                self.problems.append(f"{place}: not JSON: {error}")
                continue
            if not isinstance(value, dict):
                self.problems.append(f"{place}: not a JSON object")
            elif missing := [key for key in self.required if value.get(key) is None]:
                self.problems.append(f"{place}: lacks {', '.join(missing)}")
            else:
                yield Line(place, value)


@contextmanager
def json_objects(path: Path, *, required: Sequence[str]) -> Iterator[Lines]:
    """The objects of a file, or of standard input for "-"."""
    if str(path) == "-":
        yield Lines("standard input", sys.stdin.buffer, required)
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    with stream:
        yield Lines(str(path), stream, required)


def report_bad_lines(lines: Lines) -> int:
    """Say which lines were passed over; how many."""
    for problem in lines.problems:
        say(f"{problem}; passed over", err=True)
    return len(lines.problems)
