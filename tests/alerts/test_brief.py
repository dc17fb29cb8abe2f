from dataclasses import replace

from scraper.alerts.brief import brief
from scraper.alerts.message import AlertMessage, Event
from scraper.alerts.threads import Threads
from storage.records import DeliveryKind, Passage
from tests.alerts.chats import PUBLIC_URL, in_outlets
from tests.alerts.samples import alert, delivery, message


def test_it_tells_watch_headline_outlet_time_and_passage():
    told = brief(message())
    assert told.label == "Baghdad attacks"
    assert told.title == "Rockets land near Baghdad airport"
    assert told.byline == "The Example · 1 March 2026, 05:40 UTC"
    assert [part.text for part in told.quotes[0] if part.hit] == ["rockets", "Baghdad"]
    assert told.link == "https://news.example.org/world/baghdad-rockets"
    assert told.also_in == ""
    assert told.acknowledge is None


def test_what_matched_in_the_headline_is_shown_there_and_not_quoted():
    title = "Rockets land near Baghdad airport"
    passage = Passage(field="title", text=title, highlights=((0, 7),))
    told = brief(message(passages=(passage,)))
    assert [part.text for part in told.headline if part.hit] == ["Rockets"]
    assert ["".join(part.text for part in each) for each in told.quotes] == [
        "No one was hurt, officials said."
    ]


def test_it_is_acknowledged_where_readers_reach_us_but_a_test_is_not():
    assert brief(message(), public_url=PUBLIC_URL + "/").acknowledge == (
        "https://tocsin.example.org/alerts/alert-1"
    )
    tried = AlertMessage.of(alert(), delivery(), event=Event.TEST)
    assert brief(tried, public_url=PUBLIC_URL).acknowledge is None
    assert brief(tried).label == "TEST · Baghdad attacks"


def test_other_outlets_and_changes_are_told():
    told = brief(in_outlets(message(revised=True), "Other", 2))
    assert told.also_in == "Also in 2 outlets: Other, Other"
    assert told.label == "Baghdad attacks · changed"


def test_text_from_right_to_left_is_kept_apart_from_ours():
    told = brief(message(title="صاروخ قرب بغداد", site_name="الجزيرة"))
    assert told.rtl
    assert told.byline == "\u2068الجزيرة\u2069 · 1 March 2026, 05:40 UTC"
    assert told.title == "صاروخ قرب بغداد"


def test_an_address_that_cannot_be_followed_is_no_link():
    sent = message(url="javascript:alert(1)")
    assert brief(sent).link is None
    assert brief(replace(sent, passages=())).title


def test_a_thread_is_kept_until_too_many_came_after():
    threads = Threads(most=2)
    for story in (1, 2):
        threads.opened(story, f"m{story}")
    threads.opened(1, "later")
    assert threads.opening(1) == "m1"
    threads.opened(3, "m3")
    assert threads.opening(2) is None
    assert threads.opening(1) == "m1"
    threads.lost(1)
    assert threads.opening(1) is None


def test_an_escalation_names_the_channel_where_nobody_acknowledged_it():
    sent = delivery(kind=DeliveryKind.ESCALATION, escalated_from="night desk")
    label = brief(AlertMessage.of(alert(), sent)).label
    assert label == "UNANSWERED at night desk · Baghdad attacks"
