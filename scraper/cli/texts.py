"""`tocsin match` and `tocsin cluster`: queries and copies on texts of one's own."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scraper.cli.groups import json_option, settings_option
from scraper.cli.jsonl import Lines, json_objects, report_bad_lines
from scraper.cli.known_lists import compiled_with_lists
from scraper.cli.output import json_line, print_json, say
from scraper.clock import SystemClock
from scraper.errors import UsageError
from scraper.printable import pointed_at, printable
from scraper.watch import MatchText, Query
from storage.records import Passage

if TYPE_CHECKING:
    from scraper.dedupe import ClusterText
    from scraper.watch.warnings import QueryWarning

NO_MATCH = 1
_JSONL = click.Path(path_type=Path, allow_dash=True, dir_okay=False)


@click.command()
@click.argument("query")
@click.argument("text", required=False, metavar="[FILE|-]", type=_JSONL)
@click.option(
    "--batch",
    type=_JSONL,
    metavar="IN.jsonl",
    help='Lines {"id", "title", "text", "lang"?, "source"?} to the ids that match, a line each.'
    " A line may have more of an article's fields: standfirst, authors, section, tags, url, kind,"
    " published_at, caption.",
)
@click.option("--explain", is_flag=True, help="Show what of the query was found, and where.")
@click.option("--lang", metavar="L", help="The text's language, such as en or ar.")
@click.option("--title", metavar="T", help="The text's headline.")
@click.option("--source", metavar="S", help="The name of its source.")
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="NAME=FILE",
    help="A list of terms, one a line, that the query names set:NAME.",
)
@settings_option
@json_option
def match(
    query: str,
    text: Path | None,
    batch: Path | None,
    explain: bool,
    lang: str | None,
    title: str | None,
    source: str | None,
    sets: tuple[str, ...],
    config: Path | None,
    as_json: bool,
) -> int:
    """Does this text match, and where? Exit code 0: yes, 1: no, 2: the query is wrong.

    Sets that the settings or the database have are known, too, if there are settings; none are
    needed.
    """
    if text is not None and batch is not None:
        raise click.UsageError("name one text (FILE or -), or --batch IN.jsonl, not both")
    compiled = compiled_with_lists(query, sets, config)
    warnings = compiled.warnings_at(SystemClock().now())
    if not as_json:
        _say_warnings(query, warnings)
    usual = MatchText(title=title, language=lang, source=source)
    if batch is not None:
        return _match_batch(compiled, batch, usual, as_json=as_json)
    content = replace(usual, body=_read(text))
    passages = compiled.match(content)
    if explain:
        click.echo(printable(compiled.explain(content)))
    elif as_json:
        found = {"match": passages is not None, "passages": passages or (), "warnings": warnings}
        print_json(found)
    elif passages is not None:
        for passage in passages:
            click.echo(highlighted(passage))
    else:
        click.echo("no match")
    return NO_MATCH if passages is None else 0


def _say_warnings(query: str, warnings: "Sequence[QueryWarning]") -> None:
    for warning in warnings:
        place = pointed_at(query, warning.position)
        click.echo(f"warning: {printable(warning.message)}\n{place}", err=True)
        say(warning.remedy, err=True)


def _read(path: Path | None) -> str:
    try:
        raw = sys.stdin.buffer.read() if path is None or str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    return raw.decode("utf-8-sig", "replace")


def _match_batch(query: Query, batch: Path, usual: MatchText, *, as_json: bool) -> int:
    with json_objects(batch, required=("id",)) as lines:
        for line in lines:
            try:
                text = _article(line.value, usual)
            except ValueError as error:
                lines.problems.append(f"{line.place}: {error}")
                continue
            passages = query.match(text)
            if passages is None:
                continue
            if as_json:
                click.echo(json_line({"id": line.value["id"], "passages": passages}))
            else:
                say(line.value["id"])
        return 1 if report_bad_lines(lines) else 0


def _article(value: Mapping[str, Any], usual: MatchText) -> MatchText:
    """What a line says of an article; what it does not say is as `usual`. ValueError: no time."""
    return MatchText(
        title=_text(value.get("title")) or usual.title,
        standfirst=_text(value.get("standfirst")),
        body=_text(value.get("text")) or _text(value.get("body")) or "",
        caption=_text(value.get("caption")) or _text(value.get("image_caption")),
        language=_text(value.get("lang")) or _text(value.get("language")) or usual.language,
        source=_text(value.get("source")) or usual.source,
        url=_text(value.get("url")),
        authors=_texts(value.get("authors") or value.get("author")),
        section=_text(value.get("section")),
        tags=_texts(value.get("tags")),
        kind=_text(value.get("kind")),
        published_at=_time(value.get("published_at")),
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _time(value: object) -> datetime | None:
    """A time in UTC; ValueError for what is none."""
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(str(value))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"published_at is no time in ISO 8601, such as 2026-01-31T18:00Z: {value!r}"
        ) from None


def highlighted(passage: Passage) -> str:
    """A passage for a terminal: what matched stands out, between stars where there is no colour."""
    parts, at = [], 0
    for start, end in passage.highlights:
        parts += [printable(passage.text[at:start]), _mark(printable(passage.text[start:end]))]
        at = end
    return f"{passage.field}: {''.join(parts)}{printable(passage.text[at:])}"


def _mark(text: str) -> str:
    if sys.stdout.isatty():
        return click.style(text, bold=True, fg="magenta")
    return f"*{text}*"


@click.command()
@click.argument("texts", metavar="IN.jsonl", type=_JSONL)
def cluster(texts: Path) -> int:
    """Which texts are copies, and which tell one story.

    Lines {"id", "title", "text", "lang"?, "date"?} to lines {"id", "story", "copy_of"}, in the
    order in which they come: the first text of a story leads it. Reports of one event are of one
    story, whether or not they copy one another. An answer rests on the lines before it alone.
    """
    from scraper.dedupe import cluster as cluster_texts  # noqa: PLC0415 - `match` does without

    with json_objects(texts, required=("id",)) as lines:
        for clustered in cluster_texts(_cluster_texts(lines)):
            click.echo(
                json_line(
                    {
                        "id": clustered.id,
                        "story": clustered.story,
                        "copy_of": clustered.copy_of,
                    }
                )
            )
        return 1 if report_bad_lines(lines) else 0


def _cluster_texts(lines: Lines) -> "Iterator[ClusterText]":
    from scraper.dedupe import ClusterText  # noqa: PLC0415 - as above

    for line in lines:
        value = line.value
        yield ClusterText(
            id=value["id"],
            title=_text(value.get("title")),
            text=_text(value.get("text")) or "",
            lang=_text(value.get("lang")),
            date=_text(value.get("date")),
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
