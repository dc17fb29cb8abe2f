"""Why a TLS connection did not come about, in words that name the remedy.

The codes are OpenSSL's: X509_V_ERR_* of its x509_vfy.h for certificates, the names of alerts and
errors of ssl.h for the rest. The sentences go on after "… could not be fetched: ".
"""

import ssl
from typing import Final

_MEND: Final = "its operator must mend that"
_TRUST: Final = "its operator must mend that; if you trust it, name it in the {whose}'s `ca_file`"

# X509_V_ERR_*, what it means
_CERTIFICATES: Final = {
    9: "its certificate is not valid yet; if it should be, set this machine's clock",
    10: f"its certificate has expired; {_MEND}",
    18: f"its certificate is self-signed, so that nobody vouches for it; {_TRUST}",
    19: f"its certificate comes from an authority of its own that nobody vouches for; {_TRUST}",
    20: f"its certificate's issuer is unknown, or not sent along; {_TRUST}",
    21: f"its certificate's issuer is unknown, or not sent along; {_TRUST}",
    23: f"its certificate was revoked; {_MEND}",
    62: "its certificate is for other names; correct the address if it is not the site's own",
    64: "its certificate is not for this address; give the site's name instead of a number",
    66: f"its certificate's key is too weak; {_MEND}",
    67: f"its certificate's issuer has a key that is too weak; {_MEND}",
    68: f"its certificate is signed in a way that is no longer safe; {_MEND}",
}
_NO_TLS: Final = "it does not speak TLS on this port; try http:// in its address"
_TOO_OLD: Final = f"it only speaks versions of TLS that are no longer safe; {_MEND}"
_NO_COMMON_WAY: Final = f"it has no certificate, or no way to encrypt that is still safe; {_MEND}"
_BROKEN_OFF: Final = (
    f"it broke the connection off while TLS began, as one without a certificate does; {_MEND}"
)
_ERRORS: Final = {
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "HTTP_REQUEST": _NO_TLS,
    "RECORD_LAYER_FAILURE": _NO_TLS,
    "PACKET_LENGTH_TOO_LONG": _NO_TLS,
    "UNSUPPORTED_PROTOCOL": _TOO_OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": _TOO_OLD,
    "SSLV3_ALERT_HANDSHAKE_FAILURE": _NO_COMMON_WAY,
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": _NO_COMMON_WAY,
    "DH_KEY_TOO_SMALL": f"its key is too weak; {_MEND}",
    "TLSV1_UNRECOGNIZED_NAME": "it has no site of this name; correct the address",
    "TLSV1_ALERT_UNRECOGNIZED_NAME": "it has no site of this name; correct the address",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it lets in only those who show a certificate of theirs",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "it says that our certificate has expired",
    "TLSV1_ALERT_UNKNOWN_CA": "it does not know who issued our certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "it does not take our certificate",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "it does not take our certificate",
    "UNEXPECTED_EOF_WHILE_READING": _BROKEN_OFF,
}


def problem(error: ssl.SSLError) -> str:
    """What went wrong, without who can do what about it."""
    return explain(error).partition(";")[0]


def explain(error: ssl.SSLError, *, whose: str = "source") -> str:
    """What went wrong, and who can do what about it: `whose` options may name an authority."""
    if isinstance(error, ssl.SSLCertVerificationError):
        code: int = getattr(error, "verify_code", 0)
        text: str = getattr(error, "verify_message", "") or str(error)
        words = _CERTIFICATES.get(code)
        return words.format(whose=whose) if words else f"its certificate is not valid ({text})"
    if isinstance(error, ssl.SSLWantReadError):  # it went away before it had answered
        return "it broke the connection off while TLS began; if it has none, try http://"
    if isinstance(error, ssl.SSLZeroReturnError | ssl.SSLEOFError):  # which, depends on OpenSSL
        return _BROKEN_OFF
    reason = error.reason or ""
    plain = reason.replace("_", " ").lower() or str(error)
    return _ERRORS.get(reason, f"TLS does not come about ({plain})")
