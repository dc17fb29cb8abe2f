from dataclasses import replace
from threading import Thread

import pytest

import storage.sites
from storage.database import Database
from storage.records import Series, SiteHealth
from tests.storage.making import HOUR, MINUTE, NOW


def health(host: str = "news.example", **known) -> SiteHealth:
    return SiteHealth(host=host, **{"updated_at": NOW, **known})


FULL = health(
    rule="config/sites/news.toml",
    articles=12,
    length=6.25,
    lengths=11.5,
    series={
        "body": Series(recent=(False, True, True), seen=9.5, failed=0.25),
        "rule.title": Series(),
    },
    broken=("body",),
)


def test_what_is_put_is_got(database: Database):
    with database.begin() as unit:
        assert unit.sites.get("news.example") is None
        unit.sites.put(FULL)
    with database.begin() as unit:
        assert unit.sites.get("news.example", lock=True) == FULL
        assert unit.sites.get("example") is None


def test_what_is_put_again_takes_the_place_of_what_was(database: Database):
    later = replace(FULL, articles=13, broken=(), updated_at=NOW + HOUR)
    with database.begin() as unit:
        unit.sites.put(FULL)
        unit.sites.put(later)
        assert unit.sites.list() == [later]


def test_sites_are_listed_by_host_and_forgotten_one_by_one(database: Database):
    with database.begin() as unit:
        for host in ("b.example", "a.example"):
            unit.sites.put(health(host))
        assert [each.host for each in unit.sites.list()] == ["a.example", "b.example"]
        assert unit.sites.forget("a.example")
        assert not unit.sites.forget("a.example")
        assert [each.host for each in unit.sites.list()] == ["b.example"]


def test_of_too_many_hosts_those_heard_of_longest_ago_are_forgotten(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(storage.sites, "MOST_HOSTS", 5)
    monkeypatch.setattr(storage.sites, "_LET_GO", 2)
    with database.begin() as unit:
        for number in range(5):
            unit.sites.put(health(f"{number}.example", updated_at=NOW + number * MINUTE))
        unit.sites.put(health("0.example", updated_at=NOW + HOUR))
        assert len(unit.sites.list()) == 5
        unit.sites.put(health("new.example", updated_at=NOW + HOUR))
        hosts = [each.host for each in unit.sites.list()]
    assert hosts == ["0.example", "4.example", "new.example"]


def test_a_host_whose_notice_is_open_is_not_forgotten(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(storage.sites, "MOST_HOSTS", 4)
    monkeypatch.setattr(storage.sites, "_LET_GO", 2)
    with database.begin() as unit:
        unit.sites.put(health("broken.example", broken=("body",)))
        for number in range(5):
            unit.sites.put(health(f"{number}.example", updated_at=NOW + number * MINUTE))
        hosts = [each.host for each in unit.sites.list()]
    assert hosts == ["3.example", "4.example", "broken.example"]


def test_two_that_meet_a_host_at_the_same_moment_both_go_on(database: Database):
    def meet(articles: int) -> None:
        with database.begin() as unit:
            unit.sites.put(health(articles=articles))

    with database.begin() as unit:
        unit.sites.put(health(articles=1))
        other = Thread(target=meet, args=(2,))
        other.start()  # it waits for this transaction, or comes after it
    other.join()
    with database.read() as unit:
        (known,) = unit.sites.list()
    assert known.articles in {1, 2}


def test_nothing_is_lost_when_many_articles_of_a_host_come_at_once(database: Database):
    def count(times: int) -> None:
        for _ in range(times):
            with database.begin() as unit:
                known = unit.sites.get("news.example", lock=True)
                assert known is not None
                unit.sites.put(replace(known, articles=known.articles + 1))

    with database.begin() as unit:
        unit.sites.put(health())
    threads = [Thread(target=count, args=(5,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as unit:
        (known,) = unit.sites.list()
    assert known.articles == 20


def test_a_host_name_that_lies_does_no_harm(database: Database):
    with database.begin() as unit:
        unit.sites.put(health("x\x00'; DROP TABLE sites; --"))
        assert [each.host for each in unit.sites.list()] == ["x'; DROP TABLE sites; --"]
