"""Tells in the terminal what happens in the demo, while it happens."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TextIO

from scraper.alerts.clean import one_line
from scraper.alerts.message import segments
from scraper.clock import Clock
from scraper.demo.ledger import Ledger, Line
from scraper.demo.programme import SHOW_SECONDS, WATCHES, Moment
from scraper.demo.receivers import ReceivedHook, ReceivedMail
from scraper.demo.site import NewsSite
from scraper.pipeline.admit import Admission, Outcome
from scraper.pipeline.visit import Visit
from storage.records import Passage, StoredArticle

_WHO, _WHAT = 19, 9  # widths of the columns after the time, in characters
_INDENT = 9 + 2 + _WHO + 2 + _WHAT + 2
_NARROWEST = 80
_MOST_PASSAGES = 3

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _BLUE = "1", "2", "1;31", "32", "33", "34"
_HIT = "1;7"
_ALL_IS_WELL = (
    "every one arrived by mail and by webhook, nothing else rang, "
    "and no page that is closed to robots was read."
)

Word = list[tuple[str, bool]]  # the pieces of a word, and whether the query asked for each


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether colours are for this stream: a terminal, and NO_COLOR (no-color.org) not set."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


class DemoShow:
    """Prints a line for everything that happens, and a table at the end.

    Its methods fit where they are called from: `published` into NewsSite.play, `visited` and
    `admitted` into the hooks of the app, `mailed` and `hooked` into the receivers.
    """

    def __init__(
        self,
        site: NewsSite,
        *,
        clock: Clock,
        stream: TextIO,
        colour: bool = False,
        width: int = 100,
    ) -> None:
        self.ledger = Ledger(article_at=site.article_at)
        self.is_unheard = False  # whoever read along (`head`, a pager) is gone
        self._site = site
        self._clock = clock
        self._stream = stream
        self._colour = colour
        self._width = max(width, _NARROWEST)
        self._start = clock.monotonic()
        self._alerts: dict[str, str] = {}  # alert id → what it was: for the channels' lines

    def opened(self) -> None:
        """Say what is going to be seen; time is counted from here."""
        self._start = self._clock.monotonic()
        watches = " and ".join(watch.name for watch in WATCHES)
        self._print(f"{len(self._site.outlets)} outlets publish on loopback:")
        for online in self._site.outlets:
            self._print(f"  {_padded(online.name, _WHO)}  {online.url}")
        self._print(
            f"{len(WATCHES)} watches listen: {watches}. "
            f"{len(self.ledger.expected)} alerts should ring within {SHOW_SECONDS:.0f} seconds."
        )
        self._print("")

    def published(self, moment: Moment) -> None:
        """An outlet published something."""
        article = moment.article
        outlet = self._site.outlet(article.outlet).name
        self._tell(outlet, "published", article.headline, _BLUE, remark=moment.remark)

    def visited(self, visit: Visit) -> None:
        """A source was visited; silence when there was nothing new."""
        if visit.error is not None:
            self._tell(visit.source.name, "failed", visit.error, _YELLOW)
        elif visit.new or visit.changed:
            found = [f"{visit.new} new"] if visit.new else []
            found += [f"{visit.changed} changed"] if visit.changed else []
            self._tell(visit.source.name, "visited", ", ".join(found), _DIM)

    def admitted(self, admission: Admission) -> None:
        """An article was admitted, and perhaps it rang."""
        article = admission.article
        if admission.outcome in {
            Outcome.COPY,
            Outcome.REWRITE,
            Outcome.EVENT,
            Outcome.REVISION,
        }:
            muted = ", ".join(watch.name for watch in admission.muted)
            remark = f"no second alert: {muted}" if muted else ""
            what = admission.outcome.value
            self._tell(self._outlet(article), what, _title(article), _YELLOW, remark=remark)
        for rung in admission.rang:
            self.rang(rung.alert_id, rung.watch.name, rung.article, rung.match.passages)

    def rang(
        self, alert_id: str, watch: str, article: StoredArticle, passages: Sequence[Passage]
    ) -> None:
        """A watch rang: what for, and the passages that did it."""
        self.ledger.ring(alert_id=alert_id, watch=watch, url=article.article.url)
        self._alerts[alert_id] = f"{watch}: {_title(article)}"
        self._tell(self._outlet(article), "ALERT", self._alerts[alert_id], _RED)
        for passage in passages[:_MOST_PASSAGES]:
            self._quote(passage)

    def mailed(self, mail: ReceivedMail) -> None:
        """A mail arrived at the demo's mail server."""
        self.ledger.mailed.add(str(mail.message.get("X-Tocsin-Alert", "")))
        self._tell(", ".join(mail.recipients), "mail", mail.subject, _GREEN)

    def hooked(self, hook: ReceivedHook) -> None:
        """A webhook with a good signature arrived at the demo's receiver."""
        alert_id = str(hook.payload["data"]["alert"]["id"])
        self.ledger.hooked.add(alert_id)
        what = self._alerts.get(alert_id, alert_id)
        self._tell("webhook receiver", "webhook", what, _GREEN, remark="signature verified")

    def closed(self) -> bool:
        """Print the table; whether everything came as expected."""
        lines, surprises = self.ledger.lines(), self.ledger.surprises()
        seen = sum(line.rang for line in lines) + len(surprises)
        self._print("")
        self._table(lines)
        for rung in surprises:
            self._print(self._styled(f"Not expected: {rung.watch} rang for {rung.url}", _RED))
        trespasses = len(self._site.trespasses)
        if trespasses:
            complaint = f"robots.txt was not heeded; requests for closed pages: {trespasses}."
            self._print(self._styled(complaint, _RED))
        is_right = self.ledger.is_right and not trespasses
        verdict = f"{len(WATCHES)} watches, {len(lines)} alerts expected, {seen} seen; " + (
            "every one arrived by mail and by webhook." if is_right else "this is not right."
        )
        self._print("")
        self._print(self._styled(verdict, _GREEN if is_right else _RED))
        return is_right

    def _table(self, lines: Iterable[Line]) -> None:
        room = self._width - 48
        heading = (
            f"{'watch':<10}{'story':<{room}}{'expected':>9}{'rang':>7}{'mail':>7}{'webhook':>9}"
        )
        self._print(self._styled(heading, _BOLD))
        for line in lines:
            story = one_line(line.expected.headline, limit=room - 2)
            row = f"{line.expected.watch:<10}{story:<{room}}{1:>9}"
            row += f"{line.rang:>7}{line.mailed:>7}{line.hooked:>9}"
            self._print(row if line.is_right else self._styled(row, _RED))

    def _quote(self, passage: Passage) -> None:
        margin = " " * _INDENT
        words = _words((segment.text, segment.hit) for segment in segments(passage))
        label = self._styled(f"{passage.field}: ", _DIM)
        room = self._width - _INDENT - len(passage.field) - 2
        for number, line in enumerate(_lines(words, room)):
            text = " ".join("".join(self._piece(*piece) for piece in word) for word in line)
            self._print(margin + (label if number == 0 else " " * (len(passage.field) + 2)) + text)

    def _piece(self, text: str, hit: bool) -> str:  # noqa: FBT001 - a piece is a pair everywhere here
        if not hit:
            return text
        return self._styled(text, _HIT) if self._colour else f"*{text}*"

    def _tell(self, who: str, what: str, text: str, style: str, *, remark: str = "") -> None:
        """A line of the stream; the remark stands behind the text, or below it for want of room."""
        elapsed = self._clock.monotonic() - self._start
        room = self._width - _INDENT
        who = _padded(one_line(who, limit=_WHO), _WHO)
        text = one_line(text, limit=room)
        note = self._styled(f"({remark})", _DIM) if remark else ""
        is_beside = len(text) + 4 + len(remark) <= room
        line = f"{elapsed:7.1f} s  {who}  {self._styled(what.ljust(_WHAT), style)}  {text}"
        self._print(f"{line}  {note}" if note and is_beside else line)
        if note and not is_beside:
            self._print(" " * _INDENT + note)

    def _outlet(self, article: StoredArticle) -> str:
        published = self._site.article_at(article.article.url)
        return self._site.outlet(published.outlet).name if published else article.article.url

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._colour and text else text

    def _print(self, line: str) -> None:
        # A terminal that cannot show a character shows a question mark instead of ending the show.
        encoding = self._stream.encoding or "utf-8"
        line = line.encode(encoding, "replace").decode(encoding)
        if self.is_unheard:
            return
        try:
            print(line.rstrip(), file=self._stream, flush=True)
        except BrokenPipeError:
            self.is_unheard = True


def _title(article: StoredArticle) -> str:
    return article.article.title or article.article.url


def _padded(text: str, width: int) -> str:
    """The text filled up to a width in columns; marks above and below letters take none."""
    columns = sum(not unicodedata.combining(character) for character in text)
    return text + " " * (width - columns)


def _words(pieces: Iterable[tuple[str, bool]]) -> Iterator[Word]:
    """The words of a passage: "Baghdad's" is one, of two pieces, when only "Baghdad" was a hit."""
    word: Word = []
    for text, hit in pieces:
        for character in text:
            if character.isspace():
                if word:
                    yield word
                word = []
            elif word and word[-1][1] == hit:
                word[-1] = (word[-1][0] + character, hit)
            else:
                word.append((character, hit))
    if word:
        yield word


def _lines(words: Iterable[Word], width: int) -> Iterator[list[Word]]:
    """Words laid out on lines of at most `width` characters, as far as words allow."""
    line: list[Word] = []
    used = 0
    for word in words:
        length = sum(len(text) for text, _ in word)
        if line and used + 1 + length > width:
            yield line
            line, used = [], 0
        used += length + (1 if line else 0)
        line.append(word)
    if line:
        yield line
