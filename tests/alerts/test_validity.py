import ssl
from base64 import b64decode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts.validity import valid_until
from tests.fetch import certificate

VALID = b64decode(certificate.VALID)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (certificate.EXPIRED, datetime(2021, 1, 1, tzinfo=UTC)),  # a UTCTime
        (certificate.VALID, datetime(2120, 1, 1, tzinfo=UTC)),  # a GeneralizedTime
        (certificate.EARLY, datetime(2120, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_end_is_that_of_the_first_certificate(text: str, end: datetime):
    pem = ssl.DER_cert_to_PEM_cert(b64decode(text))
    chain = f"subject=/CN=ours\n{pem}{ssl.DER_cert_to_PEM_cert(b64decode(certificate.ISSUER))}"
    assert valid_until(chain) == end


def test_the_end_is_the_one_that_openssl_reads():
    for text in (certificate.EXPIRED, certificate.VALID):
        pem = ssl.DER_cert_to_PEM_cert(b64decode(text))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=pem)
        for known in context.get_ca_certs():
            seconds = ssl.cert_time_to_seconds(str(known["notAfter"]))
            assert valid_until(pem) == datetime.fromtimestamp(seconds, UTC)


@given(st.binary(max_size=400))
def test_what_is_no_certificate_has_no_end(noise: bytes):
    assert valid_until(noise.decode("latin-1")) is None
    assert valid_until(ssl.DER_cert_to_PEM_cert(noise)) is None


@given(st.integers(0, len(VALID) - 1), st.integers(0, 255), st.integers(0, 40))
def test_a_broken_certificate_breaks_nothing(place: int, value: int, cut: int):
    broken = bytearray(VALID)
    broken[place] = value
    end = valid_until(ssl.DER_cert_to_PEM_cert(bytes(broken[: len(broken) - cut])))
    assert end is None or end.tzinfo is UTC
