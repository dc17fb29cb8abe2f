"""Pages are made of templates; whatever they show is escaped."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from scraper.clock import Clock
from scraper.pipeline.words import span
from storage.records import Passage, Scope

_HERE: Final = Path(__file__).parent.parent
STATIC: Final = _HERE / "static"
# Right to left (Unicode, annex 9: the scripts of the Hebrew, Arabic, Syriac and other blocks).
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


_SECTIONS: Final = (
    ("/", "Now", Scope.READ),
    ("/stories", "Stories", Scope.READ),
    ("/articles", "Articles", Scope.READ),
    ("/watches", "Watches", Scope.READ),
    ("/sources", "Sources", Scope.READ),
    ("/alerts", "Alerts", Scope.READ),
    ("/channels", "Channels", Scope.READ),
    ("/charts", "Charts", Scope.READ),
    ("/accounts", "Accounts", Scope.ADMIN),
    ("/log", "Log", Scope.ADMIN),
)


class Pages:
    """Makes pages of templates."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= FILTERS
        self._environment.globals |= {
            "static": self._static,
            "Scope": Scope,
            "sections": sections,
            "leads": leads,
        }

    def render(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """The page, for who asks for it."""
        shown = self.text(request, template, **context)
        return HTMLResponse(shown, status_code=status, headers=headers)

    def text(self, request: Request, template: str, **context: Any) -> str:
        """The same as text: for what is sent piece by piece."""
        identity = request.state.identity
        return self._environment.get_template(template).render(
            identity=identity,
            csrf=identity.csrf,
            may=identity.may,
            path=request.url.path,
            is_part=request.headers.get("hx-request") == "true"
            and request.headers.get("hx-boosted") != "true",
            now=self._clock.now(),
            **context,
        )

    def part(self, template: str, **context: Any) -> str:
        """A part of a page that is the same whoever looks at it: it holds no form."""
        return self._environment.get_template(template).render(now=self._clock.now(), **context)

    def _static(self, name: str) -> str:
        """Where a static file is, with its version: browsers may keep it for ever."""
        return f"/static/{name}?v={self._versions[name]}"

    @cached_property
    def _versions(self) -> Mapping[str, str]:
        return {
            file.relative_to(STATIC).as_posix(): sha256(file.read_bytes()).hexdigest()[:12]
            for file in STATIC.rglob("*")
            if file.is_file()
        }


def sections(may: Callable[[Scope], bool]) -> list[tuple[str, str]]:
    """Where the main menu leads: address and name of what somebody may see."""
    return [(address, name) for address, name, scope in _SECTIONS if may(scope)]


def leads(address: str) -> bool:
    """Whether there is a section at this address."""
    return any(address == known for known, _, _ in _SECTIONS)


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit."""
    if moment is None:
        return "never"
    return f"{_largest_unit(now - moment)} ago"


def in_time(moment: datetime | None, now: datetime) -> str:
    """How far ahead, in the largest unit."""
    if moment is None:
        return ""
    return "now" if moment <= now else f"in {_largest_unit(moment - now)}"


def weblink(url: str) -> str | None:
    """The link, if it is one to the web: what comes from outside could be javascript:."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None


def marked(passage: Passage) -> Markup:
    """A passage with what matched marked; everything in it is escaped."""
    parts, at = [], 0
    for start, end in passage.highlights:
        parts += [
            escape(passage.text[at:start]),
            Markup("<mark>{}</mark>").format(passage.text[start:end]),
        ]
        at = end
    return Markup().join([*parts, escape(passage.text[at:])])


def count(number: int, one: str, many: str | None = None) -> str:
    """Such as "1 article" and "2,000 articles"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def direction(text: str | None) -> str:
    """Which way a text runs: "rtl" if more of it is in a script from right to left."""
    letters = [letter for letter in (text or "")[:500] if letter.isalpha()]
    right = sum(1 for letter in letters if _RIGHT_TO_LEFT.match(letter))
    return "rtl" if 2 * right > len(letters) else "ltr"


def moment(value: datetime | None) -> str:
    """A time in UTC for a machine, as the attribute `datetime` has it."""
    return "" if value is None else value.isoformat(timespec="seconds").replace("+00:00", "Z")


def clock_time(value: datetime | None) -> str:
    """A time in UTC for people."""
    return "" if value is None else value.strftime("%Y-%m-%d %H:%M UTC")


def _largest_unit(duration: timedelta) -> str:
    seconds = max(0, int(duration.total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "ago": ago,
    "in_time": in_time,
    "weblink": weblink,
    "marked": marked,
    "count": count,
    "direction": direction,
    "moment": moment,
    "clock_time": clock_time,
    "span": span,
    "tojson_text": partial(json.dumps, ensure_ascii=False),
}
