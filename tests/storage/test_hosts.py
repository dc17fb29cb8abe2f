"""Hosts that are to be left alone."""

from datetime import datetime

from storage import hosts
from storage.database import Database
from storage.records import HostBackOff
from tests.storage.making import DAY, HOUR, MINUTE, NOW


def left_alone(key: str, until: datetime, **counts: int) -> HostBackOff:
    return HostBackOff(key=key, until=until, **{"refusals": 1, "silences": 0, **counts})


def test_a_host_is_remembered_until_it_is_well(database: Database):
    wire, blog = left_alone("wire.example", NOW + HOUR), left_alone("blog.example", NOW + MINUTE)
    with database.begin() as unit:
        unit.hosts.put([blog, wire], now=NOW)
        assert unit.hosts.list(NOW) == [wire, blog]
        assert unit.hosts.get("blog.example") == blog
        unit.hosts.well(["blog.example", "never.heard"])
        assert unit.hosts.get("blog.example") is None
        assert unit.hosts.list(NOW) == [wire]


def test_who_is_to_be_left_alone_now_is_told_from_who_was(database: Database):
    wire, blog = left_alone("wire.example", NOW + HOUR), left_alone("blog.example", NOW)
    with database.begin() as unit:
        unit.hosts.put([blog, wire], now=NOW)
        assert unit.hosts.left_alone(NOW) == [wire]


def test_of_two_back_offs_the_later_end_counts(database: Database):
    with database.begin() as unit:
        unit.hosts.put([left_alone("wire.example", NOW + HOUR)], now=NOW)
        unit.hosts.put([left_alone("wire.example", NOW + MINUTE, refusals=2)], now=NOW)
        assert unit.hosts.list(NOW) == [left_alone("wire.example", NOW + HOUR, refusals=2)]
        unit.hosts.put([left_alone("wire.example", NOW + DAY, refusals=3)], now=NOW)
        assert unit.hosts.list(NOW) == [left_alone("wire.example", NOW + DAY, refusals=3)]


def test_what_is_long_over_is_forgotten(database: Database):
    later = NOW + hosts.KEPT + HOUR
    with database.begin() as unit:
        unit.hosts.put([left_alone("old.example", NOW)], now=NOW)
        assert unit.hosts.list(later) == []
        assert unit.hosts.get("old.example") is not None
        unit.hosts.put([left_alone("new.example", later)], now=later)
        assert unit.hosts.get("old.example") is None


def test_of_too_many_those_that_are_free_soonest_are_forgotten(database: Database, monkeypatch):
    monkeypatch.setattr(hosts, "MOST_HOSTS", 3)
    with database.begin() as unit:
        unit.hosts.put([left_alone(f"{n}.example", NOW + n * MINUTE) for n in range(5)], now=NOW)
        assert [host.key for host in unit.hosts.list(NOW)] == [
            "4.example",
            "3.example",
            "2.example",
        ]
