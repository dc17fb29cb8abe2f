"""What a beat looks like on the page: made once, however many look at it."""

import asyncio
from collections import OrderedDict
from typing import Final

from scraper.clock import Clock
from scraper.web.attention import Attendant
from scraper.web.cards import cards_of
from scraper.web.live import Beat
from scraper.web.pages.render import Pages
from storage.database import Database

_KEPT: Final = 32  # beats: the last ones, and what those who came back had missed


class Frames:
    """Makes server-sent events of beats."""

    def __init__(
        self, database: Database, clock: Clock, pages: Pages, attendant: Attendant
    ) -> None:
        self._database = database
        self._clock = clock
        self._pages = pages
        self._attendant = attendant
        self._made: OrderedDict[Beat, asyncio.Future[bytes]] = OrderedDict()

    async def of(self, beat: Beat) -> bytes:
        """The beat as events: "ring" with the cards of stories, "troubles" with what they are.

        The id is that of the last alert: a browser that comes back names it.
        """
        made = self._made.get(beat)
        if made is None or (made.done() and (made.cancelled() or made.exception() is not None)):
            made = asyncio.ensure_future(self._make(beat))
            self._made[beat] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return await asyncio.shield(made)  # who goes away leaves it to the others

    async def _make(self, beat: Beat) -> bytes:
        frames = []
        now = self._clock.now()
        if beat.alerts:
            cards = await self._database.query(lambda unit: cards_of(unit, beat.alerts))
            shown = self._pages.part("_cards.html", cards=cards)
            frames.append(event("ring", shown, last=beat.alerts[-1]))
        if beat.troubles:
            found = await self._database.query(lambda unit: self._attendant.look(unit, now))
            frames.append(event("troubles", self._pages.part("_attention.html", attention=found)))
        return "".join(frames).encode()


def event(name: str, data: str, *, last: str | None = None) -> str:
    """A server-sent event (WHATWG HTML, 9.2.6).

    However its lines end, each is sent as a line of data: none of them can begin another event.
    """
    lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = f"event: {name}\n" + (f"id: {last}\n" if last is not None else "")
    return head + "".join(f"data: {line}\n" for line in lines) + "\n"
