from pathlib import Path
from typing import Any

import pytest

from scraper.alerts.channels import CHANNEL_TYPES, build_channel, check_options
from scraper.alerts.options import secret_keys
from scraper.errors import SettingsError
from storage.records import ChannelSpec
from tests.alerts.fakes import fake_context

HOOK = "https://hooks.example.org/s3cr3t"


def spec(kind: str, **options: Any) -> ChannelSpec:
    return ChannelSpec(name="desk", type=kind, options=options)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("slack", {}, "write either url (an incoming webhook), or token and channel"),
        ("slack", {"url": HOOK, "token": "t", "channel": "C0123456789"}, "write either url"),
        ("slack", {"token": "t"}, "channel is missing: a bot needs to know where to write"),
        ("slack", {"url": HOOK, "channel": "C0123456789"}, "leave channel out"),
        ("slack", {"token": "t", "channel": "<!all>"}, "channel: write the channel's id"),
        ("slack", {"url": "ftp://s3cr3t"}, "url: write a web address"),
        ("discord", {}, "url is missing: write it, or url_file"),
        ("discord", {"url": HOOK, "url_file": "x"}, "url and url_file are both set"),
        ("discord", {"url": HOOK, "thread_id": "x"}, "thread_id: "),
        ("telegram", {"chat_id": 1}, "token is missing: write it, or token_file"),
        ("telegram", {"token": "a s3cr3t"}, "token: a token is one word"),
        ("telegram", {"token": "t", "chat_id": "desk"}, "chat_id: write the chat's number"),
        ("teams", {}, "url is missing: write it, or url_file"),
        ("matrix", {"server": "https://m.example", "room": "!a:b"}, "token is missing"),
        ("matrix", {"server": "https://m.example", "room": "#a:b"}, "room: write the room's id"),
        ("ntfy", {}, "topic: it is missing"),
        ("ntfy", {"topic": "a/b"}, "topic: "),
        ("ntfy", {"topic": "a", "priority": "urgent"}, "priority: "),
        ("ntfy", {"topic": "a", "server": "ntfy.sh"}, "server: write a web address"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(kind: str, options: dict[str, Any], words: str):
    with pytest.raises(SettingsError) as caught:
        check_options(spec(kind, **options))
    assert words in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("slack", {"url_file": "secret"}),
        ("slack", {"token_file": "secret", "channel": "#desk"}),
        ("discord", {"url_file": "secret"}),
        ("telegram", {"token_file": "secret", "chat_id": 1}),
        ("teams", {"url_file": "secret"}),
        ("matrix", {"server": "https://m.example", "room": "!a:b", "token_file": "secret"}),
        ("ntfy", {"topic": "a", "token_file": "secret"}),
    ],
)
def test_secrets_may_stand_in_files_and_what_is_wrong_there_is_told(
    kind: str, options: dict[str, Any], tmp_path: Path
):
    file = tmp_path / "secret"
    placed = {key: str(file) if key.endswith("_file") else value for key, value in options.items()}
    with pytest.raises(SettingsError, match="cannot be read"):
        build_channel(spec(kind, **placed), fake_context())
    file.write_text("two s3cr3t words")
    with pytest.raises(SettingsError, match=r"_file: ") as caught:
        build_channel(spec(kind, **placed), fake_context())
    assert "s3cr3t" not in str(caught.value)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="it is no text"):
        build_channel(spec(kind, **placed), fake_context())
    file.write_text(HOOK + "\n")
    build_channel(spec(kind, **placed), fake_context())


@pytest.mark.parametrize("kind", sorted(CHANNEL_TYPES))
def test_secrets_are_never_part_of_what_is_shown(kind: str):
    options = CHANNEL_TYPES[kind].options
    secrets = secret_keys(options)
    for name, field in options.model_fields.items():
        if "SecretStr" in repr(field):
            assert name in secrets
