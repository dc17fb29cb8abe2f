"""`tocsin article diff`: what an edit changed, word by word."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import click

from scraper.cli.groups import NUMBER, json_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import moment, plain, print_fields, print_json
from scraper.dedupe import added
from scraper.dedupe.changes import FIELDS
from scraper.pipeline.versions import Version, chosen, versions
from scraper.printable import printable
from scraper.text.diff import Kind, Piece, pieces
from storage.records import StoredArticle

_BREAK: Final = re.compile(r"(?<=\n)\s*\n")
_SKIPPED: Final = "…"


@click.command("diff")
@click.argument("article_id", metavar="ID", type=NUMBER)
@click.argument("old", metavar="[FROM]", required=False, type=NUMBER)
@click.argument("new", metavar="[TO]", required=False, type=NUMBER)
@settings_option
@json_option
def diff(
    *, article_id: int, old: int | None, new: int | None, config: Path | None, as_json: bool
) -> None:
    """Show what was changed in an article, word by word.

    FROM and TO number its texts, the first is 1; else the last two are compared. What was taken out
    stands in [-…-], what was put in in {+…+}; paragraphs that are the same are left out.
    """
    with opened(config) as database, database.read() as unit:
        stored = found(unit.articles.get(article_id), "article", str(article_id))
        kept = versions(stored, unit.articles.revisions(article_id))
    before, after = chosen(kept, article_id, old, new)
    changes = {
        field: pieces(getattr(before.text, field) or "", getattr(after.text, field) or "")
        for field in FIELDS
    }
    if as_json:
        print_json(_as_json(stored, before, after, changes))
        return
    print_fields(
        {
            "article": stored.article.title or stored.article.url,
            "from": f"text {before.number}, seen {moment(before.seen_at)}",
            "to": f"text {after.number}, seen {moment(after.seen_at)}",
        }
    )
    changed = {field: each for field, each in changes.items() if _is_changed(each)}
    for field, each in changed.items():
        click.echo(f"\n{click.style(field, bold=True)}")
        for line in _lines(each):
            click.echo(line)
    if not changed:
        click.echo("\nThe words are the same.")


def _as_json(
    stored: StoredArticle, before: Version, after: Version, changes: dict[str, list[Piece]]
) -> dict[str, Any]:
    language = stored.article.language
    return {
        "article_id": stored.id,
        "from": {"number": before.number, "seen_at": plain(before.seen_at)},
        "to": {"number": after.number, "seen_at": plain(after.seen_at)},
        "changes": {
            field: [{"kind": piece.kind.value, "text": piece.text} for piece in each]
            for field, each in changes.items()
            if _is_changed(each)
        },
        "added": [
            {"field": each.field, "text": each.text}
            for each in added(after.text, [before.text], language)
        ],
    }


def _is_changed(each: Iterable[Piece]) -> bool:
    return any(piece.kind is not Kind.SAME for piece in each)


def _lines(each: Iterable[Piece]) -> Iterator[str]:
    """The paragraphs with a change, a line each; for a row of others one sign."""
    for is_changed, some in groupby(_paragraphs(each), _is_changed):
        if is_changed:
            yield from ("".join(map(_shown, paragraph)).strip() for paragraph in some)
        else:
            yield click.style(_SKIPPED, dim=True)


def _paragraphs(each: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces, parted again where paragraphs end."""
    found: list[list[Piece]] = [[]]
    for piece in each:
        first, *others = _BREAK.split(piece.text)
        found[-1].append(Piece(piece.kind, first))
        found += [[Piece(piece.kind, text)] for text in others]
    kept = ([piece for piece in paragraph if piece.text.strip()] for paragraph in found)
    return [paragraph for paragraph in kept if paragraph]


def _shown(piece: Piece) -> str:
    text = " ".join(printable(piece.text).split())
    space = " " if piece.text[-1:].isspace() else ""
    if piece.kind is Kind.REMOVED:
        return click.style(f"[-{text}-]", fg="red") + space
    if piece.kind is Kind.ADDED:
        return click.style(f"{{+{text}+}}", fg="green") + space
    return text + space
