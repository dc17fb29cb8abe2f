"""What is done for an article before its admission, while nobody waits for the transaction.

Its matches are found. And where it looks like a revision, the page that the stored text was read
from is read again: after a change of our rules, or of those for its site, an article reads
otherwise though nobody edited it. docs/decisions/kept-pages.md says more.
"""

import asyncio
import logging
from dataclasses import replace

from scraper.errors import ExtractError
from scraper.extract import Sites
from scraper.pipeline.admit import Admitter, Candidate, Doubt, Prospect
from scraper.pipeline.known import Earlier, better, is_revision, keep_identity
from scraper.pipeline.reading import Reading, is_told, read_earlier
from scraper.pipeline.sandbox import Sandbox, SandboxBrokenError, SandboxError
from storage.database import Database, UnitOfWork
from storage.records import FrontierEntry

_log = logging.getLogger(__name__)

_UNREADABLE = "its kept page cannot be read again, so it counts as edited"
_SHORTER = "today's rules read less than half of the stored text, so it is left as it was"
_ACTION = {"action": "read.kept"}


class Doorstep:
    """Prepares candidates. Several may be under way at once."""

    def __init__(
        self, *, database: Database, sandbox: Sandbox, sites: Sites, admitter: Admitter
    ) -> None:
        self._database = database
        self._sandbox = sandbox
        self._sites = sites
        self._admitter = admitter

    async def candidate(
        self, entry: FrontierEntry, reading: Reading, *, from_source: bool = False
    ) -> Candidate:
        """The article with all that can be known before its admission.

        Raises StorageError, and SandboxBrokenError where no page can be read at all.
        """

        def look(unit: UnitOfWork) -> tuple[Candidate, Prospect]:
            candidate = Candidate(
                article=reading.article,
                signature=reading.signature,
                entry=entry,
                source_name=unit.sources.name(entry.source_id),
                from_source=from_source,
            )
            return candidate, self._admitter.prepare(unit, candidate)

        candidate, prospect = await self._database.query(look)
        if prospect.doubt is not None:
            earlier = await self._earlier(prospect.doubt, entry, reading)
            candidate = replace(candidate, earlier=earlier)
            if earlier is not None and earlier.says(reading.article):
                if earlier.loses_text:
                    _log.info("%s: %s", entry.url, _SHORTER, extra=_ACTION)
                return candidate
        found = await asyncio.to_thread(prospect.find) if prospect.text is not None else None
        return replace(candidate, found=found)

    async def _earlier(
        self, doubt: Doubt, entry: FrontierEntry, reading: Reading
    ) -> Earlier | None:
        """What today's rules read on the page of the stored text, if that is another text."""
        stored = doubt.stored
        if _is_same_page(doubt, entry, reading):
            article = keep_identity(reading.article, stored.article)
            return Earlier(was=stored.article, article=article, signature=reading.signature)
        again = await self._read_again(doubt)
        if again is None:
            return None
        article = better(stored, again.article, None)
        if not is_revision(stored.article, article):
            return None
        return Earlier(was=stored.article, article=article, signature=again.signature)

    async def _read_again(self, doubt: Doubt) -> Reading | None:
        """The kept page, read by today's rules; None where that fails, which costs nobody else."""
        article, page = doubt.stored.article, doubt.page.page
        site = self._sites.find(page.url)
        try:
            return await self._sandbox.run(read_earlier, page, doubt.entry, article, site)
        except SandboxBrokenError:
            raise
        except (ExtractError, SandboxError) as error:
            _log.info("%s: %s: %s", article.url, _UNREADABLE, error, extra=_ACTION)
        except Exception:  # noqa: BLE001 - the border of a page
            _log.exception("%s: %s", article.url, _UNREADABLE, extra=_ACTION)
        return None


def _is_same_page(doubt: Doubt, entry: FrontierEntry, reading: Reading) -> bool:
    """Whether the kept page is the very one that was read now, and says all that was read.

    A headline may be the source's, who may have told another one before.
    """
    if reading.packed is None or reading.packed.digest != doubt.page.page.digest:
        return False
    return reading.article.title == doubt.stored.article.title or not is_told(
        reading.article, entry
    )
