"""The body laid over its page: on a terminal, as JSON, and as an HTML file that stands alone."""

import base64
import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scraper.cli.output import (
    NO_ADDRESS,
    fields_of,
    moment,
    plain,
    print_fields,
    print_json,
)
from scraper.errors import UsageError
from scraper.extract import Extraction
from scraper.extract.overlay import LaidBlock, Stretch, lay, stretches
from scraper.printable import columns, printable
from storage.records import Article

F = TypeVar("F", bound=Callable[..., Any])

_TEMPLATES: Final = Path(__file__).parent / "templates"
_WIDEST: Final = 100  # columns of text on a terminal: longer lines are hard to read
_BAR: Final = "\N{LEFT HALF BLOCK} "
_MARK: Final = b'content="tocsin: the body over its page"'  # tells our own files from others
_LONGEST: Final = 20_000  # characters of a block in the file: enough for any paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An extraction, and the page it was read from."""

    extraction: Extraction
    blocks: Sequence[LaidBlock]

    @classmethod
    def of(cls, extraction: Extraction, html: bytes, headers: Mapping[str, str]) -> "Explained":
        """`html` and `headers` are those that the extraction was read from."""
        return cls(extraction=extraction, blocks=lay(extraction, html, headers))

    @property
    def taken(self) -> int:
        """How many of the page's blocks are the body's."""
        return sum(block.kept for block in self.blocks)


def named_fields(article: Article) -> Iterator[tuple[str, object]]:
    """The fields of an article by name, times in the reader's own zone."""
    for name in Article.__dataclass_fields__:
        value = getattr(article, name)
        if value == NO_ADDRESS:
            continue
        yield name, moment(value) if name.endswith("_at") else value


def _as_json(explained: Explained) -> dict[str, Any]:
    """What `--explain` adds to the fields."""
    return {
        "evidence": plain(explained.extraction.evidence),
        "blocks": [
            {
                "text": block.text,
                "kept": block.kept,
                "reason": block.reason,
                "place": block.place,
                "score": block.score,
            }
            for block in explained.blocks
        ],
    }


def overlay_option(command: F) -> F:
    """`--overlay FILE.html`."""
    return click.option(
        "--overlay",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE.html",
        help="Write a page to look at, with the body laid over the page.",
    )(command)


def show_explained(explained: Explained, *, as_json: bool) -> None:
    """Print the fields, where each was found, and the page's blocks."""
    extraction, evidence = explained.extraction, explained.extraction.evidence
    if as_json:
        print_json(fields_of(extraction.article) | _as_json(explained))
        return
    print_fields(
        {
            name: _cell(value) + (f"   ← {evidence[name]}" if name in evidence else "")
            for name, value in named_fields(extraction.article)
            if value not in (None, (), "") and name != "body"
        }
    )
    click.echo()
    show_blocks(explained)


# On a terminal.


def show_blocks(explained: Explained) -> None:
    """Print the page's blocks in reading order; what is left out dim, long stretches folded."""
    width = _WIDEST
    if sys.stdout.isatty():
        width = min(width, shutil.get_terminal_size().columns)
    heading = f"The page: {explained.taken} of its {len(explained.blocks)} blocks are the body"
    evidence = explained.extraction.evidence.get("body", "nothing found")
    click.echo(f"{click.style(heading, bold=True)}   ← {printable(evidence)}\n")
    for stretch in stretches(explained.blocks):
        for line in _lines(stretch, max(width, 40)):
            click.echo(line)


def _lines(stretch: Stretch, width: int) -> Iterator[str]:
    room = width - len(_BAR)
    if stretch.folded:
        words = f"… {len(stretch.blocks)} blocks left out: {stretch.reasons()}"
        for line in wrapped(words, room):
            yield "  " + click.style(line, dim=True)
        yield ""
        return
    for block in stretch.blocks:
        if block.kept:
            for line in wrapped(printable(block.text), room):
                yield click.style(_BAR, fg="green", bold=True) + line
        else:
            why = f"[{_why(block)}]"
            text = _cut(printable(block.text), room - columns(why) - 1)
            yield "  " + click.style(f"{text} {why}", dim=True)
        yield ""


def wrapped(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most so many columns; what has no spaces is broken anywhere."""
    line, used = "", 0
    for word in text.split():
        size = columns(word)
        if line and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            yield line
        while size > width:
            piece = _fitting(word, width)
            yield piece
            word = word[len(piece) :]  # noqa: PLW2901 - the rest of it
            size = columns(word)
        line, used = word, size
    if line:
        yield line


def _fitting(text: str, width: int) -> str:
    """As much of the beginning as fits, but a character at least."""
    used = 0
    for at, character in enumerate(text):
        used += columns(character)
        if used > width and at:
            return text[:at]
    return text


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split())
    if columns(text) <= width:
        return text
    return f"{_fitting(text, max(width, 10) - 1)}…"


def _why(block: LaidBlock) -> str:
    """The reason in short, with what the forest gave and what the boxes are called."""
    words = str(block.reason or "")
    if block.place is not None and block.place != words:
        words += f", among: {block.place}"
    return words if block.score is None else f"{words}, {block.score:.0%}"


# As a file.


def write_page(explained: Explained, file: Path) -> None:
    """Write the HTML file. UsageError where it cannot be written, or is something else by now."""
    if file.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(f"{file}: name a file that ends in .html")
    try:
        if file.exists() and _MARK not in file.read_bytes()[:1_000]:
            raise UsageError(f"{file}: is there already, and no page of this kind: name another")
        file.write_text(page(explained), "utf-8")
    except (OSError, ValueError) as error:  # ValueError: a name with a null character in it
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{file}: {reason}") from None


def page(explained: Explained) -> str:
    """One HTML page that loads nothing and runs nothing: all it holds came from outside.

    Its policy (CSP) allows its own style and nothing else, every text is escaped, and no address is
    a link.
    """
    article = explained.extraction.article
    style = (_TEMPLATES / "overlay.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("overlay.html")
        .render(
            title=printable(article.title or article.url),
            url=printable(article.url),
            language=article.language,
            style=style,
            style_hash=f"sha256-{digest}",
            fields=list(_field_lines(explained.extraction)),
            taken=explained.taken,
            total=len(explained.blocks),
            stretches=[
                {
                    "folded": stretch.folded,
                    "reasons": stretch.reasons(),
                    "blocks": [
                        {
                            "kept": block.kept,
                            "text": printable(block.text[:_LONGEST]),
                            "why": printable(_why(block)),
                        }
                        for block in stretch.blocks
                    ],
                }
                for stretch in stretches(explained.blocks)
            ],
        )
    )


def _field_lines(extraction: Extraction) -> Iterator[tuple[str, str, str | None]]:
    for name, value in fields_of(extraction.article).items():
        evidence = extraction.evidence.get(name)
        if name == "body":
            value = f"{len(extraction.article.body)} characters"  # noqa: PLW2901 - it stands beside
        if value in (None, "", []):
            continue
        yield name.replace("_", " "), printable(_cell(value)), evidence and printable(evidence)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
