"""`tocsin user`, `tocsin token` and `tocsin audit`."""

import pytest

pytestmark = pytest.mark.usefixtures("settings")
PASSWORD = "correct horse battery"


@pytest.fixture
def password(tmp_path):
    (tmp_path / "password").write_text(f"{PASSWORD}\nanother line\n", "utf-8")
    return ("--password-file", "password")


def test_people_from_the_first_to_the_last(tocsin, password):
    assert "Nobody has an account" in tocsin("user", "list").out
    refused = tocsin("user", "add", "ann", "--role", "viewer", *password)
    assert (refused.code, "must be an admin" in refused.err) == (2, True)
    assert "ann: added as admin" in tocsin("user", "add", "ann", *password).out
    assert "bob: added as viewer" in tocsin("user", "add", "bob", *password).out
    assert tocsin("user", "add", "ANN", *password).code == 1
    assert tocsin("user", "edit", "bob", "--role", "editor", "--disable").code == 0
    listed = tocsin("user", "list", "--json").json
    assert [(each["name"], each["role"], each["disabled"]) for each in listed] == [
        ("ann", "admin", False),
        ("bob", "editor", True),
    ]
    assert "password" not in listed[0]
    last = tocsin("user", "remove", "ann")
    assert (last.code, "Nobody would be left" in last.err) == (1, True)
    assert tocsin("user", "remove", "bob").code == 0
    assert tocsin("user", "remove", "bob").code == 2
    assert "logged out of 0 browsers" in tocsin("user", "logout", "ann").out
    assert tocsin("user", "remove", "ann").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "ann"), "there is nobody to ask"),
        (("add", "ann", "--password-file", "missing"), "missing"),
        (("add", "\x1b[2Jann", "--no-password"), "none that steer"),
        (("edit", "nobody", "--role", "viewer"), 'there is no user "nobody"'),
        (("edit", "ann"), "say what is to be changed"),
    ],
)
def test_what_is_wrong_is_said(tocsin, arguments, said):
    done = tocsin("user", *arguments)
    assert (done.code, said in done.err) == (2, True)


def test_a_password_that_will_not_do_is_refused(tocsin, tmp_path, password):
    tocsin("user", "add", "ann", *password)
    (tmp_path / "short").write_text("ann", "utf-8")
    for arguments in (("add", "bob"), ("edit", "ann")):
        done = tocsin("user", *arguments, "--password-file", "short")
        assert (done.code, "fewer than 10" in done.err) == (2, True)


def test_a_token_is_shown_once(tocsin, password):
    tocsin("user", "add", "ann", *password)
    made = tocsin("token", "add", "ci", "--scope", "read", "--user", "ann", "--expires", "90d")
    assert made.out.startswith("tocsin_")
    assert made.out.strip() not in tocsin("token", "list").out
    (listed,) = tocsin("token", "list", "--json").json
    assert (listed["name"], listed["scopes"], listed["user"]) == ("ci", ["read"], "ann")
    assert made.out.startswith(listed["hint"])
    assert tocsin("token", "add", "ci").code == 1
    assert tocsin("token", "add", "other", "--user", "nobody").code == 2
    assert tocsin("token", "add", "other", "--expires", "soon").code == 2
    assert tocsin("token", "revoke", "ci").code == 0
    assert tocsin("token", "revoke", "ci").code == 2
    assert "tocsin token add" in tocsin("token", "list").out


def test_who_changed_what_is_listed(tocsin, password):
    assert "Nothing was changed" in tocsin("audit").out
    tocsin("user", "add", "ann", *password)
    tocsin("user", "edit", "ann", *password)
    tocsin("token", "add", "ci")
    changes = tocsin("audit", "--json").json
    assert [each["action"] for each in changes] == ["token.add", "user.edit", "user.add"]
    assert {each["actor"]["via"] for each in changes} == {"command"}
    assert PASSWORD not in tocsin("audit").out
    assert len(tocsin("audit", "--subject", "ann", "--json").json) == 2
