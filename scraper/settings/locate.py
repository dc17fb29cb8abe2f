"""Which line of a TOML text holds which key, so that an error can name it.

`tomllib` gives values without places. This reads just enough of TOML to know where keys stand:
table headers, array-of-table headers, and the keys at the start of lines outside of multi-line
strings and arrays. It is used only to word messages; a key that it does not find is reported at
its table's line.
"""

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_ARRAY = re.compile(rf"\s*\[\[\s*({_DOTTED})\s*\]\]")
_ASSIGN = re.compile(rf"\s*({_DOTTED})\s*=")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' r"'''.*?'''|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'|#[^\n]*", re.DOTALL
)


def key_lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every key and table header in a TOML text."""
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    prefix: Path = ()
    depth = 0
    masked = _mask(text)
    for number, (line, bare) in enumerate(
        zip(text.split("\n"), masked.split("\n"), strict=True), start=1
    ):
        if depth == 0 and bare.strip():
            if found := _ARRAY.match(line):
                table = _resolve(_parts(found[1]), counts)
                index = counts.get(table, -1) + 1
                counts[table] = index
                prefix = (*table, index)
                lines.setdefault(table, number)
                lines[prefix] = number
                continue
            if found := _TABLE.match(line):
                prefix = _resolve(_parts(found[1]), counts)
                lines.setdefault(prefix, number)
                continue
            if found := _ASSIGN.match(line):
                lines.setdefault((*prefix, *_parts(found[1])), number)
        depth = max(0, depth + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}")))
    return lines


def line_of(lines: dict[Path, int], path: Sequence[str | int]) -> int:
    """The line of a key, or of the nearest table around it."""
    key = tuple(path)
    while key not in lines:
        key = key[:-1]
    return lines[key]


def _mask(text: str) -> str:
    """The text with strings and comments made unreadable, line breaks kept.

    What spans lines becomes blank: none of its lines may be taken for a header or a key.
    """

    def veil(found: re.Match[str]) -> str:
        spans_lines = found[0].startswith(('"""', "'''"))
        return re.sub(r"[^\n]", " " if spans_lines else "x", found[0])

    return _STRING.sub(veil, text)


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_KEY, dotted))


def _resolve(parts: Sequence[str], counts: dict[Path, int]) -> Path:
    """A header's path: a name that is an array of tables stands for its latest table."""
    path: Path = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if position < len(parts) - 1 and path in counts:
            path = (*path, counts[path])
    return path
