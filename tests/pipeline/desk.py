"""A database with two sources and a watch, and articles at its door."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scraper.dedupe import sign
from scraper.discover.links import host, normalise
from scraper.pipeline.admit import (
    Admitter,
    Candidate,
)
from storage.records import (
    Article,
    Entry,
    SourceSpec,
    WatchSpec,
)
from tests.end_to_end.outlets import story
from tests.fakes import FakeClock

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STORY = story(1, mention="a rocket")
OTHER = story(2)


class Desk:
    """A database with two sources and a watch, and articles at its door."""

    def __init__(self, database) -> None:
        self.database = database
        self.clock = FakeClock(NOW)
        self.admitter = Admitter(self.clock)
        with database.begin() as unit:
            self.sources = [
                unit.sources.add(SourceSpec(name=name, url=f"https://{name}.example/"), now=NOW)
                for name in ("morning", "evening")
            ]
            self.worker = unit.workers.register(name="t", host="h", pid=1, now=NOW)
            unit.watches.add(WatchSpec(name="rocket", query="rocket", channels=("desk",)), now=NOW)

    def watch(self, **changes):
        with self.database.begin() as unit:
            unit.watches.remove("rocket")
            spec = WatchSpec(name="rocket", query="rocket", channels=("desk",))
            unit.watches.add(replace(spec, **changes), now=NOW)

    def admit(
        self,
        url,
        paragraphs=STORY,
        *,
        title="A headline of its own",
        source=0,
        from_source=False,
        found=None,
        old=False,
        **fields,
    ):
        """Admit a page found at `url`, or what its source tells of it."""
        body = "\n\n".join(paragraphs)
        article = Article(url=fields.pop("final", url), title=title, body=body, **fields)
        with self.database.begin() as unit:
            now = self.clock.now()
            known = Entry(url=url, modified_at=now)
            unit.entries.add(self.sources[source].id, [(normalise(url), host(url), known)], now=now)
            entry = next(
                found
                for found in unit.entries.claim(now, worker=self.worker, hosts=9, per_host=9)
                if found.url == url
            )
            admission = self.admitter.admit(
                unit,
                Candidate(
                    article=article,
                    signature=sign(title, body, None),
                    entry=replace(entry, old=old),
                    source_name=self.sources[source].name,
                    from_source=from_source,
                    found=found,
                ),
            )
            unit.entries.done(
                entry.id,
                worker=self.worker,
                article_id=admission.article.id,
                recheck_at=None,
                etag=None,
                last_modified=None,
            )
        self.clock.advance(timedelta(minutes=1))
        return admission
