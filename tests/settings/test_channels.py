"""What `tocsin check` and `tocsin channel add` say of channels before any message is sent."""

from pathlib import Path
from typing import Any

import pytest

from scraper.errors import SettingsError
from scraper.settings.channels import channel_problems, check_files
from scraper.settings.model import Channel
from storage.records import ChannelSpec
from tests.fetch import certificate

BASE = "https://news.example"
TRUSTING: dict[str, dict[str, Any]] = {
    "webhook": {"url": BASE},
    "slack": {"url": f"{BASE}/hooks/x"},
    "telegram": {"server": BASE, "token": "123:abc", "chat_id": "1"},
    "matrix": {"server": BASE, "room": "!r:example.org", "token": "t"},
    "ntfy": {"server": BASE, "topic": "news"},
}


@pytest.mark.parametrize("kind", TRUSTING)
def test_a_channel_that_trusts_an_authority_of_ones_own_is_checked_like_any(
    kind: str, tmp_path: Path
):
    good, bad = tmp_path / "ours.pem", tmp_path / "nonsense.pem"
    good.write_text(certificate.pem(certificate.VALID), "ascii")
    bad.write_text("nothing of the kind", "ascii")
    right = TRUSTING[kind] | {"ca_file": str(good)}
    wrong = TRUSTING[kind] | {"ca_file": str(bad)}

    assert list(channel_problems(Channel(name="desk", type=kind, **right))) == []
    check_files(ChannelSpec(name="desk", type=kind, options=right))
    [(place, words)] = channel_problems(Channel(name="desk", type=kind, **wrong))
    assert place == ("ca_file",)
    assert str(bad) in words
    with pytest.raises(SettingsError, match="ca_file"):
        check_files(ChannelSpec(name="desk", type=kind, options=wrong))
