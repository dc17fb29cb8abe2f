import pytest

import storage.notices
from storage.database import Database
from tests.storage.making import HOUR, NOW

KIND, SUBJECT = "site.broken", "news.example"


def test_of_one_trouble_one_notice_is_open(database: Database):
    with database.begin() as unit:
        assert unit.notices.open(KIND, SUBJECT, "Nothing comes.", now=NOW)
        assert not unit.notices.open(KIND, SUBJECT, "Still nothing.", now=NOW + HOUR)
        assert unit.notices.open(KIND, "other.example", "Nothing either.", now=NOW)
        assert unit.notices.open("other", SUBJECT, "Something else.", now=NOW)
        others, first = unit.notices.list()[:-1], unit.notices.list()[-1]
    assert (first.kind, first.subject, first.message) == (KIND, SUBJECT, "Still nothing.")
    assert {other.message for other in others} == {"Something else.", "Nothing either."}
    assert (first.created_at, first.resolved_at) == (NOW, None)


def test_one_that_is_resolved_makes_room_for_the_next(database: Database):
    with database.begin() as unit:
        assert not unit.notices.resolve(KIND, SUBJECT, now=NOW)
        unit.notices.open(KIND, SUBJECT, "Nothing comes.", now=NOW)
        assert unit.notices.resolve(KIND, SUBJECT, now=NOW + HOUR)
        assert not unit.notices.resolve(KIND, SUBJECT, now=NOW + HOUR)
        assert unit.notices.list() == []
        assert unit.notices.open(KIND, SUBJECT, "Again.", now=NOW + 2 * HOUR)
        (again,) = unit.notices.list()
        both = unit.notices.list(resolved=True)
    assert again.message == "Again."
    assert [each.resolved_at for each in both] == [None, NOW + HOUR]


def test_of_those_resolved_only_the_latest_are_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(storage.notices, "MOST_KEPT", 3)
    with database.begin() as unit:
        unit.notices.open(KIND, "open.example", "Nothing comes.", now=NOW)
        for number in range(8):
            unit.notices.open(KIND, f"{number}.example", "Nothing.", now=NOW)
            unit.notices.resolve(KIND, f"{number}.example", now=NOW)
        kept = [each.subject for each in unit.notices.list(resolved=True)]
    assert kept == ["7.example", "6.example", "5.example", "open.example"]


def test_the_newest_come_first_and_no_more_than_asked_for(database: Database):
    with database.begin() as unit:
        for number in range(3):
            unit.notices.open(KIND, f"{number}.example", "Nothing.", now=NOW)
        listed = unit.notices.list(limit=2)
    assert [each.subject for each in listed] == ["2.example", "1.example"]
