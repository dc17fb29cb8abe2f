"""The published schema holds for every message, and tells of every key."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from scraper.alerts.message import AlertMessage, DigestMessage, Message, NoticeMessage
from scraper.alerts.sample import sample_message
from scraper.alerts.webhook.payload import encode, payload, schema
from storage.records import Article, ArticleKind, DeliveryKind, Notice, Outlet
from tests.alerts.samples import NOW, alert, delivery, message

SCHEMA: Mapping[str, Any] = json.loads(schema())
DOCUMENTED = Path(__file__).parents[3] / "docs" / "webhooks.md"
NOTICE = Notice(
    id=4, kind="disk.full", subject="x", message="Full.", created_at=NOW, resolved_at=NOW
)
OUTLET = Outlet(domain="a.example", name=None, url="https://a.example/")
FIRST = datetime(2, 1, 1)  # noqa: DTZ001 - hypothesis gives it its zone


def closed(value: Any) -> Any:
    """The schema without room for keys that it does not tell of."""
    if isinstance(value, list):
        return [closed(each) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {key: closed(each) for key, each in value.items()}
    return inner | {"additionalProperties": False} if "properties" in value else inner


OPEN = Draft202012Validator(SCHEMA)
CLOSED = Draft202012Validator(closed(SCHEMA))


def sent(told: Message) -> Any:
    return json.loads(encode(payload(told)))


def messages() -> dict[str, Message]:
    rung = alert()
    bare = alert(
        source_name=None, passages=(), **{each.name: each.default for each in fields(Article)[1:]}
    )
    spread = replace(rung, story=replace(rung.story, outlets=(OUTLET,) * 20))
    return {
        "alert": message(),
        "bare": AlertMessage.of(bare, delivery()),
        "spread": AlertMessage.of(spread, delivery()),
        "escalation": AlertMessage.of(rung, delivery(kind=DeliveryKind.ESCALATION)),
        "reminder": AlertMessage.of(rung, delivery(kind=DeliveryKind.REMINDER)),
        "test": sample_message("soc", now=NOW, identifier="t"),
        "digest": DigestMessage.of([rung, bare], delivery(kind=DeliveryKind.DIGEST)),
        "notice": NoticeMessage.of(replace(NOTICE, resolved_at=None), delivery()),
        "over": NoticeMessage.of(NOTICE, delivery(reason="over")),
    }


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", messages())
def test_every_message_is_as_the_schema_says_and_has_no_other_keys(name: str):
    CLOSED.validate(sent(messages()[name]))


@pytest.mark.parametrize("name", messages())
def test_a_receiver_that_validates_takes_keys_that_are_new(name: str):
    told = sent(messages()[name])
    OPEN.validate(told | {"new": 1, "data": told["data"] | {"new": {}}})


def test_a_key_that_is_missing_or_of_another_kind_is_noticed():
    told = sent(message())
    del told["data"]["story"]["outlets"]
    with pytest.raises(ValidationError):
        OPEN.validate(told)
    with pytest.raises(ValidationError):
        OPEN.validate(sent(message()) | {"version": 2})
    with pytest.raises(ValidationError):
        OPEN.validate(sent(message()) | {"timestamp": "yesterday"})


@given(
    texts=st.lists(st.text(max_size=40), min_size=6, max_size=6),
    kind=st.sampled_from(ArticleKind),
    words=st.integers(0, 10**6),
    paywalled=st.none() | st.booleans(),
    time=st.none() | st.datetimes(FIRST, FIRST.replace(year=9998), timezones=st.timezones()),
)
def test_whatever_the_article_says_it_is_as_the_schema_says(
    texts: list[str],
    kind: ArticleKind,
    words: int,
    paywalled: bool | None,  # noqa: FBT001 - hypothesis names it
    time: datetime | None,
):
    title, body, name, section, link, tag = texts
    CLOSED.validate(
        sent(
            message(
                title=title,
                body=body,
                site_name=name,
                section=section,
                canonical_url=link,
                tags=(tag,),
                kind=kind,
                word_count=words,
                paywalled=paywalled,
                modified_at=time,
            )
        )
    )


def test_the_documented_examples_are_as_the_schema_says():
    examples = DOCUMENTED.read_text("utf-8").split("```json\n")[1:]
    assert len(examples) == 3
    for text in examples:
        CLOSED.validate(json.loads(text.split("```")[0]))
