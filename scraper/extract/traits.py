"""What the names in the markup (class, id, role …) say of an element.

Traits are bits of an int: an IntFlag costs ten times as much, and a page asks a thousand times.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from scraper.extract import weights
from scraper.extract.lists import words

AUTHOR: Final = 1 << 0
DATE: Final = 1 << 1
CAPTION: Final = 1 << 2
STANDFIRST: Final = 1 << 3
HEADLINE: Final = 1 << 4
TAGS: Final = 1 << 5
SECTION: Final = 1 << 6
COMMENTS: Final = 1 << 7
BODY: Final = 1 << 8
HIDDEN: Final = 1 << 9
ASIDE: Final = 1 << 10
TIME: Final = 1 << 11  # a <time> element
CONSENT: Final = 1 << 12  # what asks for leave to store cookies
FURNITURE: Final = 1 << 13  # what stands on every page of a site: not even looked into

LONGEST: Final = 160  # characters of the names of a box that are read: a cache holds them

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LOWER_WORD: Final = re.compile(r"[a-z]+")

# The words of a class or an id that tell of a trait, in the languages of those who write markup.
_TRAITS: Final[dict[int, str]] = {
    AUTHOR: """author authors byline bylines contributor contributors autor autore autoren auteur
        writer reporter journalist creator firma autori verfasser""",
    DATE: """date dateline time timestamp datetime published pubdate publish publication posted
        fecha datum data updated zeit modified""",
    CAPTION: """caption captions figcaption credit credits cutline bildunterschrift legend legende
        wpcaption copyright""",
    STANDFIRST: """standfirst dek deck subtitle subtitles subheadline subheading lede lead excerpt
        summary teaser chapo chapeau sottotitolo subhead intro vorspann ingress subline sommario
        bajada entradilla""",
    HEADLINE: "headline title titulo titre titolo",
    TAGS: "tag tags keyword keywords topics topic",
    SECTION: """section category categories rubric rubrik breadcrumb breadcrumbs kicker eyebrow
        channel""",
    COMMENTS: """comment comments disqus kommentare commentaires comentarios respond commentlist
        kommentar livefyre viafoura""",
    BODY: "articlebody storybody",
    CONSENT: """consent cookie cookies cookiebar cookiebanner onetrust gdpr privacy didomi
        usercentrics truste ccpa sourcepoint""",
    ASIDE: """related recommended recommendations newsletter share sharing social promo sidebar
        widget advert advertisement sponsored outbrain taboola subscribe subscription signup
        trending popular latest menu nav navigation footer toolbar teasers""",
}
_WORDS: Final[dict[str, int]] = {}
for _trait, _words in _TRAITS.items():
    for _word in _words.split():
        _WORDS[_word] = _WORDS.get(_word, 0) | _trait
# The addresses that sites give to the pages of their authors.
_AUTHOR_PATH: Final = re.compile(
    r"/(?:authors?|autor(?:en|es|i)?|auteurs?|by|people|profiles?|contributors?|staff|journalists?|"
    r"reporters?|writers?|columnists?|redakteure?|byline)/[^/?#]+"
)
# Styles of words that are only read aloud, or not at all: "opens in a new tab".
_UNSEEN: Final = re.compile(r"clip\s*:\s*rect\((?:[01](?:px)?[\s,]*){4}\)|display\s*:\s*none")
_HIDING: Final = frozenset(
    ("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "hidden", "u-hidden")
)
_NAMING: Final = frozenset(
    ("itemprop", "role", "data-testid", "data-component", "data-qa", "data-type", "data-module")
)
# Names of boxes in which no page at hand has a line of its article.
_FURNITURE: Final = frozenset(
    words(
        """footer site-footer main-footer page-footer global-footer l-footer c-footer
        footer-wrapper footer-container footer-bottom footer-menu footer-nav footer-widget-area
        footer-links elementor-location-footer colophon site-info copyright menu-item sub-menu
        submenu mega-menu dropdown-menu main-menu main-nav mainnav mobile-menu mobile-nav navbar
        navbar-nav nav-item menu-footer subnav off-canvas breadcrumbs breadcrumb skip-link
        comment-respond comments-area comment-form commentform article-comments comment-list
        commentlist sidebar article-sidebar related related-articles
        related-posts related-post popular-posts most-popular trending share share-buttons
        social social-icons social-links social-share social-share__item sharedaddy sd-sharing
        addthis_toolbox newsletter newsletter-signup cookie-notice widget_recent_entries
        widget_categories widget_nav_menu widget_search search-form searchform search-bar"""
    )
)
_WHOLE: Final = dict.fromkeys(_FURNITURE, FURNITURE) | dict.fromkeys(_HIDING, HIDDEN)
WEIGHTS: Final[dict[str, float]] = {
    word: weight for weight, words in weights.NAMES.items() for word in words.split()
}


def words_of(name: str) -> list[str]:
    """The words of names, lower-case: entry and content for `entryContent`."""
    if name.islower():
        return _LOWER_WORD.findall(name)
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=1 << 15)  # a hundred for each of some hundred sites
def read(names: str) -> tuple[int, float]:
    """The traits and the weight of a class attribute or an id, as written in the markup."""
    traits = 0
    weight = 0.0
    for word in words_of(names):
        if word in WEIGHTS:
            weight += WEIGHTS[word]
        if word in _WORDS:
            traits |= _WORDS[word]
    for name in names.split():
        if name in _WHOLE:
            traits |= _WHOLE[name]
    return traits, weight


def read_others(attributes: Mapping[str, str | None]) -> tuple[int, str]:
    """What attributes other than class and id say: traits, and the names they give."""
    traits = 0
    names = ""
    for key, value in attributes.items():
        if key in _NAMING:
            if value:
                names = (f"{names} {value}" if names else value)[:LONGEST]
        elif key == "style":
            if value and "none" in value and "display:none" in value.replace(" ", ""):
                traits |= HIDDEN
        elif key == "hidden" or (key == "aria-hidden" and value == "true"):
            traits |= HIDDEN
    return traits, names


def read_inline(attributes: Mapping[str, str | None]) -> int:
    """The traits of a link or a span."""
    traits = 0
    for key, value in attributes.items():
        if key == "href":
            if value and _AUTHOR_PATH.search(value):
                traits |= AUTHOR
        elif value and key in {"class", "rel", "itemprop", "id", "data-testid"}:
            traits |= read(value[:LONGEST])[0]
        elif (
            key == "hidden"
            or (key == "aria-hidden" and value == "true")
            or (key == "style" and value and _UNSEEN.search(value))
        ):
            traits |= HIDDEN
    return traits
