"""Makes text from outside safe to show: in a header, in a line, in a link.

Titles and passages come from pages that anyone writes. What is taken out here can break a header
(line ends), hide or reorder what a reader sees (control characters, bidirectional overrides), or
cannot be encoded at all (lone surrogates). Markup is not touched: escaping is the templates' work.
"""

import re
from urllib.parse import quote, urlsplit, urlunsplit

ELLIPSIS = "…"

# C0 and C1 controls with all line ends, and the line and paragraph separators.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Embeddings, overrides and isolates (Unicode Standard Annex 9): they reorder what stands after
# them, up to showing one address and meaning another. The marks LRM, RLM and ALM stay: they are
# everyday parts of Arabic and Hebrew text, and reorder nothing but neutral characters.
_REORDERING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_WHITE_SPACE = re.compile(r"\s+")
_LONGEST_LINK = 2048  # characters; longer ones are shown cut, and are no link

# What may stand in an address as it is: reserved and unreserved characters (RFC 3986, section 2)
# and the percent sign of what is encoded already.
_KEPT_IN_LINKS = "!#$%&'()*+,/:;=?@[]~"


def printable(text: str) -> str:
    """The text without characters that control, hide or reorder; its length stays when it can.

    Every character taken out of the text, except the reordering ones, is replaced one for one.
    """
    text = _CONTROLS.sub(" ", text)
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    return _REORDERING.sub("", text)


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, one for one: all else is left as it is."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str, *, limit: int) -> str:
    """The text on one line of at most `limit` characters, cut at a word where that costs little."""
    line = _WHITE_SPACE.sub(" ", printable(text)).strip()
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    at_word = cut.rfind(" ")
    if at_word > limit * 2 // 3:
        cut = cut[:at_word]
    return cut.rstrip() + ELLIPSIS


def header_text(text: str, *, limit: int) -> str:
    """One line that can stand in a header and means there what it says.

    "=?" opens an encoded word (RFC 2047). The standard library decodes those while it parses a
    header's value, line ends and all, and before Python 3.11.10 writes what it decoded unchecked:
    a title could add headers. With a space inside, it is text like any other.
    """
    return one_line(printable(text).replace("=?", "= ?"), limit=limit)


def safe_link(url: str) -> str | None:
    """The address in ASCII when it is a web link that can be followed; None for all else.

    The host is written as the network sees it (xn--…), so one that only looks like a known name
    is not mistaken for it.
    """
    if len(url) > _LONGEST_LINK or printable(url) != url or _WHITE_SPACE.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _network_host(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return None
    return urlunsplit(
        (
            parts.scheme.lower(),
            host if port is None else f"{host}:{port}",
            _escaped(parts.path),
            _escaped(parts.query),
            _escaped(parts.fragment),
        )
    )


def link_host(url: str) -> str | None:
    """The host that a safe link leads to, or None."""
    link = safe_link(url)
    return urlsplit(link).hostname if link else None


def _network_host(host: str) -> str:
    if ":" in host:  # an IPv6 address: urlsplit took its brackets off
        return f"[{host}]"
    encoded = host if host.isascii() else host.encode("idna").decode("ascii")
    if not re.fullmatch(r"[a-z0-9._-]*", encoded):
        raise ValueError("a character that no host name has")
    return encoded


def _escaped(part: str) -> str:
    return quote(part, safe=_KEPT_IN_LINKS)
