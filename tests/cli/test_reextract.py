"""`tocsin article reextract`, and what else is done with kept pages."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from scraper.cli import reextract
from scraper.pipeline.packing import pack
from storage.database import Database
from storage.records import Article, Entry, Page, Signature, SourceSpec
from tests.end_to_end.outlets import story
from tests.servers import article_html

pytestmark = pytest.mark.usefixtures("settings")
NOW = datetime.now(UTC)
WRONG = Signature(exact="wrong", keys=(1,), sketch=b"")


class Here:
    """Stands in for the sandbox: reads in this very process."""

    def __init__(self, _processes: int) -> None:
        pass

    async def run(self, function, *arguments, **named):
        return function(*arguments, **named)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.setattr(reextract, "Sandbox", Here)


@pytest.fixture
def database(sqlite_address):
    with Database.open(sqlite_address) as opened:
        yield opened


def html(number: int) -> bytes:
    return article_html(f"Headline {number}", story(number, mention="a rocket"), NOW)


def store(database, number, *, host="a.example", source="wire", age=timedelta(), keep=True):
    """An article that was read wrong, with its page."""
    url = f"https://{host}/{number}"
    with database.begin() as unit:
        of = unit.sources.get(source) or unit.sources.add(
            SourceSpec(name=source, url=f"https://{source}.example/"), now=NOW
        )
        unit.entries.add(of.id, [(url, host, Entry(url=url))], now=NOW)
        (entry,) = unit.entries.claim(NOW, worker="w", hosts=9, per_host=9)
        article = unit.articles.add(
            Article(url=url, title="Menu", body="Home. Sport.", word_count=2),
            keys=[url],
            source_id=of.id,
            story_id=None,
            copy_of=None,
            signature=WRONG,
            now=NOW - age,
        )
        unit.entries.done(entry.id, worker="w", article_id=article.id, recheck_at=None)
        packed = pack(
            Page(
                url=url,
                requested_url=url,
                status=200,
                headers={"content-type": "text/html; charset=utf-8"},
                body=html(number),
                fetched_at=NOW,
            )
        )
        assert packed is not None
        if keep:
            unit.pages.keep(article.id, packed, entry_id=entry.id, another_text=True)
    return article.id


def titles(database):
    with database.read() as unit:
        return [stored.article.title for stored in reversed(unit.articles.list())]


def test_articles_are_repaired_and_told_field_by_field(tocsin, database):
    first, second = store(database, 1), store(database, 2)
    done = tocsin("article", "reextract", second)
    assert done.code == 0
    assert f"article {second}  https://a.example/2" in done.out
    assert "title         Menu → Headline 2" in done.out
    assert "  body  1 paragraph gone, 5 new\n    - Home. Sport." in done.out
    assert done.err.strip() == "1 read again, 1 repaired"
    assert titles(database) == ["Menu", "Headline 2"]
    again = tocsin("article", "reextract", first, second, "--json")
    (repair,) = again.json
    assert (repair["id"], repair["outcome"], repair["alerts"]) == (first, "changed", [])
    assert repair["changes"]["title"] == {"was": "Menu", "now": "Headline 1"}
    assert tocsin("article", "reextract", "--all", "--json").json == []


def test_a_dry_run_changes_nothing(tocsin, database):
    store(database, 1)
    done = tocsin("article", "reextract", "--all", "--dry-run")
    assert "Menu → Headline 1" in done.out
    assert "1 would change" in done.err
    assert titles(database) == ["Menu"]


def test_articles_are_picked_by_source_site_date_and_where_it_stopped(tocsin, database):
    ids = [
        store(database, 1, source="wire", host="a.example", age=timedelta(days=9)),
        store(database, 2, source="other", host="www.b.example"),
        store(database, 3, source="wire", host="news.b.example"),
        store(database, 4, source="wire", host="notb.example"),
    ]

    def picked(*options):
        found = tocsin("article", "reextract", "--dry-run", "--json", *options)
        assert found.code == 0, found.err
        return [repair["id"] for repair in found.json]

    assert picked("--all") == ids
    assert picked("--source", "wire") == [ids[0], ids[2], ids[3]]
    assert picked("--site", "b.example") == [ids[1], ids[2]]
    assert picked("--site", "WWW.b.example") == [ids[1], ids[2]]
    day = (NOW - timedelta(days=5)).date().isoformat()
    assert picked("--since", day) == ids[1:]
    assert picked("--since", day, "--source", "wire") == ids[2:]
    assert picked("--all", "--after", ids[1]) == ids[2:]


def test_long_runs_go_by_in_pieces(tocsin, database, monkeypatch):
    monkeypatch.setattr(reextract, "_AT_ONCE", 2)
    monkeypatch.setattr(reextract, "_LOOKED_AT", 3)
    ids = [store(database, number) for number in range(7)]
    found = tocsin("article", "reextract", "--all", "--json").json
    assert [repair["id"] for repair in found] == ids
    assert titles(database) == [f"Headline {number}" for number in range(7)]


def test_an_interrupted_run_says_where_to_go_on(tocsin, database, monkeypatch):
    monkeypatch.setattr(reextract, "_AT_ONCE", 2)
    ids = [store(database, number) for number in range(5)]
    original, calls = Here.run, []

    async def run(self, function, *arguments, **named):
        calls.append(function)
        if len(calls) > 4:
            raise KeyboardInterrupt
        return await original(self, function, *arguments, **named)

    monkeypatch.setattr(Here, "run", run)
    done = tocsin("article", "reextract", "--all")
    assert done.code == 130
    assert f"--after {ids[3]}" in done.err
    monkeypatch.setattr(Here, "run", original)
    rest = tocsin("article", "reextract", "--all", "--after", ids[3], "--json").json
    assert [repair["id"] for repair in rest] == ids[4:]


def test_alerts_are_asked_for(tocsin, database):
    silent, loud = store(database, 1), store(database, 2)
    assert tocsin("watch", "add", "rocket", "rocket").code == 0
    assert tocsin("article", "reextract", silent).code == 0
    assert tocsin("alert", "list", "--json").json == []
    done = tocsin("article", "reextract", loud, "--alert")
    (alert,) = tocsin("alert", "list", "--json").json
    assert f"rang: alert {alert['id']}" in done.out
    assert "1 alert rang" in done.err


def test_an_article_without_a_page_is_named_and_fails_the_command(tocsin, database):
    article = store(database, 1, keep=False)
    done = tocsin("article", "reextract", article)
    assert done.code == 1
    assert "its page is not kept" in done.out
    assert tocsin("article", "reextract", "--all").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("1", "--all"),
        ("99",),
        ("--source", "nobody"),
        ("--site", "https://a.example/"),
        ("--since", "yesterday"),
        ("--all", "--dry-run", "--alert"),
    ],
)
def test_what_makes_no_sense_is_refused(tocsin, database, arguments):
    store(database, 1)
    done = tocsin("article", "reextract", *arguments)
    assert done.code == 2
    assert titles(database) == ["Menu"]


# The page itself.


def test_the_page_comes_back_byte_for_byte(tocsin, database):
    article = store(database, 1)
    assert tocsin("article", "show", article, "--page").out.encode() == html(1)
    missing = tocsin("article", "show", store(database, 2, keep=False), "--page")
    assert missing.code == 1
    assert "service.keep_pages" in missing.err


def test_a_page_is_not_written_to_a_terminal(tocsin, database, monkeypatch):
    article = store(database, 1)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    done = tocsin("article", "show", article, "--page")
    assert done.code == 2
    assert "--page > page.html" in done.err
    assert not done.out


def test_an_article_is_explained_from_its_page(tocsin, database, tmp_path):
    article = store(database, 1)
    found = tocsin("article", "show", article, "--explain", "--json").json
    assert found["title"] == "Headline 1"
    assert any(block["kept"] for block in found["blocks"])
    target = tmp_path / "overlay.html"
    assert tocsin("article", "show", article, "--overlay", target).code == 0
    assert "Headline 1" in target.read_text("utf-8")


def test_pages_are_pruned_and_what_they_take_is_shown(tocsin, database, settings):
    store(database, 1)
    shown = tocsin("db", "show", "--json").json
    assert shown["pages"] == 1
    assert 0 < shown["pages_bytes"] < len(html(1))
    assert tocsin("db", "prune").code == 2
    assert tocsin("db", "prune", "--pages", "soon").code == 2
    assert tocsin("db", "prune", "--pages", "1d", "--json").json == {"pages": 0}
    assert tocsin("db", "prune", "--before", "90d", "--json").json["pages"] == 0
    settings.write_text(settings.read_text("utf-8") + "[service]\nkeep_pages_size = '1KB'\n")
    assert tocsin("db", "prune", "--before", "90d", "--json").json["pages"] == 1
    store(database, 2)
    assert tocsin("db", "prune", "--pages", "0", "--json").json == {"pages": 1}
    assert tocsin("db", "vacuum").code == 0
    assert tocsin("db", "show", "--json").json["pages_bytes"] == 0
