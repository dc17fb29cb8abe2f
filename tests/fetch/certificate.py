"""Certificates for news.example, of one key, that only tests trust, and not even they all of them.

`VALID` is self-signed, and valid from 2020 to 2120; `EXPIRED` was in 2020, `EARLY` will be in 2110;
`ISSUED` was issued by `ISSUER`, which nobody knows.
"""

import ssl
import textwrap
from pathlib import Path

VALID = (
    "MIIBajCCARCgAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxuZXdzLmV4YW1wbGUwIBcNMjAw"
    "MTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNVBAMMDG5ld3MuZXhhbXBsZTBZMBMGByqG"
    "SM49AgEGCCqGSM49AwEHA0IABFSdVP2zl+cKPSCKLmdeLWwOj4zFZFkXLkwKFquB278M0apuSrhilj+e"
    "nS6oJO9YDFXeYxgGsFfq5azOcZznnq+jSzBJMBcGA1UdEQQQMA6CDG5ld3MuZXhhbXBsZTAPBgNVHRMB"
    "Af8EBTADAQH/MB0GA1UdDgQWBBRoeyBzV7aK84vF1iMd6RKkunt09jAKBggqhkjOPQQDAgNIADBFAiEA"
    "idZiifDfMFqlKHVW3YfDcC7dfqaVut+4FbzpMC0H0TcCIFijy7iSmOWVwsIKP3qIX54ubPxTuXzfoBIy"
    "MExxxCkf"
)
EXPIRED = (
    "MIIBSTCB76ADAgECAgECMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDG5ld3MuZXhhbXBsZTAeFw0yMDAx"
    "MDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMBcxFTATBgNVBAMMDG5ld3MuZXhhbXBsZTBZMBMGByqGSM49"
    "AgEGCCqGSM49AwEHA0IABFSdVP2zl+cKPSCKLmdeLWwOj4zFZFkXLkwKFquB278M0apuSrhilj+enS6o"
    "JO9YDFXeYxgGsFfq5azOcZznnq+jLDAqMBcGA1UdEQQQMA6CDG5ld3MuZXhhbXBsZTAPBgNVHRMBAf8E"
    "BTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQChLGWPBvppXK919kCk0gtwGv8qEeCEv21/pYG5IavPXQIh"
    "AMm6D4BZrjI2sdRpMxRtGgxXNXhVJGitRQHv+gKc+Dnv"
)
EARLY = (
    "MIIBTDCB86ADAgECAgECMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDG5ld3MuZXhhbXBsZTAiGA8yMTEw"
    "MDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAXMRUwEwYDVQQDDAxuZXdzLmV4YW1wbGUwWTATBgcq"
    "hkjOPQIBBggqhkjOPQMBBwNCAARUnVT9s5fnCj0gii5nXi1sDo+MxWRZFy5MChargdu/DNGqbkq4YpY/"
    "np0uqCTvWAxV3mMYBrBX6uWsznGc556voywwKjAXBgNVHREEEDAOggxuZXdzLmV4YW1wbGUwDwYDVR0T"
    "AQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAydGYMrwAPyLZtyROaIP7u+CyA3qwclpuzDXsDMuE"
    "FO8CIBq+2sM6mw7CAnLLOVDs77DNPJqVX0BTFA1M3m3nCEtT"
)
ISSUED = (
    "MIIBRzCB7qADAgECAgECMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDG5vYm9keSBrbm93czAgFw0yMDAx"
    "MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFzEVMBMGA1UEAwwMbmV3cy5leGFtcGxlMFkwEwYHKoZI"
    "zj0CAQYIKoZIzj0DAQcDQgAEVJ1U/bOX5wo9IIouZ14tbA6PjMVkWRcuTAoWq4HbvwzRqm5KuGKWP56d"
    "Lqgk71gMVd5jGAawV+rlrM5xnOeer6MpMCcwFwYDVR0RBBAwDoIMbmV3cy5leGFtcGxlMAwGA1UdEwEB"
    "/wQCMAAwCgYIKoZIzj0EAwIDSAAwRQIhAKcRZaz6zSITbfeLlQYUIMuvtwmBaIhxIuWj2a60uJQWAiB6"
    "qe+KslKWW0vhJs2DSHHHglKWe1hkn5wO5imAmcEfGw=="
)
ISSUER = (
    "MIIBMjCB2KADAgECAgECMAoGCCqGSM49BAMCMBcxFTATBgNVBAMMDG5vYm9keSBrbm93czAgFw0yMDAx"
    "MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFzEVMBMGA1UEAwwMbm9ib2R5IGtub3dzMFkwEwYHKoZI"
    "zj0CAQYIKoZIzj0DAQcDQgAEVJ1U/bOX5wo9IIouZ14tbA6PjMVkWRcuTAoWq4HbvwzRqm5KuGKWP56d"
    "Lqgk71gMVd5jGAawV+rlrM5xnOeer6MTMBEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG"
    "AiEAwWGN+HlwDOBR/vrtXXXrT/mo7p4vHkflV7/kwVs6zTsCIQDwCL/v/bwETEhTgzFB+gTrhj65RMLb"
    "L8vc6WYnkt/QHg=="
)
_KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIEpxU2o0+OC0xqRG+Z2aHF1KOPJ9oyQS"
    "Jq8ExHox2XWhRANCAARUnVT9s5fnCj0gii5nXi1sDo+MxWRZFy5MChargdu/DNGqbkq4YpY/np0uqCTv"
    "WAxV3mMYBrBX6uWsznGc556v"
)


def _pem(kind: str, text: str) -> str:
    lines = "\n".join(textwrap.wrap(text, 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"


def pem(certificate: str) -> str:
    """The certificate as a file holds it."""
    return _pem("CERTIFICATE", certificate)


def key() -> str:
    """The key of all of them, as a file holds it."""
    return _pem("PRIVATE KEY", _KEY)


def for_server(folder: Path, *certificates: str) -> ssl.SSLContext:
    """What a server needs to show certificates, its own first; written to a file in `folder`."""
    shown = "".join(_pem("CERTIFICATE", each) for each in certificates or (VALID,))
    chain = folder / "certificate.pem"
    chain.write_text(shown + _pem("PRIVATE KEY", _KEY))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def for_client(certificate: str = VALID) -> ssl.SSLContext:
    """What a client needs to trust this certificate, and no other."""
    return ssl.create_default_context(cadata=_pem("CERTIFICATE", certificate))
