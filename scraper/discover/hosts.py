"""Host names: checked, in lower case and ASCII, and without the prefixes that make twins."""

import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

from scraper.discover.sites import registrable

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_NUMERIC = re.compile(r"\d+|0x[\da-f]*", re.ASCII)
_BRACKETED = re.compile(r"\[([\da-f:.]+)\]", re.ASCII | re.IGNORECASE)
_DOTS: Final = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})
_JOINERS: Final = frozenset("-_\u00b7\u200c\u200d\u30fb")
_MOST_CHARACTERS: Final = 253
_MOBILE: Final = frozenset({"m", "mobile", "amp", "touch", "wap"})
_IGNORED = re.compile("[\u00ad\u034f\u180b-\u180d\u180f\u200b\u2060\u2064\ufe00-\ufe0f\ufeff]")
"""What UTS 46 leaves out of names: signs without a width, such as soft hyphens."""


def ascii_host(text: str) -> str:
    """A host name as it stands in a request: lower-case, IDNA, without a final dot.

    International names are mapped as browsers do (UTS 46, non-transitional: `ß` is not `ss`), in
    the approximation that NFKC and lower case give. ValueError for what is no host name or address.
    """
    if text.startswith("["):
        return _address6(text)
    host = text.lower() if text.isascii() else _mapped(text)
    host = host.removesuffix(".")
    if not host:
        raise ValueError("The link has no host.")
    labels = [_ascii_label(label) for label in host.split(".")]
    if _NUMERIC.fullmatch(labels[-1]):
        return _address4(".".join(labels))
    host = ".".join(labels)
    if len(host) > _MOST_CHARACTERS:
        raise ValueError(f"The link's host is longer than {_MOST_CHARACTERS} characters.")
    return host


def _mapped(host: str) -> str:
    """A name in Unicode as UTS 46 maps it: sign by sign, so that a final Σ becomes σ."""
    host = unicodedata.normalize("NFKC", _IGNORED.sub("", host.translate(_DOTS)))
    return unicodedata.normalize("NFKC", "".join(map(str.lower, host)))


def bare_host(host: str) -> str:
    """The host without `www.`, and without `m.`, `amp.` or the like right before the site's name.

    Nothing is taken from the registered name itself: `m.co.uk` and `amp.dev` are sites.
    """
    site = registrable(host)
    while host != site:
        prefix, _, rest = host.partition(".")
        if prefix == "www" or (prefix in _MOBILE and rest in {site, f"www.{site}"}):
            host = rest
        else:
            break
    return host


def _ascii_label(label: str) -> str:
    if not label.isascii():
        if not all(_belongs_in_name(character) for character in label):
            raise ValueError(f"The link's host has a character that no host may have: {label!r}.")
        label = "xn--" + label.encode("punycode").decode("ascii")
    if not _LABEL.fullmatch(label):
        raise ValueError(f"The link's host is not a host name: {label[:64]!r}.")
    return label


def _belongs_in_name(character: str) -> bool:
    category = unicodedata.category(character)
    is_name = category[0] in "LMN" or category == "So" or character in _JOINERS
    return is_name and character != "\ufffd"


def _address4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError as error:
        raise ValueError(f"The link's host is not an address: {text[:64]!r}.") from error


def _address6(text: str) -> str:
    """An IPv6 address; one with a zone (`%eth0`) means something else on every machine."""
    found = _BRACKETED.fullmatch(text)
    try:
        return f"[{IPv6Address(found[1] if found else text).compressed}]"
    except AddressValueError as error:
        raise ValueError(f"The link's host is not an address: {text[:64]!r}.") from error
