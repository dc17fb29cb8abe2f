"""What an article of the demo is, and which outlets print it.

An article holds what its page states and nothing else, so it is also the truth that tests compare
the extraction with: a field that is empty here is nowhere on the page.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

_WORDS_A_MINUTE = 220  # by which the sites reckon "2 min read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A lead picture: its file below /images/, what stands under it, and whose it is."""

    file: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """One article as its outlet prints it. `path` begins with a slash and may hold a query."""

    key: str
    outlet: str
    path: str
    headline: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    section: str
    standfirst: str | None = None
    modified_at: datetime | None = None
    byline: str | None = None  # the desk that signs it: no person, so no author either
    tags: tuple[str, ...] = ()
    language: str = "en"
    picture: Picture | None = None

    @property
    def body(self) -> str:
        """The paragraphs, parted by a blank line: the form of an article's body in JSON."""
        return "\n\n".join(self.paragraphs)

    @property
    def minutes(self) -> int:
        """How long reading takes, in minutes, at least one."""
        return max(1, ceil(len(self.body.split()) / _WORDS_A_MINUTE))

    @property
    def changed_at(self) -> datetime:
        """When this text appeared: the time of the edit, else of the publication."""
        return self.modified_at or self.published_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A news site: its name, and how it tells the world what it has published.

    `source_path` is what a monitor would visit; `sections` are the entries of the menu that stands
    on every page; `charset` is that of its pages, `compressed` whether they go out gzipped.
    """

    key: str
    name: str
    tagline: str
    language: str
    source_path: str
    sections: tuple[str, ...]
    charset: str = "utf-8"
    compressed: bool = False


def prose(text: str) -> tuple[str, ...]:
    """The paragraphs of a text: parted by blank lines, each one line whatever its lines here."""
    return tuple(" ".join(block.split()) for block in text.strip().split("\n\n"))


# The way a real site forbids things: what robots may not see is linked all the same.
DISALLOWED = "/early/"

LANTERN = Outlet(
    key="lantern",
    name="The Morning Lantern",
    tagline="News by first light",
    language="en",
    source_path="/rss.xml",
    sections=("World", "Sport", "Weather", "Science", "Culture"),
)
NORTHQUAY = Outlet(
    key="northquay",
    name="Northquay Wire",
    tagline="First with the facts",
    language="en",
    source_path="/sitemaps/news.xml",
    # "Rocket science" is in the menu of every page here and must not ring for any of them.
    sections=("Top stories", "Business", "Transport", "Health", "Rocket science"),
    compressed=True,
)
GAZETTE = Outlet(
    key="gazette",
    name="Two Rivers Gazette",
    tagline="Weekly since the floods",
    language="ar",
    source_path="/index.html",
    sections=("Local", "Skies", "Culture"),
    charset="windows-1256",
)
OUTLETS = (LANTERN, NORTHQUAY, GAZETTE)
