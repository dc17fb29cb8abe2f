from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts.clean import header_text
from scraper.alerts.email.header import folded

LINES = st.one_of(
    st.text(max_size=300),
    st.text('aä =?_"\\.,;:()<>@صx😀', max_size=300),
    st.text("ab ", max_size=300),
).map(lambda text: header_text(text, limit=300))


@given(LINES, st.sampled_from(["Subject", "X-Tocsin-Channel"]))
def test_what_goes_in_comes_out(text: str, name: str):
    value = folded(name, text)
    lines = f"{name}: {value}".split("\r\n")
    assert all(line.isascii() and len(line) <= 76 for line in lines)
    assert all(line.startswith(" ") and line.strip() for line in lines[1:])
    assert str(make_header(decode_header("".join(value.split("\r\n"))))) == text
    raw = "\r\n".join([*lines, "", "body"]).encode()
    assert str(message_from_bytes(raw, policy=policy.default)[name] or "") == text


def test_plain_text_stays_plain():
    assert folded("Subject", "Rockets land near Baghdad airport") == (
        "Rockets land near Baghdad airport"
    )
    assert folded("Subject", "x" * 60 + " " + "y" * 60) == "x" * 60 + "\r\n " + "y" * 60


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Über Rom nach Wien", "=?utf-8?q?=C3=9Cber_Rom_nach_Wien?="),
        ("بغداد", "=?utf-8?b?2KjYutiv2KfYrw==?="),
        ("=?utf-8?q?x?=", "=?utf-8?b?PT91dGYtOD9xP3g/PQ==?="),
    ],
)
def test_the_shorter_encoding_is_taken(text: str, value: str):
    assert folded("Subject", text) == value
