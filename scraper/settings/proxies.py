"""The proxies that the settings name for sources that have none of their own."""

from collections.abc import Mapping

from scraper.errors import SettingsError
from scraper.proxies import DIRECT, NO_PROXIES, Proxies, from_environment, parse_proxy
from scraper.settings.model import Fetch


def proxies_of(fetch: Fetch, environ: Mapping[str, str]) -> Proxies:
    """The proxies; SettingsError for odd ones in the environment, where that is to be asked."""
    if fetch.proxy is not None:
        given = fetch.proxy.get_secret_value()
        proxy = None if given == DIRECT else parse_proxy(given)
        return Proxies(http=proxy, https=proxy)
    if not fetch.proxy_from_environment:
        return NO_PROXIES
    try:
        return from_environment(environ)
    except ValueError as error:
        raise SettingsError(f"fetch.proxy_from_environment: {error}") from None
