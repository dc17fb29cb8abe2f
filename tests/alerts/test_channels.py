from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.alerts import CHANNEL_TYPES, EmailOptions, WebhookOptions, build_channel, check_options
from scraper.errors import SettingsError
from storage.records import ChannelSpec
from tests.alerts.fakes import fake_context

SECRET = "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"


def spec(kind: str, **options: Any):
    return ChannelSpec(name="desk", type=kind, options=options)


def test_options_become_what_the_type_takes():
    email = check_options(spec("email", to=["desk@example.org"]))
    assert isinstance(email, EmailOptions)
    hook = check_options(spec("webhook", url="https://soc.example.org/h", secret=SECRET))
    assert isinstance(hook, WebhookOptions)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "to: it is missing"),
        ({"to": []}, "to: "),
        ({"to": "desk@example.org"}, "to: write a list: ['desk@example.org']"),
        ({"to": ["desk"]}, 'to.0: "desk" is no e-mail address: write it as name@example.org'),
        ({"to": ["a@example.org"], "too": 1}, "too: there is no such key"),
        ({"to": ["a@example.org"], "subject_prefix": "a\r\nBcc: x"}, "subject_prefix: only plain"),
        ({"to": [7]}, "to.0: write an address as text"),
        ({"to": ["a@example.org\r\nBcc: x@example.org"]}, "to.0: there is a control character"),
    ],
)
def test_what_is_wrong_with_an_email_channel_is_named_with_its_place(
    options: dict[str, Any], words: str
):
    with pytest.raises(SettingsError) as caught:
        check_options(spec("email", **options))
    assert f'channel "desk": {words}' in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "url: it is missing"),
        ({"url": "soc.example.org"}, "url: write a web address"),
        ({"url": "ftp://soc.example.org"}, "url: write a web address"),
        ({"url": "https://user:pw@soc.example.org"}, "url: leave user name and password out"),
        ({"secret": "not base64!"}, "secret: the secret is not base64: make one with"),
        ({"secret": SECRET, "secret_file": "/run/s"}, "secret and secret_file are both set"),
        ({"headers": {"X-A": "b\r\nc: d"}}, "headers: the value of X-A is empty, or not plain"),
        ({"headers": {"Webhook-Id": "1"}}, "headers: Webhook-Id is set by Tocsin"),
        ({"headers": {"a b": "1"}}, "headers: 'a b' is no name of a header"),
        ({"timeout": 10}, "timeout: write a duration as text with a unit"),
        ({"timeout": "2m"}, "timeout: write a duration above zero"),
        ({"timeout": "soon"}, "timeout: write a duration as text with a unit"),
    ],
)
def test_what_is_wrong_with_a_webhook_is_named_with_its_place(options: dict[str, Any], words: str):
    plain = {} if options == {} else {"url": "https://soc.example.org/h"}
    with pytest.raises(SettingsError) as caught:
        check_options(spec("webhook", **(plain | options)))
    assert f'channel "desk": {words}' in str(caught.value)


def test_an_unknown_type_is_refused_with_those_there_are():
    with pytest.raises(
        SettingsError, match='there is no "pigeon": use "apprise", "discord", "email"'
    ):
        check_options(spec("pigeon"))


@given(st.text("hunter2 !", min_size=8, max_size=30))
def test_no_message_tells_a_secret(noise: str):
    secret = f"s3cr3t{noise}!!"
    for options in (
        {"url": "https://soc.example.org", "secret": secret},
        {"url": "https://soc.example.org", "headers": {"authorization": secret + "\n"}},
        {"url": f"ftp://{secret}"},
    ):
        with pytest.raises(SettingsError) as caught:
            check_options(spec("webhook", **options))
        assert secret not in str(caught.value)
        assert caught.value.__cause__ is None
    plain = {"url": "https://soc.example.org", "secret": SECRET, "headers": {"x": "pw-1"}}
    shown = repr(WebhookOptions.model_validate(plain))
    assert SECRET not in shown
    assert "pw-1" not in shown


def test_a_channel_says_its_name_when_a_file_is_missing(tmp_path: Path):
    with pytest.raises(SettingsError, match=r'channel "desk": secret_file: .* cannot be read'):
        build_channel(
            spec("webhook", url="https://a.example", secret_file=str(tmp_path / "none")),
            fake_context(),
        )


def test_email_needs_a_mail_server():
    with pytest.raises(SettingsError, match=r'channel "desk": there is no \[smtp\] section'):
        build_channel(spec("email", to=["a@example.org"]), fake_context())


def test_every_type_forbids_keys_it_does_not_know():
    assert all(
        kind.options.model_config.get("extra") == "forbid" for kind in CHANNEL_TYPES.values()
    )
