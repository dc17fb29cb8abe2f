"""Where the head of an HTML page ends: markup of the body must not speak for the page.

What readers write stands in the body, and a site may let a `<link>` of theirs through. So the head
ends as browsers with scripts on have it end: by `<body>`, or by the first element or text that no
head can have (https://html.spec.whatwg.org/multipage/parsing.html, 13.2.6.4.2 to 13.2.6.4.6). What
may be in a head and stands between `</head>` and `<body>` is in the head there. Where in doubt (a
space written `&#32;`, an empty `</>`) it is over sooner here.
"""

from typing import Final

from scraper.discover.html_stream import Tag

_WITHIN: Final = frozenset(
    {"base", "basefont", "bgsound", "head", "html", "link", "meta"}
    | {"noframes", "noscript", "script", "style", "template", "title"}
)
_ENDING: Final = frozenset({"body", "br", "html"})  # end tags that end it; others mean nothing
_INERT: Final = frozenset({"noscript", "template"})  # what is inside is no part of the page
_BLANK: Final = " \t\n\f\r"


class Head:
    """The state of one pass over the tags and texts of `html_stream.stream`."""

    def __init__(self) -> None:
        self.open = True
        self._inert: list[str] = []  # the elements open whose inside does not count
        self._in_title = False
        self._ended = False  # by its end tag

    def holds(self, event: Tag | str) -> bool:
        """Whether the next tag or text is the head's. Once one is not, none is."""
        if not self.open:
            return False
        if isinstance(event, str):
            is_within = self._in_title or bool(self._inert) or not event.strip(_BLANK)
            self._in_title = False
            self.open = is_within
            return is_within and not self._inert
        self._in_title = event.name == "title" and not event.closing
        if self._inert:
            self._inside_inert(event)
            return False
        if event.closing:
            self.open = event.name not in _ENDING
            self._ended = self._ended or event.name == "head"
        else:
            self.open = event.name in _WITHIN and not (self._ended and event.name == "noscript")
            if event.name in _INERT:
                self._inert.append(event.name)
        return self.open

    def _inside_inert(self, event: Tag) -> None:
        """A tag in <noscript>, which ends with its end tag, or in <template>, which nests."""
        innermost = self._inert[-1]
        if event.closing and event.name == innermost:
            self._inert.pop()
        elif event.name == innermost == "template" and not event.closing:
            self._inert.append(event.name)
