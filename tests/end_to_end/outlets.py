"""News for local outlets: stories that share nothing, each with its own words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from tests.servers import Item, LocalSite, article_html, rss

FIRST = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)

_SYLLABLES = [consonant + vowel for consonant in "bdfghklmnprstvwz" for vowel in "aeiou"]


def words(random: Random, count: int) -> str:
    """Made-up words: no two stories share a run of them."""
    return " ".join(
        "".join(random.choices(_SYLLABLES, k=random.randint(2, 4))) for _ in range(count)
    )


def story(seed: int, *, mention: str = "") -> list[str]:
    """Five paragraphs of a story of its own, which may mention something."""
    random = Random(seed)
    paragraphs = [f"{words(random, 30).capitalize()}." for _ in range(5)]
    if mention:
        paragraphs[2] += f" A witness spoke of {mention} late in the evening."
    return paragraphs


class Outlet:
    """An outlet with a feed, on a local site."""

    def __init__(self, site: LocalSite, name: str = "outlet") -> None:
        self.site = site
        self.name = name
        self.items: list[Item] = []
        self.publish_feed()

    @property
    def feed(self) -> str:
        return self.site.url(f"/{self.name}/rss.xml")

    def publish(
        self,
        slug: str,
        title: str,
        paragraphs: Sequence[str],
        *,
        updated: datetime | None = None,
        summary: str | None = None,
        page: bool = True,
    ) -> str:
        """Put an article up, or its new text, and into the feed."""
        path = f"/{self.name}/2026/03/{slug}"
        published = FIRST + timedelta(minutes=len(self.items))
        if page:
            html = article_html(title, paragraphs, published, site_name=self.name.title())
            self.site.add(path, html)
        item = Item(
            url=self.site.url(path),
            title=title,
            published=published,
            updated=updated,
            summary=summary,
        )
        self.items = [item, *(known for known in self.items if known.url != item.url)]
        self.publish_feed()
        return item.url

    def publish_feed(self) -> None:
        self.site.add(
            f"/{self.name}/rss.xml", rss(self.items, title=self.name.title()), "application/rss+xml"
        )
