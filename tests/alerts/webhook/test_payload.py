import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from scraper.alerts.message import AlertMessage, DigestMessage, NoticeMessage
from scraper.alerts.sample import sample_message
from scraper.alerts.webhook.payload import LONGEST_BODY, encode, payload
from storage.records import Article, ArticleKind, Notice, Passage
from tests.alerts.samples import NOW, alert, delivery, message

NOTICE = Notice(
    id=4,
    kind="source.silent",
    subject="Example feed",
    message="Nothing new for 9 hours, where there are some 40 articles a day.",
    created_at=NOW,
    resolved_at=None,
)
DOCUMENTED = Path(__file__).parents[3] / "docs" / "webhooks.md"


def test_the_payload_is_the_one_that_is_documented():
    examples = DOCUMENTED.read_text("utf-8").split("```json\n")
    shown = [json.loads(text.split("```")[0]) for text in examples[1:]]
    rung = alert("018f2f5a", section="World", tags=("Iraq",))
    assert payload(AlertMessage.of(rung, delivery())) == shown[0]
    digest = payload(DigestMessage.of([rung], delivery(reason="daily at 07:00 Europe/Berlin")))
    assert digest.pop("data") == {
        "digest": shown[1]["data"]["digest"],
        "alerts": [shown[0]["data"]],
    }
    assert digest == {key: shown[1][key] for key in ("type", "version", "timestamp")}
    assert payload(NoticeMessage.of(NOTICE, delivery())) == shown[2]


def test_the_names_of_an_articles_fields_are_those_that_commands_print():
    article = payload(message())["data"]["article"]
    assert {field.name for field in fields(Article)} <= set(article)
    assert article["kind"] == "article"
    assert article["published_at"] == "2026-03-01T05:40:00Z"


def test_it_is_the_same_on_every_attempt():
    rung = alert()
    bodies = {
        encode(payload(AlertMessage.of(rung, delivery(attempts=attempts))))
        for attempts in (1, 2, 9)
    }
    assert len(bodies) == 1


def test_times_are_in_utc():
    rome = timezone(timedelta(hours=2))
    made = message(published_at=datetime(2026, 3, 1, 8, 0, 0, 250000, tzinfo=rome))
    assert payload(made)["data"]["article"]["published_at"] == "2026-03-01T06:00:00.250000Z"


def test_a_long_text_is_cut_and_that_is_said():
    article = payload(message(body="x" * (LONGEST_BODY + 1)))["data"]["article"]
    assert len(article["body"]) == LONGEST_BODY
    assert article["body_truncated"] is True
    assert payload(message())["data"]["article"]["body_truncated"] is False


def test_a_test_has_the_shape_of_an_alert():
    sample = payload(sample_message("soc", now=NOW, identifier="t-1"))
    assert sample["type"] == "channel.test"
    assert sample["data"].keys() == payload(message())["data"].keys()
    assert sample["data"]["article"].keys() == payload(message())["data"]["article"].keys()


@given(st.text(st.characters(), max_size=60), st.sampled_from(ArticleKind))
@example("half a character: \ud83d", ArticleKind.ARTICLE)
def test_whatever_the_article_says_it_is_json(text: str, kind: ArticleKind):
    made = message(
        title=text,
        body=text,
        authors=(text,),
        tags=(text, text),
        kind=kind,
        passages=(Passage(field="body", text=text, highlights=((0, 5),)),),
    )
    rung = replace(made.alert, created_at=datetime(2026, 3, 1, tzinfo=UTC))
    body = encode(payload(replace(made, alert=rung)))
    read = json.loads(body.decode("utf-8"))
    assert read["data"]["article"]["kind"] == kind.value
    for start, end in read["data"]["passages"][0]["highlights"]:
        assert 0 <= start < end <= len(read["data"]["passages"][0]["text"])
