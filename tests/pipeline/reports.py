"""Reports of events in words of their own, and a database that admits them."""

from datetime import timedelta
from random import Random
from string import ascii_lowercase, ascii_uppercase

from scraper.dedupe import ClusterText, sign
from scraper.pipeline.admit import Admission, Admitter, Candidate
from storage.database import Database
from storage.records import Article, Entry, FrontierEntry, SourceSpec, WatchSpec
from tests.fakes import FakeClock
from tests.storage.making import NOW


def report(random: Random, names: list[str]) -> str:
    """A report in words of its own, that names these early and late."""
    words = random.choices(COMMON, WEIGHTS, k=100)
    for name in names * 3:
        words.insert(random.randrange(1, len(words)), name)
    return " ".join(words)


def event(random: Random) -> list[str]:
    """Two names and a number."""
    names = ["".join(random.choices(ascii_uppercase, k=5)) for _ in range(2)]
    return [*names, str(random.randrange(3000, 9999))]


COMMON = ["".join(Random(number).choices(ascii_lowercase, k=5)) for number in range(2000)]


WEIGHTS = [1 / (rank + 3) for rank in range(len(COMMON))]


def news(count: int, seed: int = 5) -> list[ClusterText]:
    """Reports of events, four at a time, six of each; every ninth is a copy."""
    random = Random(seed)
    events = [event(random) for _ in range(count)]
    texts: list[str] = []
    for number in range(count):
        text = report(random, events[number // 24 * 4 + number % 4])
        texts.append(" ".join(texts[-4].split()[:80]) if number % 9 == 8 else text)
    return [ClusterText(id=str(number), text=text, lang="en") for number, text in enumerate(texts)]


class Desk:
    """A database with a source and a watch, and articles at its door."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock(NOW)
        self.admitter = Admitter(self.clock)
        self.count = 0
        with database.begin() as unit:
            self.source = unit.sources.add(
                SourceSpec(name="wire", url="https://a.example/"), now=NOW
            )
            self.worker = unit.workers.register(name="t", host="h", pid=1, now=NOW)
            unit.watches.add(WatchSpec(name="ferry", query="ferry", channels=("desk",)), now=NOW)

    def entry(self, unit) -> FrontierEntry:
        self.count += 1
        url = f"https://a.example/{self.count}"
        unit.entries.add(self.source.id, [(url, "a.example", Entry(url=url))], now=NOW)
        (entry,) = unit.entries.claim(self.clock.now(), worker=self.worker, hosts=1, per_host=1)
        return entry

    def admit(self, body: str, title: str | None = None) -> Admission:
        with self.database.begin() as unit:
            entry = self.entry(unit)
            admission = self.admitter.admit(
                unit,
                Candidate(
                    article=Article(url=entry.url, title=title, body=body, language="en"),
                    signature=sign(title, body, "en"),
                    entry=entry,
                    source_name="wire",
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
        self.clock.advance(timedelta(seconds=1))
        return admission


def warmed(desk: Desk) -> None:
    """By then it is known which words are rare."""
    for text in news(40, seed=1):
        desk.admit(text.text)


def reports(count: int) -> list[str]:
    """Reports of one event, a ferry's; the first are always the same."""
    random = Random(9)
    names = event(random)
    return [f"{report(random, names)} ferry" for _ in range(count)]
