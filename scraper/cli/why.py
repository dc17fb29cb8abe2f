"""`tocsin article why`: what put an article into its story."""

from pathlib import Path
from typing import Any

import click

from scraper.cli.groups import NUMBER, json_option, settings_option
from scraper.cli.opening import found, opened
from scraper.cli.output import plain, print_fields, print_json
from scraper.pipeline.why import Why, explain
from scraper.printable import printable
from storage.records import Belonging

_SAID = {
    Belonging.LEAD: "it was like nothing before it",
    Belonging.COPY: "it has the text of another article",
    Belonging.REWRITE: "it shares much of the text of another article",
    Belonging.EVENT: "it reports the same event in words of its own",
    Belonging.HAND: "a person said so",
}


@click.command("why")
@click.argument("article_id", metavar="ID", type=NUMBER)
@settings_option
@json_option
def why(article_id: int, config: Path | None, as_json: bool) -> None:
    """Say why an article is in its story.

    Which article it was compared with, how much of their texts is the same, which passages are and
    which are not, and by which words they are alike. Words are cut to the letters that count.
    """
    with opened(config) as database, database.read() as unit:
        told = explain(unit, found(unit.articles.get(article_id), "article", str(article_id)))
    if as_json:
        print_json(_as_json(told))
        return
    print_fields(_fields(told))
    if told.passages is not None:
        _show("the same in both", told.passages.shared)
        _show("only in this one", told.passages.only_here)
        _show("only in the other", told.passages.only_there)


def _fields(told: Why) -> dict[str, object]:
    decision, other, overlap = told.decision, told.other, told.overlap
    fields: dict[str, object] = {
        "article": f"{told.article.id} {told.article.article.title or ''}".strip(),
        "story": f"{told.story.id} {told.story.title or ''}".strip(),
        "why": _SAID[decision.kind] if decision else "it was stored before reasons were kept",
        "decided": decision.decided_at if decision else None,
    }
    if other is not None:
        fields["compared with"] = f"{other.id} {other.article.title or ''}".strip()
    if decision is not None and decision.score:
        fields["alike"] = f"{100 * decision.score:.0f} %"
    if overlap is not None:
        fields["text shared"] = (
            f"{100 * overlap.here:.0f} % of this one, {100 * overlap.there:.0f} % of the other"
        )
    if told.words:
        fields["words shared"] = ", ".join(word for word, _ in told.words)
    for story, score in (decision.evidence or {}).get("near", []) if decision else []:
        fields[f"less like story {story}"] = f"{100 * score:.0f} % on average"
    if decision and decision.evidence and "from" in decision.evidence:
        fields["was in story"] = decision.evidence["from"]
        if by := decision.evidence.get("by"):
            fields["moved when"] = f"article {by} came"
    return fields


def _show(heading: str, passages: tuple[str, ...]) -> None:
    if passages:
        click.echo(f"\n{heading}:")
    for passage in passages:
        click.echo(f"  {printable(passage)}")


def _as_json(told: Why) -> dict[str, Any]:
    return {
        "article_id": told.article.id,
        "story_id": told.story.id,
        "copy_of": told.article.copy_of,
        "decision": plain(told.decision),
        "compared_with": told.other.id if told.other else None,
        "overlap": plain(told.overlap),
        "words": [{"word": word, "weight": weight} for word, weight in told.words],
        "passages": plain(told.passages),
    }
