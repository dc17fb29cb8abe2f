"""Addresses that a page names: made absolute, and refused where they cannot be right."""

from urllib.parse import urljoin, urlsplit

from scraper.extract.head import Head

_LONGEST = 2_000


def absolute(link: str | None, base: str) -> str | None:
    """The http(s) address that a link on the page at `base` leads to; None for any other."""
    link = (link or "").strip()
    if not link or len(link) > _LONGEST or link.startswith(("data:", "javascript:", "blob:")):
        return None
    try:
        found = urljoin(base, link)
        parts = urlsplit(found)
        host = parts.hostname
    except ValueError:
        return None
    if (
        parts.scheme not in {"http", "https"}
        or not host
        or ("." not in host and host != "localhost")
    ):
        return None
    return found.replace(" ", "%20")


def host_of(url: str) -> str:
    """The host of an address, lower-case; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def canonical(head: Head, url: str) -> tuple[str, str] | None:
    """The address that the page declares as its own, and where.

    A home page is not the address of an article, whatever the markup says.
    """
    linked = head.data.article.get("mainEntityOfPage")
    if isinstance(linked, dict):
        linked = linked.get("@id") or linked.get("url")
    candidates = (
        (head.links.get("canonical"), "link canonical"),
        (head.meta.get("og:url"), "og:url"),
        (head.data.article.get("url"), "json-ld url"),
        (linked, "json-ld mainEntityOfPage"),
    )
    for link, source in candidates:
        found = absolute(link, url) if isinstance(link, str) else None
        if found and not (_is_home(found) and not _is_home(url)):
            return found.split("#", 1)[0], source
    return None


def _is_home(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.path.strip("/").lower() in {"", "index.html", "index.php", "home"} and not parts.query
    )
