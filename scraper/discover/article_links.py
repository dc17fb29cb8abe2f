"""Which links are articles, by the link alone."""

import re
from typing import Final
from urllib.parse import unquote, urlsplit


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


REFUSED_SEGMENTS: Final = _words(
    """
    tag tags etiqueta etiquetas hashtag label labels schlagwort author authors autor autoren
    autores auteur auteurs writer writers contributor contributors
    profile profiles user users member members
    login log-in logout signin sign-in sign-up signup register registration anmelden subscribe
    subscription subscriptions abo abonnement account my-account myaccount search suche recherche
    buscar cerca wp-login.php wp-admin wp-content wp-json cdn-cgi ajax api rss rss.xml feed feeds
    feed.xml atom.xml sitemap sitemap.xml share print comments articlecomments comment-page
    cart checkout
    newsletter newsletters privacy privacy-policy datenschutz impressum cookie-policy cookies terms
    terms-of-use terms-of-service terms-and-conditions contact contact-us kontakt about about-us
    advertise advertising advertorial advertorials accessibility careers forum forums agb
    corporate-site gutscheine coupons gewinnspiele casino casinos webcent
    """
)
"""A link with one of these in its path is never an article."""

DOUBTED_SEGMENTS: Final = _words(
    """
    topic topics thema themen tema temas category categories kategorie categoria section sections
    archive archives archiv help faq jobs shop store events event calendar weather wetter podcasts
    series collection collections special-reports live-tv tv-guide programmes
    dossier dossiers tagged hub hubs list lists themenseite department departments
    results resultados resultats ergebnisse ergebnisse-tabelle tabelle standings fixtures
    clasificacion classement marktplatz
    """
)
"""A link with one of these is an article only if the rest of it says so clearly."""

SERVICE_HOSTS: Final = _words(
    """
    abo abonnement abonnements abonnieren account accounts anzeigen boutique business-services
    career careers clasificados classifieds cloud consent email forum forums gutscheine help
    hilfe immo immobilien immobilienmarkt jobs kleinanzeigen login lotto mail marktplatz
    marketplace member members mein mypage newsletter newsletters prenumerera preisvergleich
    prices regist register rss search service services shop shopping spiele stellenmarkt store
    subscribe suche suscripcion tarife tickets trauer vorteile weather wetter
    """
)
"""A site keeps no articles under these names before its own: shops, searches, accounts."""

ARTICLE_SEGMENTS: Final = _words(
    """
    article articles story stories artikel articulo articulos artigo artigos articolo articoli
    noticia noticias notizie nachrichten nachricht haber haberler artykul statya novost news-story
    post posts detail
    """
)

_LEGAL = re.compile(
    r"(?:terms-(?:of|and)|privacy-(?:policy|notice|settings|statement)|cookie-(?:policy|settings|notice)"
    r"|datenschutz(?:-|erkl|hinweis|einstell)|impressum|nutzungsbedingungen|community-guidelines"
    r"|code-of-conduct|mentions-legales|politica-de-(?:privacidad|cookies)|polityka-prywatnosci)"
)
_REFUSED_FILE = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|webp|avif|svg|ico|mp[34]|m3u8?|webm|ogg|wav|zip|gz|rar|xml|rss|atom|json"
    r"|css|js|ics|docx?|xlsx?|pptx?|txt|apk|exe|dmg)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:^|[/_-])(?:19|20)\d\d(?:[/_-]?(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:[/_-]?(?:0?[1-9]|[12]\d|3[01]))?)(?=[/_.-]|$)",
    re.IGNORECASE,
)
_ONLY_DATE = re.compile(
    r"(?:\d{4}|\d{1,2}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)
_PAGE = re.compile(r"(?:page|p|seite|pagina)[-/]?\d{1,4}", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{5,}")
_NUMBER = re.compile(r"\d{4}")
_CODE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,40}", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:s?html?|php|aspx?|ece|cms|do|jsp)$", re.IGNORECASE)
_ID_PARAMETER = re.compile(
    r"(?:^|&)(?:(?:id|p|a|aid|nid|sid|\w{0,12}(?:art|article|news|story|doc|post)_?id|id_?(?:article|news|noticia)"
    r"|article|story)=[a-z]{0,4}\d{2,}"
    r"|(?!cat|sub|sec|tag|user|author|site|page|ed|ref|src|camp|part|ad)\w{0,12}(?:id|idx|no|num|key|code)"
    r"=[a-z]{0,4}\d{5,})",
    re.IGNORECASE,
)
_PAGE_PARAMETER = re.compile(r"(?:^|&)(?:page|paged|pg|offset|start)=\d", re.IGNORECASE)
_JOINING: Final = frozenset({"and", "und", "et", "y", "e", "i", "en", "og", "och", "ve", "&"})
_SEPARATORS = re.compile(r"[-_+. \u2013]+")

_MOST_SEGMENTS: Final = 16


def segments(url: str) -> list[str]:
    """The parts of a link's path, decoded."""
    return [unquote(part) for part in urlsplit(url).path.split("/")[: _MOST_SEGMENTS + 1] if part]


def is_possible(url: str) -> bool:
    """Whether a link might be an article: it is neither a file, nor a service, nor a front page."""
    parts = [part.lower() for part in segments(url)]
    query = urlsplit(url).query
    if not parts:
        return bool(_ID_PARAMETER.search(query))
    if REFUSED_SEGMENTS.intersection(parts) or _PAGE_PARAMETER.search(query):
        return False
    if _LEGAL.match(parts[-1]):
        return False
    stem, dot, extension = parts[-1].rpartition(".")
    if stem and _REFUSED_FILE.fullmatch(f"{dot}{extension}"):
        return False
    paged = _PAGE.fullmatch(parts[-1]) or _PAGE.fullmatch("/".join(parts[-2:]))
    return not paged and not all(_ONLY_DATE.fullmatch(part) for part in parts)


def score(url: str) -> float:
    """How much a link that `is_possible` looks like an article's: from about -4 to 8.

    Below 1 are the names of sections; a date or a slug of five words alone is worth 3.
    """
    parts = [part.lower() for part in segments(url)]
    query = urlsplit(url).query
    last = _DOCUMENT.sub("", parts[-1]) if parts else ""
    total = _slug_score(last) + _number_score(last, query)
    if _dated(parts):
        total += 3
    if parts and _DOCUMENT.search(parts[-1]):
        total += 1
    if len(parts) > 1:
        total += 0.5
        if ARTICLE_SEGMENTS.intersection(parts[:-1]):
            total += 1.5
    elif total < 2:
        total -= 1
    if DOUBTED_SEGMENTS.intersection(parts):
        total -= 3
    return total


def is_service(host: str, site: str) -> bool:
    """Whether a host of a site serves its shop, its search, its accounts and the like."""
    return host != site and host.partition(".")[0] in SERVICE_HOSTS


def identified(url: str) -> bool:
    """Whether a link carries what a publishing system numbers its articles by.

    That is a date with something after it, a number of five digits, a code, or an identifier among
    the parameters. Sections, tags and services have names instead.
    """
    parts = [part.lower() for part in segments(url)]
    if _dated(parts) or _ID_PARAMETER.search(urlsplit(url).query):
        return True
    return any(
        _LONG_NUMBER.search(part) or any(map(_CODE.fullmatch, _SEPARATORS.split(part)))
        for part in (_DOCUMENT.sub("", part) for part in parts)
    )


def _slug_score(last: str) -> float:
    """What the words of the last segment are worth: headlines have many, sections one or two."""
    words = [
        word
        for word in _SEPARATORS.split(last)
        if word not in _JOINING and any(map(str.isalpha, word))
    ]
    return (0.0, 0.0, 0.5, 1.5, 2.5)[len(words)] if len(words) < 5 else 3.0


def _number_score(last: str, query: str) -> float:
    """What an identifier is worth: a long number, a code of letters and digits, a parameter."""
    if _LONG_NUMBER.search(last) or _ID_PARAMETER.search(query):
        return 2.0
    if any(_CODE.fullmatch(word) for word in _SEPARATORS.split(last)):
        return 2.0
    return 1.0 if _NUMBER.search(last) else 0.0


def _dated(parts: list[str]) -> bool:
    """Whether the path has a date and something after it, or a name in the date's own segment."""
    found = _DATE.search("/".join(parts))
    return bool(found) and not _ONLY_DATE.fullmatch(parts[-1])
