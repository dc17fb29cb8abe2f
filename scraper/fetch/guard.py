"""Which addresses may be reached: those of the public internet, and networks expressly allowed.

A stranger's link, redirect or DNS record must not make us a way into the network that we run in.
The rules look at addresses, never at names, and are applied to the very address that a connection
goes to (see `network`).
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA IPv4 Special-Purpose Address Registry, what is not globally reachable; multicast (RFC 5771).
_CLOSED_V4 = {
    IPv4Network("0.0.0.0/8"): "this network",
    IPv4Network("10.0.0.0/8"): "private",
    IPv4Network("100.64.0.0/10"): "shared by carriers",
    IPv4Network("127.0.0.0/8"): "loopback",
    IPv4Network("168.63.129.16/32"): "a cloud's host agent",  # Azure's, though numbered publicly
    IPv4Network("169.254.0.0/16"): "link-local",
    IPv4Network("172.16.0.0/12"): "private",
    IPv4Network("192.0.0.0/24"): "reserved for protocols",
    IPv4Network("192.0.2.0/24"): "for documentation",
    IPv4Network("192.88.99.0/24"): "a 6to4 relay",
    IPv4Network("192.168.0.0/16"): "private",
    IPv4Network("198.18.0.0/15"): "for benchmarks",
    IPv4Network("198.51.100.0/24"): "for documentation",
    IPv4Network("203.0.113.0/24"): "for documentation",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved",
}
# IPv6 is closed but for what is handed out for global unicast (RFC 4291), less these.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = {
    IPv6Network("2001::/23"): "reserved for protocols, Teredo among them",
    IPv6Network("2001:db8::/32"): "for documentation",
    IPv6Network("2002::/16"): "6to4, which hides an IPv4 address",
    IPv6Network("3fff::/20"): "for documentation",
}
_NAMED_V6 = {  # only to say what they are
    IPv6Network("::/128"): "unspecified",
    IPv6Network("::1/128"): "loopback",
    IPv6Network("64:ff9b:1::/48"): "a local translation",
    IPv6Network("fc00::/7"): "private",
    IPv6Network("fe80::/10"): "link-local",
    IPv6Network("ff00::/8"): "multicast",
}
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv6-only network reaches IPv4 through it
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # RFC 5214, 6.1: an interface identifier that holds an IPv4


class AddressRefusedError(httpx.ConnectError):
    """The address is not one of the public internet."""


def refusal(address: Address, allow_networks: Sequence[Network] = ()) -> str | None:
    """Why `address` must not be reached; None if it may be.

    An IPv4-mapped IPv6 address is that IPv4 address, for the system connects to it. One that a
    translator would unpack must itself be allowed, and the IPv4 address inside it as well.
    """
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in allow_networks):
        return None
    if isinstance(address, IPv4Address):
        return _find(address, _CLOSED_V4)
    inside = _translated(address)
    if inside is not None and (reason := refusal(inside, allow_networks)):
        return f"a way to {inside}, {reason}"
    return _refusal_v6(address)


def _refusal_v6(address: IPv6Address) -> str | None:
    if address in _OPEN_V6:
        return _find(address, _CLOSED_V6)
    return None if address in _NAT64 else _find(address, _NAMED_V6) or "reserved"


def _find(
    address: Address, networks: dict[IPv4Network, str] | dict[IPv6Network, str]
) -> str | None:
    return next((name for network, name in networks.items() if address in network), None)


def _translated(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address to which a NAT64 or ISATAP router would pass the packets on."""
    packed = int(address)
    if address in _NAT64 or (packed >> 32) & 0xFFFF_FFFF in _ISATAP:
        return IPv4Address(packed & 0xFFFF_FFFF)
    return None


def literal(host: str) -> Address | None:
    """The address that `host`, without brackets, spells; None for a name.

    Resolvers also read addresses in other spellings: `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1`.
    Nobody honest writes links that way, and programs differ in what they make of them: they raise
    AddressRefusedError. What counts as a number is the URL standard's "ends in a number checker".
    """
    if ":" in host or "%" in host:
        return _ipv6(host)
    last = host.removesuffix(".").rpartition(".")[2].lower()
    if not (last.isdigit() or _is_hexadecimal(last)):
        return None
    try:
        return IPv4Address(host.removesuffix("."))
    except ValueError:
        raise AddressRefusedError(
            f"{host} is an address in an unusual spelling: write four decimal numbers"
        ) from None


def _is_hexadecimal(label: str) -> bool:
    return label.startswith("0x") and all(digit in "0123456789abcdef" for digit in label[2:])


def _ipv6(host: str) -> IPv6Address:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise AddressRefusedError(f"{host} is neither a name nor an address") from None
    if address.scope_id is not None:
        raise AddressRefusedError(f"{host} is an address of one link only: give a routed address")
    return address


def check_host(host: str, allow_networks: Sequence[Network] = ()) -> None:
    """Raise AddressRefusedError if `host` spells an address that must not be reached.

    Names pass: theirs are checked when they are resolved.
    """
    address = literal(host)
    if address is not None and (reason := refusal(address, allow_networks)):
        raise AddressRefusedError(_explain(host, [(address, reason)]))


def reachable(
    host: str, addresses: Sequence[str], allow_networks: Sequence[Network] = ()
) -> list[Address]:
    """Those of the addresses of `host` that may be reached, in the same order.

    Raises AddressRefusedError if none is left.
    """
    judged = [(address, refusal(address, allow_networks)) for address in map(ip_address, addresses)]
    allowed = [address for address, reason in judged if reason is None]
    if not allowed:
        refused = [(address, reason) for address, reason in judged if reason is not None]
        raise AddressRefusedError(_explain(host, refused))
    return allowed


def _explain(host: str, refused: Sequence[tuple[Address, str]]) -> str:
    reasons = ", ".join(f"{address} ({reason})" for address, reason in refused[:3])
    leads = f"{host} leads to {reasons}:" if refused[0][0] != _spelled(host) else f"{reasons} is"
    return (
        f"{leads} not an address of the public internet. If it is meant to be reached, add its "
        "network to fetch.allow_networks in the settings."
    )


def _spelled(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
