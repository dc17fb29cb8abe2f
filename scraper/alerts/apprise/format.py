"""An alert as title and text for any service that Apprise knows: plain text, pure.

Apprise escapes plain text where a service wants HTML or Markdown, so what a page says is no markup
there. A word joiner after each "@" keeps it from naming anybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from xml.sax.saxutils import escape

from scraper.alerts.brief import Brief, quoted
from scraper.alerts.markup import Markup

Form = Literal["text", "html", "markdown"]

_LONGEST_TITLE: Final = 250  # characters
_LONGEST_TEXT: Final = 6000  # where a service takes more
_LINK_AT_MOST: Final = 0.6  # of the room: in place of a longer link the headline has it all
_LEAST_LINE: Final = 30  # what has less room than this is left out
_SPACING: Final = "\n" * 4  # empty lines: after the head, and before the end

_MARKED: Final = str.maketrans({sign: "\\" + sign for sign in "\\_*[]()~`>#+=|{}.!&-"})
_SIGNS: Final = {"'": "&apos;", '"': "&quot;", "\n": "<br/>", " ": "&nbsp;", "\t": "&emsp;"}

# How long plain text is as Apprise writes it for a service, at most.
_SIZES: Final[Mapping[Form, Callable[[str], int]]] = {
    "text": len,
    "html": lambda text: len(escape(text, _SIGNS)),
    "markdown": lambda text: len(text.translate(_MARKED)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a service takes: so many characters of a title (0: it has none) and of a text.

    `form` is what Apprise makes of plain text before they are counted; `shared`: title and text
    count as one.
    """

    name: str
    title: int
    text: int
    form: Form
    shared: bool


def written(shown: Brief, service: Service) -> tuple[str, str]:
    """Title and text, each as long as the service takes; the title is "" where there is none."""
    markup = Markup(escape=_joined, hit=("*", "*"), size=_SIZES[service.form])
    title = markup.fit(shown.label, min(service.title, _LONGEST_TITLE)) if service.title else ""
    room = min(service.text, _LONGEST_TEXT)
    if service.shared:
        room -= markup.size(f"{title}\n\n")
    page = _Page(markup, room)
    page.whole("link", shown.link, at_most=int(room * _LINK_AT_MOST))
    page.cut("headline", shown.title)
    if not title:
        page.cut("label", shown.label)
    page.left -= markup.size(_SPACING)
    page.cut("byline", shown.byline)
    page.whole("acknowledge", shown.acknowledge, at_most=page.left)
    page.cut("also_in", shown.also_in)
    return title, page.text(shown)


def _joined(text: str) -> str:
    return text.replace("@", "@\N{WORD JOINER}")


class _Page:
    """Text that is filled, what matters most first; `left` is the room that there still is."""

    def __init__(self, markup: Markup, room: int) -> None:
        self.left = room
        self._markup = markup
        self._lines: dict[str, str] = {}

    def whole(self, name: str, text: str | None, *, at_most: int) -> None:
        """A line that stands there whole or not at all."""
        if text and self._markup.size(f"{text}\n") <= min(at_most, self.left):
            self._take(name, text)

    def cut(self, name: str, text: str) -> None:
        """A line that is cut to the room that there is."""
        room = self.left - self._markup.size("\n")
        if not self._lines or room >= _LEAST_LINE:
            self._take(name, self._markup.fit(text, room))

    def text(self, shown: Brief) -> str:
        """All of it in order, with as many passages as have room."""
        between = self._markup.size("\n\n") * len(shown.quotes)
        quotes = quoted(shown.quotes, self._markup, room=self.left - between)
        head = self._some("label", "headline", "byline")
        end = self._some("also_in", "link", "acknowledge")
        return "\n\n".join(part for part in (head, *quotes, end) if part)

    def _take(self, name: str, line: str) -> None:
        self._lines[name] = line
        self.left -= self._markup.size(f"{line}\n")

    def _some(self, *names: str) -> str:
        return "\n".join(line for name in names if (line := self._lines.get(name)))
