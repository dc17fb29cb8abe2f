"""Whom a provider knows, and the log-ins that were begun there, on both databases."""

from datetime import timedelta

import pytest

from storage.database import Database
from storage.errors import ConflictError
from storage.identities import LASTS
from storage.records import BegunLogin, ProviderIdentity, Role
from tests.storage.making import DAY, NOW

ISSUER = "https://login.example"
ANN = ProviderIdentity(issuer=ISSUER, subject="ann-1")


def begun(state="s", at=NOW):
    return BegunLogin(
        state=state, browser="b", nonce="n", verifier="v", next="/articles?q=x", begun_at=at
    )


def hire(unit, name="Ann", role=Role.ADMIN):
    return unit.accounts.add(name, role, password=None, now=NOW)


def test_an_identity_is_one_persons_and_another_issuers_is_another(database: Database):
    with database.begin() as unit:
        ann, bob = hire(unit), hire(unit, "bob")
        unit.identities.link(ANN, ann.id, now=NOW)
        assert unit.identities.user_name(ANN) == "Ann"
        assert unit.identities.of(ann.id) == [ANN]
        other = ProviderIdentity(issuer="https://evil.example", subject=ANN.subject)
        assert unit.identities.user_name(other) is None
        assert unit.identities.user_name(ProviderIdentity(issuer=ISSUER, subject="ANN-1")) is None
        with pytest.raises(ConflictError, match="somebody's already"):
            unit.identities.link(ANN, bob.id, now=NOW)
        unit.identities.link(other, bob.id, now=NOW)
        assert unit.identities.unlink(ann.id, issuer="https://evil.example") == 0
        assert unit.identities.unlink(ann.id, issuer=ISSUER) == 1
        assert unit.identities.unlink(bob.id) == 1
        assert unit.identities.user_name(ANN) is None


def test_who_is_removed_leaves_no_identity(database: Database):
    with database.begin() as unit:
        ann = hire(unit)
        unit.identities.link(ANN, ann.id, now=NOW)
        assert unit.accounts.remove("ann")
        assert unit.identities.user_name(ANN) is None


def test_a_role_that_the_provider_says_is_in_force_in_open_sessions(database: Database):
    with database.begin() as unit:
        ann = hire(unit)
        unit.accounts.begin(ann.id, "d", now=NOW, expires_at=NOW + DAY, issuer=ISSUER)
        unit.accounts.appoint(ann.id, Role.VIEWER)
        session = unit.accounts.session("d", now=NOW)
        assert (session.user.role, session.issuer) == (Role.VIEWER, ISSUER)
        unit.accounts.begin(ann.id, "e", now=NOW, expires_at=NOW + DAY)
        assert unit.accounts.session("e", now=NOW).issuer is None


def test_a_begun_log_in_is_used_once(database: Database):
    with database.begin() as unit:
        unit.identities.begin(begun())
        assert unit.identities.take("other", now=NOW) is None
        assert unit.identities.take("s", now=NOW) == begun()
        assert unit.identities.take("s", now=NOW) is None


@pytest.mark.parametrize("late", [LASTS, -LASTS - timedelta(seconds=1)])
def test_one_that_took_too_long_or_is_to_come_is_none(database: Database, late):
    with database.begin() as unit:
        unit.identities.begin(begun())
        assert unit.identities.take("s", now=NOW + late) is None


def test_no_more_are_kept_than_there_is_room_for(database: Database):
    with database.begin() as unit:
        for number in range(5):
            unit.identities.begin(begun(f"s{number}"), most=3)
        kept = [unit.identities.take(f"s{number}", now=NOW) is not None for number in range(5)]
        assert kept == [False, False, True, True, True]
        unit.identities.begin(begun("old"))
        unit.identities.begin(begun("new", NOW + LASTS))
        assert unit.identities.take("old", now=NOW) is None
