"""What a robots.txt file allows: a parser and matcher for RFC 9309.

Where the RFC leaves room, the rules that Google documents for its crawlers are followed: lines of
other kinds do not end a group, groups for one agent are joined, `$` ends a pattern, of two rules
that match with the same length the one that allows wins, and the usual slips of the pen in what
closes a page (no colon, `Disalow`) are read as they were meant. Unlike Google's, `Crawl-delay` is
read. Where the two differ, and why this is no library: docs/decisions/robots.md.

A file is read as octets, each a character of its own here: a site that writes its paths in another
encoding than UTF-8 escapes them so in its links, too.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from string import ascii_letters, digits

MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB are parsed; what follows is ignored

_MARK = re.compile(rb"\A\xef(?:\xbb\xbf?)?")
_BLANKS = " \t\f\v"
_LINE_END = re.compile(r"\r\n|\r|\n")
_WITHOUT_COLON = re.compile(r"([^ \t]+)[ \t]+([^ \t]+)")
_NAMES = {  # what a name is taken for; beyond the RFC's own, the misspellings that Google takes
    "user-agent": "user-agent",
    "useragent": "user-agent",
    "user agent": "user-agent",
    "allow": "allow",
    "disallow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "disalow": "disallow",
    "diasllow": "disallow",
    "disallaw": "disallow",
    "crawl-delay": "crawl-delay",
}
_PRODUCT_TOKEN = re.compile(r"[A-Za-z_-]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(ascii_letters + digits + "-._~")  # RFC 3986, 2.3
_TO_ESCAPE = re.compile(r"[^!-~]|[*$]")


@dataclass(frozen=True, slots=True)
class Rule:
    """A path pattern, in the escaped form of `_normalise`, and whether it allows.

    `segments` is the pattern cut at its wildcards; `anchored` says that it ended with `$`; `length`
    is how specific it is, in octets.
    """

    segments: tuple[str, ...]
    anchored: bool
    allows: bool
    length: int

    def matches(self, path: str) -> bool:
        """Whether the pattern matches `path` from its beginning; linear in both."""
        first, *others = self.segments
        if not path.startswith(first):
            return False
        position = len(first)
        last = others.pop() if others else None
        for segment in others:
            found = path.find(segment, position)
            if found < 0:
                return False
            position = found + len(segment)
        if last is None:
            return not self.anchored or position == len(path)
        if self.anchored:
            return len(path) - len(last) >= position and path.endswith(last)
        return path.find(last, position) >= 0


@dataclass(frozen=True)
class Rules:
    """What one agent may fetch from one origin."""

    rules: tuple[Rule, ...] = ()  # the longest first; of equal ones, first those that allow
    crawl_delay: float | None = None  # seconds between requests

    def allows(self, path: str) -> bool:
        """Whether `path`, which begins with a slash and includes the query, may be fetched."""
        if path.partition("?")[0] == "/robots.txt":
            return True
        normal = _normalise(path.encode("utf-8", errors="replace").decode("latin-1"))
        return next((rule.allows for rule in self.rules if rule.matches(normal)), True)

    @cached_property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return 500 + sum(250 + rule.length for rule in self.rules)


ALLOW_ALL = Rules()


@dataclass(slots=True)
class _Group:
    """The rules under one run of user-agent lines."""

    agents: set[str] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)
    crawl_delay: float | None = None
    open_to_agents: bool = True  # until its first rule, a user-agent line still joins it


def parse(content: bytes, agent: str) -> Rules:
    """The rules for `agent`, a product token, in a robots.txt file; never fails.

    Its own groups apply if there are any, else those for `*`, else everything is allowed.
    """
    groups = _groups(content)
    token = agent.lower()
    chosen = [group for group in groups if token in group.agents]
    if not chosen:
        chosen = [group for group in groups if "*" in group.agents]
    rules = {rule for group in chosen for rule in group.rules}
    delays = [group.crawl_delay for group in chosen if group.crawl_delay is not None]
    return Rules(
        rules=tuple(sorted(rules, key=_most_specific_first)),
        crawl_delay=max(delays, default=None),
    )


def _most_specific_first(rule: Rule) -> tuple[int, bool, tuple[str, ...]]:
    return -rule.length, not rule.allows, rule.segments


def _groups(content: bytes) -> list[_Group]:
    groups: list[_Group] = []
    for name, value in _records(content):
        if name == "user-agent":
            if not groups or not groups[-1].open_to_agents:
                groups.append(_Group())
            groups[-1].agents.add(_agent(value))
        elif groups:
            _add(groups[-1], name, value)
    return groups


def _add(group: _Group, name: str, value: str) -> None:
    if name in {"allow", "disallow"}:
        group.open_to_agents = False
        if value:  # an empty pattern matches nothing
            group.rules.append(_rule(value, allows=name == "allow"))
    elif name == "crawl-delay":
        group.crawl_delay = _seconds(value) or group.crawl_delay


def _records(content: bytes) -> Iterator[tuple[str, str]]:
    """The lines that say something known, as `_NAMES` calls it, and its value."""
    for line in _LINE_END.split(_text(content[:MAX_BYTES])):
        said = line.partition("#")[0].strip(_BLANKS)
        name, colon, value = said.partition(":")
        if not colon and (words := _WITHOUT_COLON.fullmatch(said)):
            name, value = words.groups()
        known = _NAMES.get(name.rstrip(_BLANKS).lower())
        if known is not None:
            yield known, value.lstrip(_BLANKS)


def _text(content: bytes) -> str:
    """One character for each octet of UTF-8, without a byte order mark or what is left of one."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # Against the RFC, but a file that closes pages is not to be missed for it.
        content = content.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    return _MARK.sub(b"", content, count=1).decode("latin-1")


def _agent(value: str) -> str:
    """The product token that a user-agent line names: `Tocsin/1.0` names tocsin."""
    if value.startswith("*") and value[1:2] in {"", *_BLANKS}:
        return "*"
    token = _PRODUCT_TOKEN.match(value)
    return token.group().lower() if token else ""


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if isfinite(seconds) and seconds > 0 else None


def _rule(pattern: str, *, allows: bool) -> Rule:
    anchored = pattern.endswith("$")
    written = tuple(map(_normalise, (pattern[:-1] if anchored else pattern).split("*")))
    length = sum(map(len, written)) + len(written) - 1 + anchored
    # A run of wildcards is one: it matches the same, and costs no more.
    segments = (written[0], *filter(None, written[1:-1]), *written[1:][-1:])
    return Rule(segments, anchored, allows, length)


def _normalise(path: str) -> str:
    """The form in which patterns and paths are compared (RFC 9309, 2.2.2).

    Octets beyond printable ASCII are escaped, as are `*` and `$`, which mean themselves here;
    escapes of unreserved characters are undone, the others are in upper case.
    """
    escaped = _TO_ESCAPE.sub(_escape, path)
    return _ESCAPE.sub(_unescape, escaped)


def _escape(match: re.Match[str]) -> str:
    return f"%{ord(match.group()):02X}"


def _unescape(match: re.Match[str]) -> str:
    character = chr(int(match.group(1), 16))
    return character if character in _UNRESERVED else match.group().upper()
