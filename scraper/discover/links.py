"""Links: what two spellings of one link have in common, and what a link in a page points to.

`normalise` gives the key by which a link is known again, `resolve` the link to fetch. A key is for
comparing only: it always says https, though the site may only answer to http.

Two links that may be different articles never share a key. Whatever a rule below takes away is
taken only where it names a way of delivery (scheme, mobile host, AMP, campaign, session) and not
where it might name an article; the rest is left to the article's own canonical link.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import urljoin

from scraper.discover.hosts import ascii_host, bare_host
from scraper.discover.tracking import is_tracking

MAX_LENGTH: Final = 2_048
"""The longest link that `resolve` gives, in characters."""

MAX_KEY_LENGTH: Final = 2 * MAX_LENGTH
"""The longest key; a link within `MAX_LENGTH` never comes near it."""

_PARTS = re.compile(
    r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSAFE = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]|%(?![0-9a-fA-F]{2})")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+")
_AMPERSANDS = re.compile(r"\A(?:amp;)+")
_ENCODED = re.compile(r"%([0-9a-fA-F]{2})")
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?=/|$)", re.IGNORECASE)
_NO_SLASHES = re.compile(r"(https?):/?(?!/)", re.IGNORECASE)
_DROPPED: Final = dict.fromkeys(map(ord, "\t\n\r"))
_SAME_ESCAPED: Final = frozenset("!$'()*,:;@")  # browsers escape some of them, and servers none
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_INDEX_FILE = re.compile(
    r"(?:index\.(?:html?|shtml|php|aspx?|jsp)|default\.(?:html?|aspx?))", re.IGNORECASE
)
_SESSION = re.compile(
    r";(?:jsessionid|phpsessid)=[^/;]*|/\(S\([a-z0-9]{24}\)\)(?=/|$)", re.IGNORECASE
)
_ARTICLE_LIKE = re.compile(r"\d{4}|[-_][^-_]+[-_]|\.s?html?$")
_DATED = re.compile(r"/(?:19|20)\d\d/\d{1,2}/(?:\d{1,2}/)?[^/]*[^\W\d][^/]*$")
_GOOGLE = re.compile(r"google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")
_GOOGLE_AMP = re.compile(r"/amp/(s/)?(.+)")
_CACHED_AMP = re.compile(r"/[acirv]/(s/)?(.+)")


class _Parts(NamedTuple):
    """A link taken apart: host checked, everything else as written."""

    scheme: str
    host: str
    port: str  # "" for the scheme's own, else with its colon
    path: str
    query: str
    fragment: str


def normalise(url: str) -> str:
    """The key of a link. ValueError, with the reason, for what is no http(s) link.

    Applying it twice changes nothing. In the key

    - the scheme is https, ports 80 and 443 are gone: no site has different articles under them;
    - the host is in lower case and ASCII, without `www.`, and without `m.`, `mobile.`, `amp.`,
      `touch.` or `wap.` right before the site's name (`en.m.example.org` stays);
    - escapes of unreserved characters are decoded, and of `!$'()*,:;@`, the others in upper case;
      what should be escaped is; `+` in a query is a space. The case of the path stays: many servers
      tell it apart;
    - dot segments, doubled slashes, a final slash, and a final `index.html` (.htm, .shtml, .php,
      .asp, .aspx, .jsp; default.asp, …) are gone;
    - session ids in path or query, and the parameters listed in `tracking`, are gone; what is left
      is in order of the names, values of one name in the order they had;
    - `/amp` before or after a path, or `.amp` at its end, is gone if what is left looks like an
      article's path (`/guitar/amp` stays), as are `?amp=1` and `?outputType=amp`; links to Google's
      AMP viewer and cache are the links they wrap;
    - the fragment is gone unless it routes (`#!/story/1`, `#/story/1`).

    Refused are other schemes, user names and passwords, spaces, control characters, half surrogate
    pairs, ports that are none, hosts that are none, and keys longer than `MAX_KEY_LENGTH`.
    """
    parts = _take_apart(url.strip())
    parts = parts._replace(host=bare_host(parts.host), path=_clean_path(parts.path))
    while True:
        wrapped = _unwrap_amp(parts)
        shorter = wrapped or parts._replace(path=_without_mark(parts.path))
        if shorter == parts:
            break
        parts = shorter
    port = parts.port if parts.port not in {":80", ":443"} else ""
    query = _clean_query(parts.query)
    fragment = _escape(parts.fragment, decode=True) if _routes(parts.fragment) else ""
    key = (
        f"https://{parts.host}{port}{parts.path}"
        f"{'?' + query if query else ''}{'#' + fragment if fragment else ''}"
    )
    if len(key) > MAX_KEY_LENGTH:
        raise ValueError(f"The link is longer than {MAX_KEY_LENGTH} characters.")
    return key


def key_or_itself(url: str) -> str:
    """The key of a link; what is no http(s) link is its own."""
    try:
        return normalise(url)
    except ValueError:
        return url


def host(url: str) -> str:
    """The host of a link, in lower case and ASCII, with its port if that is not the scheme's own.

    ValueError for what is no http(s) link.
    """
    parts = _take_apart(url.strip())
    return parts.host + parts.port


def hostname(url: str) -> str:
    """The host of a link without its port; ValueError for what is no http(s) link."""
    return _take_apart(url.strip()).host


def is_web(link: str) -> bool:
    """Whether a link says of itself that it is http or https."""
    return link.lstrip()[:8].lower().startswith(("http://", "https://"))


def resolve(link: str, base: str) -> str | None:
    """The link to fetch: absolute, ASCII, without a fragment that does not route; None if none.

    None is what is not http(s), what `normalise` would refuse, and what is longer than
    `MAX_LENGTH`. As browsers do, tabs and line ends inside are dropped, spaces escaped and
    backslashes before the query turned; and `&amp;`, left behind by double escaping, is `&`.
    """
    link = link.strip().translate(_DROPPED)
    if not link or len(link) > MAX_LENGTH:
        return None
    link = _ESCAPED_AMPERSAND.sub("&", link)
    try:
        parts = _take_apart(_escape(_absolute(link, base), decode=False))
    except ValueError:
        return None
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if _routes(parts.fragment) else ""
    path = _without_dots(parts.path) if _DOTS.search(parts.path) else parts.path or "/"
    url = f"{parts.scheme}://{parts.host}{parts.port}{path}{query}{fragment}"
    return url if len(url) <= MAX_LENGTH else None


def _absolute(link: str, base: str) -> str:
    if "\\" in link:
        head, mark, query = link.partition("?")
        link = head.replace("\\", "/") + mark + query
    link = _with_slashes(link, base)
    if is_web(link):
        absolute = link
    elif _SCHEME.match(link):
        raise ValueError("The link is not one to a page.")
    elif link[:4].lower() == "www.":  # written without its scheme; no path begins like this
        absolute = f"https://{link}"
    else:
        absolute = urljoin(base, link)
    return absolute if absolute.isascii() else _with_ascii_host(absolute)


def _with_slashes(link: str, base: str) -> str:
    """`https:/a` and `https:a` as browsers read them: relative, if the scheme is the page's own."""
    found = _NO_SLASHES.match(link)
    if not found:
        return link
    rest = link[found.end(1) + 1 :]
    is_own = base.lower().startswith(f"{found[1].lower()}:")
    return rest if is_own else f"{found[1]}://{rest.lstrip('/')}"


def _without_dots(path: str) -> str:
    """A path with its dot segments taken out, and nothing else (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for position, segment in enumerate(segments):
        dots = segment.lower().replace("%2e", ".")
        if dots in {".", ".."}:
            if dots == "..":
                del kept[-1:]
            if position == len(segments) - 1:
                kept.append("")
        else:
            kept.append(segment)
    return "/" + "/".join(kept)


def _with_ascii_host(url: str) -> str:
    """The link with its host in ASCII, so that escaping leaves the host alone."""
    found = _PARTS.fullmatch(url)
    if not found or "@" in found[2]:
        return url
    name, colon, port = found[2].partition(":")
    return f"{url[: found.start(2)]}{ascii_host(name)}{colon}{port}{url[found.end(2) :]}"


def _take_apart(url: str) -> _Parts:
    if _FORBIDDEN.search(url):
        raise ValueError("The link has a space or a control character in it.")
    found = _PARTS.fullmatch(url)
    if not found:
        raise ValueError("The link does not begin with http:// or https://.")
    scheme, authority, path, query, fragment = (part or "" for part in found.groups())
    if "@" in authority:
        raise ValueError("The link has a user name in it; take out everything before the @.")
    scheme = scheme.lower()
    name, port = _split_port(authority)
    if port in {"", "80" if scheme == "http" else "443"}:
        return _Parts(scheme, ascii_host(name), "", path, query, fragment)
    return _Parts(scheme, ascii_host(name), f":{port}", path, query, fragment)


def _split_port(authority: str) -> tuple[str, str]:
    """The host as written, and the port without leading zeros."""
    end = authority.rfind("]") + 1  # of an IPv6 address
    name, colon, port = authority[end:].partition(":")
    if not colon or not port:
        return authority[:end] + name, ""
    number = port.lstrip("0")
    if not (number.isascii() and number.isdecimal() and len(number) <= 5 and int(number) < 65_536):
        raise ValueError(f"The link's port is not a number from 1 to 65535: {port[:16]!r}.")
    return authority[:end] + name, number


def _escape(text: str, *, decode: bool) -> str:
    """`text` with everything escaped that must be; with `decode`, nothing that need not be."""
    if _UNSAFE.search(text):
        text = _UNSAFE.sub(_escape_character, text)
    return _ENCODED.sub(_decode_character, text) if decode and "%" in text else text


def _escape_character(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _decode_character(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    plain = character in _UNRESERVED or character in _SAME_ESCAPED
    return character if plain else found[0].upper()


def _clean_path(path: str) -> str:
    """The path with escapes, dot segments, doubled slashes and session ids put right."""
    path = _SESSION.sub("", _escape(path, decode=True))
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment and segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _without_mark(path: str) -> str:
    """The path without one of its marks: final slash, index file, AMP."""
    if path == "/":
        return path
    if path.endswith("/"):
        return path[:-1]
    before, _, last = path.rpartition("/")
    if _INDEX_FILE.fullmatch(last):
        return before or "/"
    return _without_amp(path, before, last)


def _without_amp(path: str, before: str, last: str) -> str:
    """`path`, made of `before` and its `last` segment, without one mark of AMP."""
    if last in {"amp", "amphtml"} and (
        _ARTICLE_LIKE.search(before.rpartition("/")[2]) or _DATED.search(before)
    ):
        return before
    if path.startswith("/amp/") and _ARTICLE_LIKE.search(last):
        return path.removeprefix("/amp")
    for mark, plain in ((".amp.html", ".html"), (".amp", "")):
        stem = last.removesuffix(mark)
        if stem != last and _ARTICLE_LIKE.search(stem):
            return f"{before}/{stem}{plain}"
    return path


def _unwrap_amp(parts: _Parts) -> _Parts | None:
    """The link inside one to Google's AMP viewer or an AMP cache, if that is what it is."""
    if _GOOGLE.fullmatch(parts.host) and not parts.port:
        found = _GOOGLE_AMP.fullmatch(parts.path)
    elif f".{parts.host}".endswith(".cdn.ampproject.org") and not parts.port:
        found = _CACHED_AMP.fullmatch(parts.path)
    else:
        return None
    name, slash, path = found[2].partition("/") if found else ("", "", "")
    if "." not in name:
        return None
    try:
        inner = _take_apart(f"https://{name}{slash}{path}")
    except ValueError:
        return None
    return inner._replace(
        host=bare_host(inner.host),
        path=_clean_path(inner.path),
        query=parts.query,
        fragment=parts.fragment,
    )


def _clean_query(query: str) -> str:
    kept: list[tuple[str, str]] = []
    for parameter in _escape(query, decode=True).replace("+", "%20").split("&"):
        # An ampersand that was escaped twice leaves its name before what follows.
        name, _, value = _AMPERSANDS.sub("", parameter).partition("=")
        told = f"{name}={value}" if value else name  # an empty value says no more than none
        if told and not is_tracking(name, value):
            kept.append((name, told))
    return "&".join(parameter for _, parameter in sorted(kept, key=lambda pair: pair[0]))


def _routes(fragment: str) -> bool:
    """Whether a fragment is a route, by which single-page sites tell articles apart."""
    return fragment.startswith(("!", "/")) and len(fragment) > 1
