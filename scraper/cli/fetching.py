"""Pages for a command: fetched, from files or from standard input; and how to read them."""

import asyncio
import gzip
import sys
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from scraper.cli.opening import read_settings
from scraper.cli.output import NO_ADDRESS
from scraper.clock import SystemClock
from scraper.composition import fetch_policy
from scraper.errors import SettingsError, TocsinError, UsageError
from scraper.extract import Sites
from scraper.fetch import Fetcher, FetchPolicy, NotModified, Request, shared_pace
from scraper.settings import Loaded, Settings, find_file
from scraper.settings.sites import load_sites, sites_of
from storage.records import Page

_MOST_BYTES = 64 * 2**20  # of one file, unpacked


def fetch_page(request: Request, policy: FetchPolicy, pace: Path | None) -> Page:
    """The page; FetchError says why it cannot be had.

    `pace`: `composition.pace_file`; None for one of our own, where there is no pace to keep.
    """
    (page,) = _fetched([request], policy, pace)
    return page


def _fetched(
    requests: Iterable[Request], policy: FetchPolicy, pace: Path | None = None
) -> Generator[Page, None, None]:
    """The pages one after another, as they are asked for, by one fetcher: it waits between them."""
    with (
        asyncio.Runner() as runner,
        nullcontext() if pace is None else shared_pace(pace) as shared,
    ):
        fetcher = Fetcher(policy, clock=SystemClock(), shared=shared)
        try:
            for request in requests:
                page = runner.run(fetcher.fetch(request))
                if isinstance(page, NotModified):
                    raise TocsinError(
                        f"{request.url}: the server says that nothing changed, without being asked"
                    )
                yield page
        finally:
            runner.run(fetcher.aclose())


def get_page(page: str, url: str | None, config: Path | None) -> Page:
    """The page at an address, in a file, or on standard input."""
    (had,) = get_pages([page], url, config)
    return had


def get_pages(pages: Sequence[str], url: str | None, config: Path | None) -> Iterator[Page]:
    """The pages at addresses, in files or on standard input, each when it is asked for.

    `url` is the address of those that have none of their own.
    """
    addresses = [page for page in pages if _is_address(page)]
    for address in addresses:
        check_address(address)
    requests = (Request(url=address) for address in addresses)
    policy = _policy(addresses, config) if addresses else FetchPolicy()
    with closing(_fetched(requests, policy)) as fetched:
        for page in pages:
            yield next(fetched) if _is_address(page) else _read(page, url)


def _is_address(page: str) -> bool:
    return page.startswith(("http://", "https://"))


def _read(page: str, url: str | None) -> Page:
    body = sys.stdin.buffer.read() if page == "-" else read_file(Path(page))
    if url is not None:
        check_address(url)
    address = url or NO_ADDRESS
    return Page(
        url=address,
        requested_url=address,
        status=200,
        headers=MappingProxyType({}),
        body=body,
        fetched_at=SystemClock().now(),
    )


def settings_if_any(config: Path | None) -> Loaded | None:
    """The settings; None where none are named and none are found. Wrong ones are an error."""
    try:
        file = find_file(config)
    except SettingsError:
        return None
    return read_settings(file)


def known_sites(config: Path | None) -> Sites:
    """The rules for sites: those of the package, and the settings' own where there are any."""
    loaded = settings_if_any(config)
    return load_sites(None) if loaded is None else sites_of(loaded)


def check_address(url: str) -> None:
    """UsageError unless it is the address of a page; what stands behind the host may be odd."""
    try:
        sound = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError as error:
        raise UsageError(f"{url} is no web address: {error}") from None
    if not sound:
        raise UsageError(f"{url} is no web address: write one that starts with http:// or https://")


def _policy(urls: Sequence[str], config: Path | None) -> FetchPolicy:
    """The settings' policy; addresses on private networks that a person types are meant so."""
    loaded = settings_if_any(config)
    settings = Settings() if loaded is None else loaded.settings
    typed = tuple(network for url in urls if (network := _network(url)))
    fetch = settings.fetch.model_copy(
        update={"allow_networks": (*settings.fetch.allow_networks, *typed)}
    )
    return fetch_policy(settings.model_copy(update={"fetch": fetch}))


def _network(url: str) -> IPv4Network | IPv6Network | None:
    """That of the one address that a URL has for its host; None where it has a name."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_network(ip_address({"localhost": "127.0.0.1"}.get(host, host)))
    except ValueError:
        return None


def read_file(path: Path) -> bytes:
    """The bytes of a file, unpacked where its name ends with .gz; UsageError says why not."""
    try:
        if path.suffix != ".gz":
            return path.read_bytes()
        with gzip.open(path) as file:
            body = file.read(_MOST_BYTES + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        # ValueError: a name with a null character in it.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{path}: {reason}") from None
    if len(body) > _MOST_BYTES:
        raise UsageError(f"{path}: unpacks to more than {_MOST_BYTES // 2**20} MiB")
    return body
