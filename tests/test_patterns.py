"""Groups repeated possessively match as those that are not, whichever Python 3.11 it is.

In 3.11.2, Debian's, such a group loses its place where what it repeats fails half-way: `(?:ab)*+`
ends behind the last "a" of "aba". So the place must be the same with the possession taken away.
"""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
POSSESSIVE = re.compile(r"(?<=\))([*+?]|\{[\d,]*\})\+")


def patterns() -> Iterator[Any]:
    for file in sorted((ROOT / "scraper").rglob("*.py")):
        if not POSSESSIVE.search(file.read_text(encoding="utf-8")):
            continue
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for key, found in vars(importlib.import_module(name)).items():
            if isinstance(found, re.Pattern) and POSSESSIVE.search(as_text(found.pattern)):
                yield pytest.param(found, id=f"{name}.{key}")


def as_text(pattern: Any) -> str:
    return pattern.decode("latin-1") if isinstance(pattern, bytes) else str(pattern)


def without_possession(pattern: Any) -> Any:
    plain = POSSESSIVE.sub(r"\1", as_text(pattern.pattern))
    if isinstance(pattern.pattern, bytes):
        return re.compile(plain.encode("latin-1"), pattern.flags)
    return re.compile(plain, pattern.flags)


PIECES = st.sampled_from([*"ab1 =<>/\\\"';,\n", "<a ", "</b", ";rel=", '"c"', "'d'", "b=c", "e = "])


@pytest.mark.parametrize("pattern", list(patterns()))
@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_group_repeated_possessively_keeps_its_place(pattern: Any, text: str):
    plain = without_possession(pattern)
    page = text.encode() if isinstance(pattern.pattern, bytes) else text
    assert [(m.span(), m.groups()) for m in pattern.finditer(page)] == [
        (m.span(), m.groups()) for m in plain.finditer(page)
    ]


def test_there_are_such_groups():
    assert len(list(patterns())) > 2
