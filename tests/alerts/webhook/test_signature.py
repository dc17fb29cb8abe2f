import base64
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from scraper.alerts.webhook.signature import decode_secret, sign

KEYS = st.binary(min_size=1, max_size=64)


@given(KEYS, st.binary(max_size=200), st.sampled_from(["", "whsec_"]), st.sampled_from(["", "="]))
def test_a_receiver_with_the_same_secret_verifies(
    key: bytes, body: bytes, prefix: str, stripped: str
):
    secret = prefix + base64.b64encode(key).decode().rstrip(stripped or " ")
    text = body.hex()
    now = int(datetime.now(UTC).timestamp())
    signature = sign([decode_secret(secret)], message_id="d-1", timestamp=now, body=text.encode())
    headers = {
        "webhook-id": "d-1",
        "webhook-timestamp": str(now),
        "webhook-signature": signature,
    }
    Webhook(secret).verify(text, headers, json_parse=False)


@given(KEYS, KEYS)
def test_a_receiver_with_either_of_two_secrets_verifies(new: bytes, old: bytes):
    now = int(datetime.now(UTC).timestamp())
    signature = sign([new, old], message_id="d-1", timestamp=now, body=b"{}")
    headers = {
        "webhook-id": "d-1",
        "webhook-timestamp": str(now),
        "webhook-signature": signature,
    }
    for key in (new, old):
        Webhook(base64.b64encode(key).decode()).verify("{}", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(base64.b64encode(b"a third").decode()).verify("{}", headers)


def test_the_example_of_the_standard():
    key = decode_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    assert (
        sign([key], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize(
    "secret", ["", "  ", "whsec_", "hunter2!", "a-b_c-d_", "pässword", "abcde", "====", "a b c d"]
)
def test_what_is_no_base64_is_refused_with_a_remedy(secret: str):
    with pytest.raises(ValueError, match="openssl rand -base64 32"):
        decode_secret(secret)


@given(st.text(max_size=40))
@example("whsec_whsec_abcd")
def test_a_secret_that_is_taken_means_the_same_to_the_receiver(secret: str):
    try:
        key = decode_secret(secret)
    except ValueError:
        return
    assert Webhook(secret.strip())._whsecret == key
