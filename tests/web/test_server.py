"""Where the dashboard listens, and what is said when it cannot."""

import socket

import pytest

from scraper.errors import SettingsError
from scraper.web.server import bind


def test_any_free_port_can_be_had():
    with bind("127.0.0.1:0") as bound:
        assert bound.getsockname()[1] > 0


def test_a_port_that_is_taken_may_be_a_daemons():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(SettingsError, match="daemon running already"),
    ):
        bind(f"127.0.0.1:{taken.getsockname()[1]}")


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b"])
def test_a_host_that_nobody_knows_is_no_other_daemon(host):
    with pytest.raises(SettingsError, match="there is no host") as caught:
        bind(f"{host}:8080")
    assert "daemon" not in str(caught.value)


def test_an_address_of_another_machine_is_no_other_daemon():
    with pytest.raises(SettingsError, match="an address of this machine") as caught:
        bind("192.0.2.1:8080")
    assert "daemon" not in str(caught.value)
