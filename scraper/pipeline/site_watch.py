"""How extraction goes on each site: written down with every admission, told when it changes."""

import logging
from datetime import datetime

from scraper.discover.hosts import bare_host
from scraper.discover.links import hostname
from scraper.pipeline.admit import Admission, Outcome
from scraper.pipeline.health import Sighting, Watched, observe
from scraper.pipeline.reading import Reading
from storage.database import UnitOfWork

_log = logging.getLogger(__name__)

BROKEN = "site.broken"  # the kind of notice, and the action in the log
CHANGED = "site.changed"  # still broken, but not in the same things
RECOVERED = "site.recovered"


def site_of(url: str) -> str:
    """The host by which a site is known: without `www.` and the like; empty where there is none."""
    try:
        return bare_host(hostname(url))
    except ValueError:
        return ""


def sighting_of(url: str, reading: Reading | None) -> Sighting:
    """What came of the page at that address; `reading` None: there was no text on it at all."""
    if reading is None:
        return Sighting(host=site_of(url), words=0, readable=False)
    article = reading.article
    return Sighting(
        host=site_of(url),
        words=article.word_count if article.body.strip() else 0,
        kind=article.kind,
        rule=reading.rule,
        matched=reading.matched,
        missed=reading.missed,
    )


def is_first(admission: Admission) -> bool:
    """Whether a page was read for the first time: looked at again, it says nothing new."""
    return admission.outcome in {
        Outcome.NEW,
        Outcome.COPY,
        Outcome.REWRITE,
        Outcome.EVENT,
    }


def record(unit: UnitOfWork, sighting: Sighting, now: datetime) -> Watched | None:
    """Write a sighting down, and open, change or close the notice of its site.

    The last thing a transaction does: the site's row stays locked until its end. None where there
    is no host to speak of.
    """
    if not sighting.host:
        return None
    watched = observe(unit.sites.get(sighting.host, lock=True), sighting, now)
    unit.sites.put(watched.health)
    if watched.broke or watched.changed:
        unit.notices.open(BROKEN, sighting.host, watched.told, now=now)
    elif watched.recovered:
        unit.notices.resolve(BROKEN, sighting.host, now=now)
    return watched


def tell(watched: Watched | None) -> None:
    """Log what changed, once its transaction is committed."""
    if watched is None:
        return
    site = {"site": watched.health.host}
    if watched.broke:
        _log.warning("%s", watched.told, extra={"action": BROKEN, **site})
    elif watched.changed:
        _log.warning("%s", watched.told, extra={"action": CHANGED, **site})
    elif watched.recovered:
        _log.info("%s", watched.told, extra={"action": RECOVERED, **site})
