"""Sources as text that another Tocsin, a settings file or another program takes.

How a source wants to be visited (headers, cookies, a login) is left out: it may be secret. All else
`source_reading` reads back as it was; a property test holds the two together.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from scraper.discover import opml
from scraper.discover.opml import Outline
from scraper.printable import printable_json
from scraper.settings.units import format_duration
from scraper.settings.watch_writing import toml_string
from storage.records import Source, SourceKind

_KINDS: Final = {
    SourceKind.SITEMAP: "sitemap",
    SourceKind.SITEMAP_INDEX: "sitemap",
    SourceKind.INDEX_PAGE: "page",
}
"""What is no feed is called so, and other programs do not take it for one."""


def toml(sources: Iterable[Source]) -> str:
    """[[source]] tables for a settings file; paused ones stand there as comments."""
    return "\n".join(map(_table, sources))


def json_lines(sources: Iterable[Source]) -> str:
    """A JSON object a line."""
    return "".join(
        printable_json(json.dumps(_values(each), ensure_ascii=False)) + "\n" for each in sources
    )


def as_opml(sources: Iterable[Source]) -> str:
    """An OPML list, in folders by the first tag."""
    outlines = [
        Outline(
            url=each.url,
            name=each.name,
            tags=each.tags,
            every=None if each.every is None else format_duration(each.every),
            paused=each.paused,
            kind="rss" if each.kind is None else _KINDS.get(each.kind, "rss"),
        )
        for each in sources
    ]
    return opml.write(outlines, title="Sources of Tocsin")


WRITERS: Final = {"opml": as_opml, "toml": toml, "json": json_lines}


def _values(source: Source) -> dict[str, Any]:
    """The source by the keys of the settings file."""
    return {
        "name": source.name,
        "url": source.url,
        "every": None if source.every is None else format_duration(source.every),
        "tags": list(source.tags),
        "paused": source.paused,
    }


def _table(source: Source) -> str:
    values = _values(source)
    lines = ["[[source]]", f"name = {toml_string(source.name)}", f"url = {toml_string(source.url)}"]
    if values["every"] is not None:
        lines.append(f"every = {toml_string(values['every'])}")
    if source.tags:
        lines.append(f"tags = [{', '.join(map(toml_string, source.tags))}]")
    text = "\n".join(lines) + "\n"
    if not source.paused:
        return text
    return "# This one is paused.\n" + re.sub(r"^", "# ", text[:-1], flags=re.MULTILINE) + "\n"
