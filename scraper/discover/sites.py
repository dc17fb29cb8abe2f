"""Which hosts belong to one site.

The Public Suffix List (https://publicsuffix.org) knows all; it is a megabyte that ages. What is
decided by it here (does a link stay on the site? is `m.` a prefix or a name?) needs only the
suffixes that news is published under: the common second levels of country domains, and the
platforms where every subdomain is a publisher of its own.
"""

import re
from typing import Final

_ANYWHERE: Final = frozenset({"ac", "co", "com", "edu", "gob", "gouv", "gov", "mil", "net", "org"})
"""Second levels that mean the same under every country that has them."""

_BY_COUNTRY: Final = {
    country: frozenset(levels.split())
    for country, levels in {
        "at": "gv or",
        "au": "asn id",
        "br": "art blog eco inf jor jus leg nom radio tv",
        "cr": "fi go or sa",
        "cy": "press",
        "hk": "idv",
        "id": "biz desa go my or sch web",
        "il": "idf k12 muni",
        "in": "firm gen ind nic res",
        "jp": "ad ed go gr lg ne or",
        "ke": "go info me ne or sc",
        "kr": "go kg mil ms ne or pe re seoul",
        "lk": "news",
        "ng": "gov name sch",
        "nz": "geek gen govt iwi kiwi maori school",
        "pe": "nom",
        "pl": "info waw",
        "ru": "msk spb",
        "th": "go in mi or",
        "tr": "av bbs bel biz gen info k12 name pol tel tv web",
        "tw": "idv",
        "tz": "go me ne or sc tv",
        "ua": "dp in kharkov kiev kyiv lviv od odessa",
        "ug": "go ne or sc",
        "uk": "gov ltd me nhs plc police sch",
        "ve": "info web",
        "vn": "info name",
        "za": "gov law nom web",
    }.items()
}

_PLATFORMS: Final = frozenset(
    """
    altervista.org beehiiv.com bearblog.dev blogspot.com blogspot.de blogspot.fr blogspot.in
    buttondown.email canalblog.com cloudfront.net fc2.com ghost.io github.io gitlab.io hateblo.jp
    hatenablog.com herokuapp.com livejournal.com medium.com micro.blog netlify.app over-blog.com
    pages.dev page.link substack.com tumblr.com typepad.com vercel.app web.app weebly.com
    wixsite.com wordpress.com write.as
    """.split()  # noqa: SIM905 - a list in quotation marks is no easier to read
)

_ADDRESS = re.compile(r"\[.*\]|[\d.]+")


def registrable(host: str) -> str:
    """The part of a host name that somebody registered: `bbc.co.uk` of `news.bbc.co.uk`.

    `host` is lower-case and in ASCII, as `links.host` gives it. An IP address, a name of one label
    and a suffix itself are their own site.
    """
    if _ADDRESS.fullmatch(host):
        return host
    labels = host.split(".")
    return ".".join(labels[-1 - _suffix_length(labels) :])


def _suffix_length(labels: list[str]) -> int:
    if ".".join(labels[-2:]) in _PLATFORMS:
        return 2
    country, second = labels[-1], labels[-2] if len(labels) > 1 else ""
    if len(country) == 2 and (
        second in _ANYWHERE or second in _BY_COUNTRY.get(country, frozenset())
    ):
        return 2
    return 1
