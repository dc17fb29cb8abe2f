"""What goes along with a request: a source's own options, and only where they belong."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from scraper.discover.links import hostname
from scraper.discover.sites import registrable
from scraper.fetch import NO_OPTIONS, RequestOptions, request_options

_ANYWHERE: Final = frozenset({"proxy", "proxy_file", "render"})  # what is told to no site


def options_for(url: str, home: str, options: Mapping[str, Any]) -> RequestOptions:
    """The options of the source at `home` for a page of its, in what storage keeps of them.

    What is told to a site goes to pages of the source's own site (the same registered domain)
    alone, and never in the clear when the source's address is https. Raises FetchError when a file
    that the options name cannot be read.
    """
    if not options:
        return NO_OPTIONS
    full = request_options(options)
    return full if is_at_home(url, home) else full.elsewhere()


def options_at(url: str, home: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Of the options of a source at `home`, those that it keeps when its address becomes `url`.

    What is told to one site is not told to another because a redirect or a page led there.
    """
    if is_at_home(url, home):
        return dict(options)
    return {key: value for key, value in options.items() if key in _ANYWHERE}


def is_at_home(url: str, home: str) -> bool:
    """Whether a page may be told what its source's site is told."""
    try:
        same_site = registrable(hostname(url)) == registrable(hostname(home))
    except ValueError:
        return False
    return same_site and not (_is_https(home) and not _is_https(url))


def _is_https(url: str) -> bool:
    return urlsplit(url).scheme.lower() == "https"
