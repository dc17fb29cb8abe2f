"""Addresses as people write them."""

from scraper.errors import UsageError


def as_written(text: str) -> tuple[str, bool]:
    """The address, and whether it came without its scheme; UsageError for what is none.

    "feed:" is what browsers once put before the addresses of feeds.
    """
    written = text.strip()
    is_feed = written.lower().startswith("feed:")
    url = written[len("feed:") :].removeprefix("//") if is_feed else written
    bare = "://" not in url and not url.lower().startswith(("http:", "https:", "ftp:", "file:"))
    if bare:
        host = url.partition("/")[0].partition("?")[0]
        if "." not in host and ":" not in host and host.lower() != "localhost":
            raise UsageError(f'"{written}" is no address: write one such as example.org')
        url = f"https://{url}"
    return url, bare
