"""People, sessions, tokens and the log of changes, on both databases."""

from datetime import timedelta

import pytest

from storage.accounts import is_stale
from storage.database import Database
from storage.errors import ConflictError
from storage.records import Actor, Role, Scope
from tests.storage.making import DAY, HOUR, NOW

ANN = Actor(name="ann", via="session")


@pytest.fixture
def ann(database: Database):
    with database.begin() as unit:
        return unit.accounts.add("Ann", Role.ADMIN, password="hash", now=NOW)


def test_people_are_found_by_name_whatever_its_case(database: Database, ann):
    with database.begin() as unit:
        assert unit.accounts.user("ANN") == ann
        assert unit.accounts.password("ann") == "hash"
        with pytest.raises(ConflictError, match="already"):
            unit.accounts.add("ann", Role.VIEWER, password=None, now=NOW)
        unit.accounts.add("bob", Role.VIEWER, password=None, now=NOW)
        assert [user.name for user in unit.accounts.users()] == ["Ann", "bob"]
        assert unit.accounts.password("bob") is None
        assert not unit.accounts.user("bob").has_password


def test_a_change_of_a_person_ends_the_sessions(database: Database, ann):
    with database.begin() as unit:
        unit.accounts.add("root", Role.ADMIN, password="hash", now=NOW)
        unit.accounts.begin(ann.id, "d1", now=NOW, expires_at=NOW + DAY)
        assert unit.accounts.session("d1", now=NOW).user.name == "Ann"
        assert unit.accounts.edit("ann", role=Role.EDITOR).role is Role.EDITOR
        assert unit.accounts.session("d1", now=NOW) is None
        assert unit.accounts.edit("ann", disabled=True).disabled
        assert unit.accounts.password("ann") is None
        with pytest.raises(ConflictError, match="no person"):
            unit.accounts.edit("nobody", disabled=True)


@pytest.mark.parametrize("change", [{"role": Role.VIEWER}, {"disabled": True}])
def test_somebody_can_always_manage_accounts(database: Database, ann, change):
    with database.begin() as unit:
        unit.accounts.add("bob", Role.VIEWER, password=None, now=NOW)
    with pytest.raises(ConflictError, match="Nobody would be left"), database.begin() as unit:
        unit.accounts.edit(ann.name, **change)
    with pytest.raises(ConflictError, match="Nobody would be left"), database.begin() as unit:
        unit.accounts.remove(ann.name)
    with database.begin() as unit:
        assert unit.accounts.has_admin()
        assert unit.accounts.remove("bob")
        assert not unit.accounts.remove("bob")
        assert unit.accounts.remove("ann")  # the last of all: nobody needs an account then
        assert not unit.accounts.has_admin()


def test_a_session_ends_at_its_time_or_when_it_is_told_to(database: Database, ann):
    with database.begin() as unit:
        accounts = unit.accounts
        accounts.begin(ann.id, "d1", now=NOW, expires_at=NOW + HOUR, agent="A browser")
        accounts.begin(ann.id, "d2", now=NOW, expires_at=NOW + DAY)
        session = accounts.session("d1", now=NOW)
        assert (session.agent, session.created_at) == ("A browser", NOW)
        assert accounts.session("d1", now=NOW + HOUR) is None
        accounts.prolong(session, now=NOW + HOUR / 2, expires_at=NOW + 2 * HOUR)
        assert accounts.session("d1", now=NOW + HOUR).seen_at == NOW + HOUR / 2
        assert [each.agent for each in accounts.sessions(ann.id, now=NOW)] == ["A browser", None]
        assert accounts.end("d1")
        assert not accounts.end("d1")
        assert accounts.session("unknown", now=NOW) is None
        assert accounts.end_sessions(ann.id) == 1
        assert accounts.user("ann").seen_at == NOW


def test_tokens_allow_what_their_owner_may_still_do(database: Database, ann):
    every = {Scope.READ, Scope.WRITE, Scope.ADMIN}
    with database.begin() as unit:
        accounts = unit.accounts
        accounts.add("root", Role.ADMIN, password="hash", now=NOW)
        accounts.add_token("desk", "d1", hint="t_1", scopes=every, user_id=ann.id, now=NOW)
        accounts.add_token("cron", "d2", hint="t_2", scopes=[Scope.READ], user_id=None, now=NOW)
        assert accounts.token("d1", now=NOW).allowed == every
        accounts.edit("ann", role=Role.VIEWER)
        assert accounts.token("d1", now=NOW).allowed == {Scope.READ}
        accounts.edit("ann", disabled=True)
        assert accounts.token("d1", now=NOW) is None
        assert accounts.token("d2", now=NOW).allowed == {Scope.READ}
        assert [token.name for token in accounts.tokens()] == ["cron", "desk"]
        assert [token.name for token in accounts.tokens(user_id=ann.id)] == ["desk"]
        with pytest.raises(ConflictError, match="already"):
            accounts.add_token("cron", "d3", hint="t", scopes=[], user_id=None, now=NOW)
        assert accounts.revoke("cron")
        assert not accounts.revoke("cron")
        assert accounts.token("d2", now=NOW) is None
        assert accounts.remove("ann")
        assert accounts.tokens() == []


def test_a_token_expires_and_says_when_it_was_used(database: Database):
    with database.begin() as unit:
        accounts = unit.accounts
        accounts.add_token(
            "cron", "d", hint="t", scopes=[Scope.READ], user_id=None, now=NOW, expires_at=NOW + DAY
        )
        token = accounts.token("d", now=NOW)
        assert token.used_at is None
        accounts.use(token, now=NOW + HOUR)
        assert accounts.token("d", now=NOW + HOUR).used_at == NOW + HOUR
        assert accounts.token("d", now=NOW + DAY) is None


@pytest.mark.parametrize(
    ("used", "stale"), [(None, True), (NOW - HOUR, True), (NOW, False), (NOW + HOUR, True)]
)
def test_use_is_written_down_once_a_minute(used, stale):
    assert is_stale(used, NOW + timedelta(seconds=30)) is stale


def test_what_was_changed_is_listed_the_last_first(database: Database):
    with database.begin() as unit:
        unit.audit.note(ANN, "watch.add", "Baghdad", detail={"query": "rocket"}, now=NOW)
        unit.audit.note(ANN, "watch.pause", "Baghdad", now=NOW + HOUR)
        unit.audit.note(ANN, "source.add", "Wire", now=NOW + 2 * HOUR)
        last, second, first = unit.audit.list()
        assert (last.action, last.subject, last.detail) == ("source.add", "Wire", None)
        assert (first.actor, first.at, first.detail) == (ANN, NOW, {"query": "rocket"})
        assert unit.audit.list(limit=1) == [last]
        assert unit.audit.list(before=last.id) == [second, first]
        assert unit.audit.list(subject="Baghdad") == [second, first]
