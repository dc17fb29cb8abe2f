"""The headline: what the page shows as such and what it declares, without the site's name."""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Final

from scraper.extract.head import Head
from scraper.extract.jsonld import plain
from scraper.extract.outline import Outline
from scraper.extract.pictures import source_of

_LONGEST: Final = 400  # characters of a headline
_LONGEST_NAME: Final = 100  # of a site's name
_LOGO: Final = re.compile(
    r"(?:^|[/_.\s-])(?:logo(?:type)?s?|masthead|wordmark)(?:[/_.\s-]|\d|$)", re.IGNORECASE
)
_OF_LOGO: Final = re.compile(r"\blogo(?:type)?\b|\bhome\s?page\b", re.IGNORECASE)
_SHORTEST_NAME: Final = 4
_MOST_LOGOS: Final = 12  # pictures among which the logo is looked for
_SMALLER: Final = frozenset(("h2", "h3"))
_SHORTEST_REST: Final = 10  # letters of a headline beside the name of a site
_FEW_WORDS: Final = 3  # fewer of them are in many a longer headline
_MOST_BLOCKS: Final = 200  # among which the headline is looked for
_ARCHIVE: Final = re.compile(r"^\W*Blog Archive\s*[»:|-]\s*", re.IGNORECASE)
_SEPARATOR: Final = re.compile(
    r"\s+(?:[|·•»«:–—-]|::|/)\s+|\s*[|ǀ│ㅣ｜_]\s*|\s+-\s*|\s*-\s+|"
    # Chinese and Korean titles have no space around the sign before a short last part.
    r"(?<=\w)-(?=[\u3400-\u9fff\uac00-\ud7af]{2,8}(?:[ㅣ|_-]|$))"
)
_TAIL: Final = re.compile(r"\s*[:：]\s*([^:：]{2,60})$")
_WORD: Final = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|(?:(?![\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])\w)+"
)
_LETTERS: Final = re.compile(r"[^\W_]+")
_SPACE_BEFORE: Final = re.compile(r"\s+([,.;:!?…»”’)\]])")


class SiteNames:
    """The names that a page's site goes by, to be kept out of its headlines."""

    def __init__(self, names: Iterable[str | None], host: str, logos: Iterable[str] = ()) -> None:
        labels = [label for label in host.lower().split(".") if label not in {"www", "m", "amp"}]
        self.domain = "".join(labels)
        self.label = max(labels[:-1], key=len, default="").replace("-", "")
        self.names = {squeeze(name[:_LONGEST_NAME]) for name in names if name}
        self.names.discard("")
        self._logos = logos
        self.cleaned: dict[str, str] = {}  # titles without the names: most pages have one thrice
        self._squeezed_logos: set[str] | None = None

    def stands_beside(self, part: str, rest: str) -> bool:
        """Whether a part of a title is the site's name beside the headline in `rest`.

        Other pictures than the logo are named so too: a headline longer than its name settles it.
        """
        if self.holds(part):
            return True
        name = squeeze(part)
        if self._squeezed_logos is None:
            self._squeezed_logos = {squeeze(logo) for logo in self._logos}
        return name in self._squeezed_logos and len(squeeze(rest)) >= len(name)

    def holds(self, text: str) -> bool:
        """Whether a part of a title is the site's name."""
        part = squeeze(text)
        if not part:
            return True
        if part in self.names or part == self.label or part in {self.domain, "www" + self.domain}:
            return True
        if len(self.label) >= 4 and (part.startswith(self.label) or part.endswith(self.label)):
            return len(part) < len(self.label) + 12
        return any(
            len(name) >= 4 and len(part) >= 4 and (name in part or part in name)
            and abs(len(name) - len(part)) <= 12
            for name in self.names
        )  # fmt: skip


def names_of_logos(outline: Outline) -> Iterator[str]:
    """What the first pictures of a page say in place of the site's logo: pages without metadata."""
    for attributes, _, _ in outline.images[:_MOST_LOGOS]:
        written = attributes.get("alt")
        if not written or len(written) < _SHORTEST_NAME:
            continue
        written = _OF_LOGO.sub("", written[:_LONGEST_NAME]).strip(" :-–|")
        marks = (attributes.get("class"), attributes.get("id"), source_of(attributes))
        if len(squeeze(written)) >= _SHORTEST_NAME and any(
            mark and _LOGO.search(mark[:_LONGEST]) for mark in marks
        ):
            yield written


def squeeze(text: str) -> str:
    """Letters and digits only, lower-case: how names are compared."""
    return "".join(_LETTERS.findall(text.lower()))


def without_site(title: str, sites: SiteNames) -> str:
    """A title without the site's name, and what hangs on it, at its end or its beginning."""
    found = sites.cleaned.get(title)
    if found is None:
        found = sites.cleaned[title] = _without_site(title, sites)
    return found


def _without_site(title: str, sites: SiteNames) -> str:
    whole = title
    parts = _parts(title)
    for number, part in enumerate(parts):
        name = title[: part.start()]
        # The first part alone, unless the name itself has several.
        if sites.stands_beside(name, title[part.end() :]) and (
            not number or squeeze(name) in sites.names
        ):
            title = title[part.end() :]
            parts = _parts(title)
            break
    cut = len(title)
    for part, following in zip_longest(parts, parts[1:]):
        end = following.start() if following else cut
        if sites.stands_beside(title[part.end() : end], title[: part.start()]):
            cut = part.start()
            # A section between the headline and the site: "Headline - News - Site".
            shorter = [each for each in parts if each.end() <= cut]
            if shorter and _is_section(title[shorter[-1].end() : cut]):
                cut = shorter[-1].start()
            break
    else:
        tail = _TAIL.search(title)
        if tail and squeeze(tail[1]) in sites.names:
            cut = tail.start()
    return _ARCHIVE.sub("", title[:cut].strip()) or title.strip() or whole.strip()


def _parts(title: str) -> list[re.Match[str]]:
    """What parts a title: no dash at its beginning, as a quotation in Norway has, no double one."""
    found = [part for part in _SEPARATOR.finditer(title) if part.start()]
    return [
        part
        for part, following in zip_longest(found, found[1:])
        if following is None or part.end() < following.start()
    ]


def _is_section(text: str) -> bool:
    return len(text) <= 24 and len(text.split()) <= 2


def find_title(
    head: Head, shown: list[str], sites: SiteNames, outline: Outline | None = None
) -> tuple[str, str] | None:
    """The headline and where it was found; `shown` are the texts of the page's h1 elements."""
    shown = [without_site(text, sites) for text in shown]
    declared = _declared(head, sites)
    best = _confirmed(shown, declared)
    if best is not None:
        below = None
        if outline is not None and all(source == "title" for _, source in declared):
            below = _below_the_name(best, head.title, outline)
        return below or _reconciled(best, declared)
    if declared:
        return declared[0]
    shown = [text for text in shown if text and not sites.holds(text)]
    return (shown[0][:_LONGEST], "h1") if shown else None


def _below_the_name(heading: str, title: str, outline: Outline) -> tuple[str, str] | None:
    """The h2 or h3 that is the rest of the title, where the h1 is the name of the site.

    "The Complete Desktop: Metaprogramming" with the headings "The Complete Desktop" (h1) and
    "Metaprogramming" (h2): blogs whose every page has the same h1.
    """
    rest = ""
    if title.startswith(heading):
        rest = title[len(heading) :]
    elif title.endswith(heading):
        rest = title[: -len(heading)]
    rest = squeeze(rest)
    if len(rest) < max(_SHORTEST_REST, len(squeeze(heading))):
        return None
    for block in outline.blocks[:_MOST_BLOCKS]:
        if block.box.tag in _SMALLER and squeeze(block.text[:_LONGEST]) == rest:
            return block.text, f"{block.box.tag}, rest of the title"
    return None


def _declared(head: Head, sites: SiteNames) -> list[tuple[str, str]]:
    """The headlines that the page declares, without the site's name, and where; each once."""
    found: dict[str, str] = {}
    linked = head.data.text("headline") or head.data.text("name")
    if linked:
        found[linked[:_LONGEST]] = "json-ld headline"
    for names in (
        ("og:title",),
        ("twitter:title", "parsely-title", "sailthru.title", "dc.title", "title"),
    ):
        meta = head.first(*names)
        text = plain(meta[0]) if meta else None
        if meta and text:
            found.setdefault(text[:_LONGEST], meta[1])
    if head.title:
        found.setdefault(head.title[:_LONGEST], "title")
    cleaned: dict[str, str] = {}
    for text, source in found.items():
        cleaned.setdefault(without_site(text, sites), source)
    return [(text, source) for text, source in cleaned.items() if text and not sites.holds(text)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _confirmed(shown: list[str], declared: list[tuple[str, str]]) -> str | None:
    """The heading that agrees best with what is declared, if one agrees at all."""
    best, best_share = None, 0.5
    wanted = [set(_words(text)) for text, _ in declared]
    for text in dict.fromkeys(shown):
        words = set(_words(text))
        for others in wanted:
            if words and others:
                share = _agreement(words, others)
                if share > best_share:
                    best, best_share = text, share
    return best


def _agreement(words: set[str], others: set[str]) -> float:
    """Which share of the words of two headlines they have in common, of the shorter one's."""
    common = len(words & others)
    fewer, more = sorted((len(words), len(others)))
    if fewer < _FEW_WORDS < more:
        return common / more * 2
    return common / fewer


def _reconciled(shown: str, declared: list[tuple[str, str]]) -> tuple[str, str]:
    """The heading, or the declared form of it where that is the same text better set.

    Markup hides the colon between a kicker and the headline, and some sites put the kicker into
    the heading itself.
    """
    letters = squeeze(shown)
    for text, source in declared:
        if squeeze(text) == letters and text != shown:
            return (text, source) if len(text) > len(shown) else (shown, "h1")
    for text, source in declared:
        part = squeeze(text)
        if source == "og:title" and len(part) >= 20 and letters.endswith(part) and part != letters:
            return text, f"{source}, kicker left out"
    return shown[:_LONGEST], "h1"


def heading_text(fragments: str) -> str:
    """The text of a heading whose fragments were parted by spaces."""
    return _SPACE_BEFORE.sub(r"\1", " ".join(fragments[: 4 * _LONGEST].split()))
