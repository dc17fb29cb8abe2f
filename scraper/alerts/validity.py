"""How long a certificate is valid, read from its DER (X.690; RFC 5280, 4.1.2.5); pure.

The standard library tells that of the other side's certificate alone.
"""

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

_FIRST: Final = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")
_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0  # of tbsCertificate, left out in version 1
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18
_CENTURY: Final = 50  # two digits from here on are of the last one


def valid_until(pem: str) -> datetime | None:
    """When the first certificate of the text ends, in UTC; None when none can be read."""
    found = _FIRST.search(pem)
    if found is None:
        return None
    try:
        return _end(ssl.PEM_cert_to_DER_cert(found[0]))
    except (ValueError, IndexError, StopIteration):
        return None


def _end(der: bytes) -> datetime:
    _, certificate = next(_walk(der))
    _, signed = next(_walk(certificate))
    parts = [part for part in _walk(signed) if part[0] != _VERSION]
    tag, validity = parts[3]  # after serial number, signature and issuer
    if tag != _SEQUENCE:
        raise ValueError("where the validity should be there is something else")
    _, (form, text) = _walk(validity)
    return _time(form, text.decode("ascii"))


def _time(form: int, text: str) -> datetime:
    if form == _UTC_TIME:  # strptime would part the centuries elsewhere
        text = ("19" if int(text[:2]) >= _CENTURY else "20") + text
    elif form != _GENERALIZED_TIME:
        raise ValueError("where a time should be there is something else")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _walk(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length & 0x80:  # so many bytes of it follow
            start += length & 0x7F
            length = int.from_bytes(data[at + 2 : start], "big")
        at = start + length
        if at > len(data):
            raise ValueError("it is cut off")
        yield tag, data[start:at]
