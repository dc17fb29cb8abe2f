import ssl
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import FetchError, PageGoneError
from scraper.fetch.failures import from_exception, from_status, refuse_binary, retry_after
from scraper.fetch.guard import AddressRefusedError
from scraper.fetch.transport import UnresolvedError

URL = "https://example.org/news"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [400, 402, 405, 406, 410, 414, 418, 451])
def test_answers_that_will_stay_so_are_permanent(status: int):
    assert from_status(URL, status, None).permanent


@pytest.mark.parametrize(
    "status", [204, 206, 300, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504, 520, 599, 999]
)
def test_answers_that_may_change_are_temporary(status: int):
    assert not from_status(URL, status, None).permanent


@pytest.mark.parametrize("status", [401, 403])
def test_a_bar_is_tried_again_after_an_hour_unless_the_host_says_otherwise(status: int):
    assert from_status(URL, status, None).retry_after == timedelta(hours=1)
    day = timedelta(days=1)
    assert from_status(URL, status, day).retry_after == day


@pytest.mark.parametrize(
    ("status", "gone"), [(404, True), (410, True), (403, False), (451, False), (500, False)]
)
def test_a_page_that_is_not_there_is_told_from_one_that_is_withheld(status: int, *, gone: bool):
    assert isinstance(from_status(URL, status, None), PageGoneError) is gone


def test_the_message_names_link_status_and_remedy():
    message = str(from_status(URL, 404, None))
    assert message.startswith(f"{URL} answered 404 (Not Found): ")
    assert "correct the address" in message
    assert str(from_status(URL, 520, None)) == f"{URL} answered 520"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectTimeout("x"), "no connection in time"),
        (httpx.ReadTimeout("x"), "no answer in time"),
        (httpx.ConnectError("refused"), r"no connection \(refused\)"),
        (httpx.RemoteProtocolError("no status line"), "proper HTTP"),
        (httpx.ReadError(""), "the connection broke"),
        (UnresolvedError("example.org does not resolve: x"), "does not resolve"),
    ],
)
def test_failures_on_the_way_are_temporary(error: httpx.TransportError, words: str):
    failure = from_exception(URL, error)
    assert not failure.permanent
    with pytest.raises(FetchError, match=words):
        raise failure


def test_a_refused_address_is_permanent():
    assert from_exception(URL, AddressRefusedError("127.0.0.1 (loopback)")).permanent


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("peer closed connection without sending complete message body", "before the answer's end"),
        ("Server disconnected without sending a response.", "without an answer in HTTP"),
        ("Receive buffer too long", "headers, or marks between its chunks, without end"),
        (
            "illegal header line: bytearray(b'x\\n\\x00')",
            r"proper HTTP (illegal header line: 'x\n\x00')",
        ),
    ],
)
def test_what_the_library_says_is_told_in_plain_words(said: str, words: str):
    assert words in str(from_exception(URL, httpx.RemoteProtocolError(said)))


def test_a_certificate_refused_for_a_rare_reason_is_told_in_the_librarys_words():
    cause = ssl.SSLCertVerificationError("[SSL] long text of the library")
    cause.verify_code, cause.verify_message = 24, "invalid CA certificate"
    error = httpx.ConnectError("[SSL] long text of the library")
    error.__cause__ = cause
    words = "its certificate is not valid (invalid CA certificate)"
    assert words in str(from_exception(URL, error))


@pytest.mark.parametrize(
    "kind",
    [
        "image/jpeg",
        "IMAGE/SVG+XML; charset=utf-8",
        "video/mp4",
        "audio/mpeg",
        "font/woff2",
        "application/pdf",
        "application/zip",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ],
)
def test_binary_types_are_refused_for_good(kind: str):
    with pytest.raises(FetchError, match="neither a page nor a feed") as raised:
        refuse_binary(URL, {"content-type": kind})
    assert raised.value.permanent


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/html; charset=utf-8",
        "text/plain",
        "application/octet-stream",
        "application/rss+xml",
        "application/json",
        "application/gzip",
        "application/x-gzip",
        "nonsense",
    ],
)
def test_other_types_pass(kind: str):
    refuse_binary(URL, {"content-type": kind})


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", "", 120),
        (" 0 ", "", 0),
        ("99999999999999999999", "", 10**9),
        ("Sun, 01 Mar 2026 12:05:00 GMT", "", 300),
        ("Sun, 01 Mar 2026 12:05:00 GMT", "Sun, 01 Mar 2026 12:04:00 GMT", 60),
        ("Sun, 01 Mar 2026 12:05:00 GMT", "nonsense", 300),
        ("Sun, 01 Mar 2026 11:00:00 GMT", "", 0),
        ("Sunday, 01-Mar-26 12:01:00 GMT", "", 60),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, date: str, seconds: int):
    pause = retry_after({"retry-after": value, "date": date}, NOW)
    assert pause == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "٣", "32 Mar 2026"])
def test_nonsense_asks_for_nothing(value: str):
    assert retry_after({"retry-after": value}, NOW) is None


@given(st.text(max_size=60), st.text(max_size=40))
def test_no_header_breaks_it(value: str, date: str):
    pause = retry_after({"retry-after": value, "date": date}, NOW)
    assert pause is None or pause >= timedelta(0)
