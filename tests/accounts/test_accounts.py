"""Passwords, secrets, and how often somebody may guess."""

from datetime import UTC, datetime, timedelta

import pytest

from scraper.accounts import (
    Throttle,
    digest,
    hash_password,
    hint,
    is_right,
    new_session,
    new_token,
    weakness,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_password_is_known_by_its_hash_alone():
    stored = hash_password("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert stored != hash_password("correct horse battery")
    assert is_right("correct horse battery", stored)
    assert not is_right("correct horse batterY", stored)
    assert not is_right("", stored)


@pytest.mark.parametrize("stored", [None, "", "plain text", "$argon2id$broken"])
def test_nobody_logs_in_where_no_hash_is_stored(stored):
    assert not is_right("nobody's", stored)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "fewer than 10"),
        ("x" * 501, "more than 500"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("Night-Desk1", "the name"),
        ("correct horse battery", None),
        ("пароль из слов", None),
        ("night-desk has a long one", None),
    ],
)
def test_weak_passwords_are_refused_with_a_remedy(password, word):
    found = weakness(password, name="night-desk")
    assert found is None if word is None else word in found


def test_secrets_are_long_and_never_the_same():
    made = {new_session() for _ in range(100)} | {new_token() for _ in range(100)}
    assert len(made) == 200
    assert min(map(len, made)) >= 43
    assert len({digest(secret) for secret in made}) == 200
    token = new_token()
    assert token.startswith(hint(token))
    assert len(hint(token)) == 11


def test_who_fails_too_often_waits():
    throttle = Throttle(most=3, window=15 * MINUTE)
    for minute in range(3):
        assert throttle.wait(["ann"], NOW + minute * MINUTE) is None
        throttle.failed(["ann"], NOW + minute * MINUTE)
    assert throttle.wait(["bob"], NOW + 3 * MINUTE) is None
    assert throttle.wait(["bob", "ann"], NOW + 3 * MINUTE) == 12 * MINUTE
    assert throttle.wait(["ann"], NOW + 15 * MINUTE) is None
    throttle.failed(["ann"], NOW + 15 * MINUTE)
    assert throttle.wait(["ann"], NOW + 15 * MINUTE) == MINUTE
    throttle.succeeded(["ann"])
    assert throttle.wait(["ann"], NOW + 15 * MINUTE) is None


def test_made_up_names_do_not_fill_the_memory():
    throttle = Throttle(most=3, window=15 * MINUTE)
    for number in range(12_000):
        throttle.failed([f"name {number}", "address"], NOW)
    assert len(throttle._failures) <= 10_000
    assert throttle.wait(["address"], NOW) is not None
