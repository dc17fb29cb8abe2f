"""A certificate for news.example that only tests trust, valid from 2020 to 2120."""

import ssl
import textwrap
from pathlib import Path

_CERTIFICATE = (
    "MIIBajCCARCgAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxuZXdzLmV4YW1wbGUwIBcNMjAw"
    "MTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNVBAMMDG5ld3MuZXhhbXBsZTBZMBMGByqG"
    "SM49AgEGCCqGSM49AwEHA0IABFSdVP2zl+cKPSCKLmdeLWwOj4zFZFkXLkwKFquB278M0apuSrhilj+e"
    "nS6oJO9YDFXeYxgGsFfq5azOcZznnq+jSzBJMBcGA1UdEQQQMA6CDG5ld3MuZXhhbXBsZTAPBgNVHRMB"
    "Af8EBTADAQH/MB0GA1UdDgQWBBRoeyBzV7aK84vF1iMd6RKkunt09jAKBggqhkjOPQQDAgNIADBFAiEA"
    "idZiifDfMFqlKHVW3YfDcC7dfqaVut+4FbzpMC0H0TcCIFijy7iSmOWVwsIKP3qIX54ubPxTuXzfoBIy"
    "MExxxCkf"
)
_KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIEpxU2o0+OC0xqRG+Z2aHF1KOPJ9oyQS"
    "Jq8ExHox2XWhRANCAARUnVT9s5fnCj0gii5nXi1sDo+MxWRZFy5MChargdu/DNGqbkq4YpY/np0uqCTv"
    "WAxV3mMYBrBX6uWsznGc556v"
)


def _pem(kind: str, text: str) -> str:
    lines = "\n".join(textwrap.wrap(text, 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"


def for_server(folder: Path) -> ssl.SSLContext:
    """What a server needs to show the certificate; its files are written to `folder`."""
    chain = folder / "certificate.pem"
    chain.write_text(_pem("CERTIFICATE", _CERTIFICATE) + _pem("PRIVATE KEY", _KEY))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def for_client() -> ssl.SSLContext:
    """What a client needs to trust the certificate, and no other."""
    return ssl.create_default_context(cadata=_pem("CERTIFICATE", _CERTIFICATE))
