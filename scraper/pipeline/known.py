"""What is known of an article: its links, its identity, and whether a later reading is news of it.

Pure decisions, for admission and for repairs.
"""

import re
from dataclasses import dataclass, replace

from scraper.dedupe import is_material
from scraper.discover import article_links
from scraper.discover.links import host, hostname, normalise
from scraper.discover.sites import registrable
from storage.records import Article, EntryState, FrontierEntry, Signature, StoredArticle

# Of the characters of a stored text, in a repair that nobody asked for: rules that fail on a site
# must not take its texts away unseen.
KEPT_AT_LEAST = 0.5

_NUMBER = re.compile(r"\d{5,}")  # what publishing systems number articles by
_ARTICLE, _SECTION = 3.0, 1.0  # scores of article_links, from and below which a link is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The page that a stored article was read from, as today's rules read it.

    `was` is the article as it is stored; `article` is what would be stored of that page today.
    """

    was: Article
    article: Article
    signature: Signature

    @property
    def loses_text(self) -> bool:
        """Whether most of the stored text is not in it: nobody should take it for better unseen."""
        return len(self.article.body) < KEPT_AT_LEAST * len(self.was.body)

    def says(self, article: Article) -> bool:
        """Whether a later reading says no more than this one: nobody edited the article."""
        return not is_revision(self.article, keep_identity(article, self.article))


def outlet_of(url: str) -> str:
    """Who published what is at a link: the domain that somebody registered.

    Where there is none (an IP address, a name within a network) it is the host with its port.
    """
    name = hostname(url)
    site = registrable(name)
    return site if "." in site and site[-1].isalpha() else host(url)


def own_keys(*links: str) -> list[str]:
    """The distinct keys of the links by which a page was reached."""
    return list(dict.fromkeys(normalise(link) for link in links))


def canonical_key(article: Article) -> str | None:
    """The key of the canonical link, if the page may speak for it and it may be the article's.

    A hostile page could otherwise claim another outlet's link and have that outlet's article taken
    for known; and a careless one names its front page, its section, or one article on all pages,
    and would have the article that is really there taken for known.
    """
    if article.canonical_url is None:
        return None
    try:
        key, own = normalise(article.canonical_url), normalise(article.url)
    except ValueError:
        return None
    return key if key == own or (_is_of_site(key, own) and _may_be_article(key, own)) else None


def _is_of_site(key: str, own: str) -> bool:
    """Whether two links have one host; or one site and one last segment, as twins have."""
    here, there = host(own), host(key)
    if here == there:
        return True
    return registrable(hostname(own)) == registrable(hostname(key)) and _last(own) == _last(key)


def _may_be_article(key: str, own: str) -> bool:
    """Whether a link may be that of the article at `own`, by the two addresses."""
    if not article_links.is_possible(key):
        return False  # a front page, a tag, a search
    numbers = set(_NUMBER.findall(own)), set(_NUMBER.findall(key))
    if all(numbers) and numbers[0].isdisjoint(numbers[1]):
        return False  # another article
    if article_links.identified(key):
        return True
    is_section = own.startswith(f"{key}/")
    return not is_section and not (
        article_links.score(own) >= _ARTICLE and article_links.score(key) < _SECTION
    )


def _last(url: str) -> str:
    return (article_links.segments(url) or [""])[-1]


def keep_identity(article: Article, known: Article) -> Article:
    """A later reading of a stored article: it keeps the link it is known by, and its first time."""
    return replace(
        article,
        url=known.url,
        canonical_url=known.canonical_url or article.canonical_url,
        published_at=known.published_at or article.published_at,
    )


def is_revision(known: Article, article: Article) -> bool:
    """Whether a later reading says something else: trifles do not count (see `is_material`).

    A reading that came back empty is a broken page, a consent wall or a paywall, not a revision.
    """
    if not article.body.strip():
        return False
    return is_material(known, article, article.language or known.language)


def is_first_page(entry: FrontierEntry) -> bool:
    """Whether its page is read for the first time, and its article is what the source told.

    What the page says more than a summary is news of the article, though nobody edited it.
    """
    return entry.article_id is not None and entry.state is EntryState.PENDING


def better(stored: StoredArticle, reading: Article, first: Article | None) -> Article:
    """The article as it would be, had it been admitted by today's rules.

    It keeps the link it is known by. Of an article that was revised the first page tells when it
    was published: later ones may give the time of the revision. Where that page, `first`, is not
    kept any more, the earlier of the two times is believed.
    """
    article = replace(reading, url=stored.article.url)
    if not stored.revisions:
        return article
    canonical_url = article.canonical_url or stored.article.canonical_url
    times = [stored.article.published_at, article.published_at]
    if first is not None and first.published_at is not None:
        times = [first.published_at]
    published_at = min(filter(None, times), default=None)
    return replace(article, canonical_url=canonical_url, published_at=published_at)
