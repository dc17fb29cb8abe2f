import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.alerts.email.mailbox import Mailbox, parse_mailbox


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("desk@example.org", "", "desk@example.org"),
        (" desk@Example.ORG ", "", "desk@example.org"),
        ("News Desk <desk@example.org>", "News Desk", "desk@example.org"),
        ('"Desk, News" <desk@example.org>', "Desk, News", "desk@example.org"),
        ("Ärger <a+b.c@bücher.example>", "Ärger", "a+b.c@xn--bcher-kva.example"),
        ("root@localhost", "", "root@localhost"),
    ],
)
def test_addresses_as_people_write_them(text: str, name: str, address: str):
    assert parse_mailbox(text) == Mailbox(name, address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "desk",
        "@example.org",
        "desk@",
        "desk@example..org",
        "desk@-example.org",
        "a b@example.org",
        "a@b@example.org",
        ".a@example.org",
        "a@example.org, b@example.org",
        "a@example.org>\r\nRCPT TO:<b@example.org",
        "Desk <a@example.org> <b@example.org>",
        "Desk <a@example.org\n>",
        "=?utf-8?q?x=0D=0ABcc:?= <a@example.org>",
        'A "quoted" one <a@example.org>',
        '"a b"@example.org',
        "jörg@example.org",
        "a@[192.0.2.1]",
        "a" * 65 + "@example.org",
        "a@" + "b." * 130 + "org",
        "a@\u202egro.elpmaxe",
        "N" * 101 + " <a@example.org>",
    ],
)
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(ValueError, match=r"\w"):
        parse_mailbox(text)


@given(st.text(max_size=60))
@example("a@example.org")
@example("x <a@b>")
def test_an_address_that_is_taken_is_safe_to_say_to_a_server(text: str):
    try:
        box = parse_mailbox(text)
    except ValueError:
        return
    assert box.address.isascii()
    assert not set(box.address) & set(' <>"\r\n\t,;')
    assert box.address.count("@") == 1
    assert parse_mailbox(str(box)) == box
    assert box.header().addr_spec == box.address
