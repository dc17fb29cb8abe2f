"""E-mail addresses as people write them: `desk@example.org` or `News Desk <desk@example.org>`."""

import re
from dataclasses import dataclass
from email.headerregistry import Address

from scraper.alerts.clean import printable

# RFC 5321, section 4.5.3.1: 64 octets before the @, and 254 for an address in all.
_LONGEST_LOCAL_PART = 64
_LONGEST_ADDRESS = 254
_LONGEST_NAME = 100

# A dot-atom (RFC 5322, section 3.2.3). Quoted local parts are refused: nobody has one, and white
# space or angle brackets in an address only ever help who wants to smuggle SMTP commands.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address that can be said to a mail server, and the name shown with it, perhaps empty."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands after the @, in ASCII."""
        return self.address.rpartition("@")[2]

    def header(self) -> Address:
        """As a header of a message takes it; the name is quoted or encoded there."""
        return Address(display_name=self.name, addr_spec=self.address)

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def parse_mailbox(text: str) -> Mailbox:
    """The mailbox that the text names; ValueError with a remedy when it is none.

    Domains in other scripts are turned into their ASCII form (IDNA).
    """
    if printable(text) != text:
        raise ValueError("there is a control character in the address: write it anew")
    named = _NAMED.fullmatch(text.strip())
    name = named["name"].strip().strip('"').strip() if named else ""
    address = (named["address"] if named else text).strip()
    if len(name) > _LONGEST_NAME or "=?" in name or '"' in name or "\\" in name:
        raise ValueError(f'the name in "{text}" cannot be shown: write a shorter, plain one')
    local, at, domain = address.rpartition("@")
    if not at or not local:
        raise ValueError(f'"{text}" is no e-mail address: write it as name@example.org')
    if not _LOCAL_PART.fullmatch(local) or len(local) > _LONGEST_LOCAL_PART:
        raise ValueError(
            f'"{text}" is no e-mail address: before the @ stand letters a-z, digits and dots'
        )
    ascii_domain = _ascii_domain(domain, text)
    if len(local) + 1 + len(ascii_domain) > _LONGEST_ADDRESS:
        raise ValueError(f"an e-mail address has at most {_LONGEST_ADDRESS} characters")
    return Mailbox(name, f"{local}@{ascii_domain}")


def _ascii_domain(domain: str, text: str) -> str:
    try:
        encoded = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        encoded = ""
    if not encoded or not all(_LABEL.fullmatch(label) for label in encoded.split(".")):
        raise ValueError(f'"{text}" is no e-mail address: after the @ stands a domain')
    return encoded.lower()
