from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.fetch import guard
from scraper.fetch.guard import AddressRefusedError, check_host, literal, reachable, refusal

INTERNAL = [
    "0.0.0.0",  # noqa: S104 nothing is bound to it
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:127.0.0.1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "172.32.0.1",
    "192.169.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2606:4700:4700::1111",
    "2a00:1450:4001::8a",
]


@pytest.mark.parametrize("address", INTERNAL)
def test_what_is_not_public_is_refused(address: str):
    assert refusal(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_may_be_reached(address: str):
    assert refusal(ip_address(address)) is None


class TestAllowedNetworks:
    def test_may_be_reached_in_every_form(self):
        allowed = [ip_network("127.0.0.0/8")]
        assert refusal(ip_address("127.0.0.1"), allowed) is None
        assert refusal(ip_address("::ffff:127.0.0.1"), allowed) is None
        assert refusal(ip_address("64:ff9b::127.0.0.1"), allowed) is None

    def test_open_nothing_else(self):
        allowed = [ip_network("127.0.0.0/8"), ip_network("fd00::/8")]
        assert refusal(ip_address("10.0.0.1"), allowed)
        assert refusal(ip_address("::1"), allowed)
        assert refusal(ip_address("2002:a00:1::"), allowed)

    def test_of_ipv6(self):
        assert refusal(ip_address("::1"), [ip_network("::1/128")]) is None


# 168.63.129.16 is a cloud's, 192.88.99.0/24 a dead relay; is_global does not know of them. The
# registry's AS112 and AMT entries are reachable everywhere, which not every Python version says.
@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_never_opens_an_ipv4_address_that_the_standard_library_calls_private(address: IPv4Address):
    if not address.is_global or address.is_multicast:
        assert refusal(address)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_never_opens_an_ipv6_address_that_the_standard_library_calls_private(address: IPv6Address):
    if not address.is_global and address not in guard._NAT64:
        assert refusal(address)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_address_inside_another_is_judged_like_itself(inside: IPv4Address):
    for prefix in ("::ffff:", "64:ff9b::"):
        assert bool(refusal(IPv6Address(f"{prefix}{inside}"))) is bool(refusal(inside))


class TestSpelling:
    @pytest.mark.parametrize(
        "host",
        [
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0X7F.0.0.1",
            "0177.0.0.1",
            "127.1",
            "127.0.1",
            "1.2.3.4.5",
            "256.1.1.1",
            "127.0.0.0x1",
            "example.09",
            "0x",
            "fe80::1%eth0",
            "fe80::1%25eth0",
            "%31%32%37.0.0.1",
            "1::2::3",
            ":",
        ],
    )
    def test_an_unusual_one_is_refused(self, host: str):
        with pytest.raises(AddressRefusedError):
            literal(host)

    @pytest.mark.parametrize(
        "host",
        ["example.org", "localhost", "a1", "0x7g.example", "1.example", "x0x1", "10.in-addr"],
    )
    def test_a_name_is_no_address(self, host: str):
        assert literal(host) is None

    def test_a_final_dot_hides_nothing(self):
        assert literal("127.0.0.1.") == IPv4Address("127.0.0.1")

    @given(st.integers(0, 2**32 - 1).map(IPv4Address) | st.integers(0, 2**128 - 1).map(IPv6Address))
    def test_the_usual_one_is_read(self, address: guard.Address):
        assert literal(str(address)) == address

    @given(st.text(alphabet="0123456789abcdefx.:%", max_size=20))
    def test_every_host_is_a_name_an_address_or_refused(self, host: str):
        try:
            address = literal(host)
        except AddressRefusedError:
            return
        assert address is None or str(address) == host.removesuffix(".") or ":" in host


def test_a_refusal_names_host_address_and_remedy():
    with pytest.raises(
        AddressRefusedError, match=r"intra\.example.*10\.0\.0\.1 \(private\)"
    ) as raised:
        reachable("intra.example", ["10.0.0.1"])
    assert "allow_networks" in str(raised.value)


def test_of_several_addresses_those_allowed_are_left():
    found = reachable("mixed.example", ["10.0.0.1", "8.8.8.8", "::1", "1.1.1.1"])
    assert found == [IPv4Address("8.8.8.8"), IPv4Address("1.1.1.1")]


def test_a_name_is_not_judged_before_it_is_resolved():
    check_host("localhost")
    with pytest.raises(AddressRefusedError):
        check_host("127.0.0.1")
