"""`tocsin match` and `tocsin cluster`: queries and copies on texts of one's own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from scraper.cli.groups import json_option
from scraper.cli.jsonl import Lines, json_objects, report_bad_lines
from scraper.cli.output import json_line, print_json, say
from scraper.dedupe import ClusterText
from scraper.dedupe import cluster as cluster_texts
from scraper.errors import QueryError, UsageError
from scraper.printable import printable
from scraper.watch import MatchText, Query, compile_query
from storage.records import Passage

NO_MATCH = 1
_JSONL = click.Path(path_type=Path, allow_dash=True, dir_okay=False)


@click.command()
@click.argument("query")
@click.argument("text", required=False, metavar="[FILE|-]", type=_JSONL)
@click.option(
    "--batch",
    type=_JSONL,
    metavar="IN.jsonl",
    help='Lines {"id", "title", "text", "lang"?, "source"?} to the ids that match, a line each.',
)
@click.option("--explain", is_flag=True, help="Show what of the query was found, and where.")
@click.option("--lang", metavar="L", help="The text's language, such as en or ar.")
@json_option
def match(
    query: str,
    text: Path | None,
    batch: Path | None,
    explain: bool,
    lang: str | None,
    as_json: bool,
) -> int:
    """Does this text match, and where? Exit code 0: yes, 1: no, 2: the query is wrong."""
    if text is not None and batch is not None:
        raise click.UsageError("name one text (FILE or -), or --batch IN.jsonl, not both")
    compiled = compiled_query(query)
    if batch is not None:
        return _match_batch(compiled, batch, lang)
    content = MatchText(title=None, standfirst=None, body=_read(text), language=lang, source=None)
    passages = compiled.match(content)
    if explain:
        click.echo(printable(compiled.explain(content)))
    elif as_json:
        print_json({"match": passages is not None, "passages": passages or ()})
    elif passages is not None:
        for passage in passages:
            click.echo(highlighted(passage))
    else:
        click.echo("no match")
    return NO_MATCH if passages is None else 0


def compiled_query(query: str) -> Query:
    """The query, or an error that points at what is wrong in it."""
    try:
        return compile_query(query)
    except QueryError as error:
        pointer = f"  {query}\n  {' ' * error.position}^"
        raise QueryError(
            f"{error}\n{pointer}\n{error.remedy}".rstrip(),
            position=error.position,
            remedy=error.remedy,
        ) from None


def _read(path: Path | None) -> str:
    try:
        raw = sys.stdin.buffer.read() if path is None or str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    return raw.decode("utf-8-sig", "replace")


def _match_batch(query: Query, batch: Path, lang: str | None) -> int:
    with json_objects(batch, required=("id",)) as lines:
        for line in lines:
            value = line.value
            text = MatchText(
                title=_text(value.get("title")),
                standfirst=_text(value.get("standfirst")),
                body=_text(value.get("text")) or "",
                language=_text(value.get("lang")) or lang,
                source=_text(value.get("source")),
            )
            if query.match(text) is not None:
                say(value["id"])
        return 1 if report_bad_lines(lines) else 0


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
    order in which they come: the first text of a story leads it.
    """
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


def _cluster_texts(lines: Lines) -> Iterator[ClusterText]:
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
