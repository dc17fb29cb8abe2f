"""The `Link` header (RFC 8288), in time that grows with its length and nothing else."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from scraper.discover import links

MAX_LINKS: Final = 200
"""What comes after so many links is not read; servers that preload much name some fifty."""

_QUOTED: Final = r'(?:[^"\\]++|\\.?+)*+'  # what may stand in quotes
_TOKEN = re.compile(
    rf"""\s++
    |<(?P<target>[^>]*+)(?P<whole>>?)
    |;\s*+(?P<name>[^\s=;,"]*+)\s*+(?:=\s*+(?:"(?P<quoted>{_QUOTED})"?|(?P<bare>[^;,]*+)))?+
    |(?P<comma>,)
    |"{_QUOTED}"?
    |.""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


class Link(NamedTuple):
    """A link of the header: where it leads, as written, and its parameters by lower-case name."""

    target: str
    parameters: Mapping[str, str]

    @property
    def relations(self) -> frozenset[str]:
        """What `rel` says, in lower case; `rev` and `rel*` say something else."""
        return frozenset(self.parameters.get("rel", "").lower().split())


def read(header: str, url: str) -> Iterator[tuple[Link, str]]:
    """The links of the page at `url` to http(s) addresses, in order, each with its address.

    Links with an `anchor` that is not the page are other pages' links (RFC 8288, 3.2).
    """
    own = links.resolve(url, url)
    for link in parse(header):
        anchor = link.parameters.get("anchor")
        href = links.resolve(link.target, url)
        if href and (not anchor or links.resolve(anchor, url) == own):
            yield link, href


def parse(header: str) -> Iterator[Link]:
    """The links of a header, or of several joined by commas, in order. Never raises.

    A link begins where the header does, or after a comma; commas inside of `<…>` and of quotes part
    nothing. Of parameters with one name the first counts, as 3.3 has it for `rel`. What is in no
    place of the grammar is passed over, and a target that is never closed is none.
    """
    target: str | None = None
    parameters: dict[str, str] = {}
    fresh, left = True, MAX_LINKS
    for token in _TOKEN.finditer(header):
        if token["comma"]:
            if target is not None:
                yield Link(target, parameters)
                left -= 1
            if not left:
                return
            target, parameters, fresh = None, {}, True
        elif fresh and token["whole"]:
            target, fresh = token["target"].strip(), False
        elif not token[0].isspace():
            fresh = False
            if token["name"]:
                parameters.setdefault(token["name"].lower(), _value(token))
    if target is not None:
        yield Link(target, parameters)


def _value(token: re.Match[str]) -> str:
    """The value of a parameter; "" of one that has none."""
    if token["quoted"] is None:
        return (token["bare"] or "").strip()
    return _ESCAPED.sub(r"\1", token["quoted"])
