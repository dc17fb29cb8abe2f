"""`tocsin once`, from settings to alerts, with real servers on loopback."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.end_to_end.daemon import tocsin, tocsin_json, write_settings
from tests.end_to_end.outlets import Outlet, story
from tests.servers import HookSink, LocalSite, MailSink, Reply, index_html, news_sitemap

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE="


@pytest.fixture
def site():
    with LocalSite() as made:
        yield made


@pytest.fixture
def mail():
    with MailSink() as made:
        yield made


@pytest.fixture
def hook():
    with HookSink(SECRET) as made:
        yield made


@pytest.fixture
def settings(tmp_path, mail, hook):
    def write(*outlets, **more):
        sources = [(outlet.name, outlet.feed) for outlet in outlets]
        return write_settings(
            tmp_path, sources=sources, mail_port=mail.port, hook=(hook.url, SECRET), **more
        )

    return write


def once(folder):
    return tocsin_json("once", folder=folder)


def test_a_new_article_rings_by_mail_and_webhook_once(tmp_path, site, mail, hook, settings):
    outlet = Outlet(site)
    settings(outlet)
    url = outlet.publish("attack", "Night attack in the capital", story(1, mention="a rocket"))
    outlet.publish("bakery", "A bakery reopens", story(2))
    first = once(tmp_path)
    assert (first["articles"], first["alerts"], first["delivered"]) == (2, 1, 2)
    (letter,) = mail.messages
    assert "rocket" in letter.message["Subject"]
    assert "Night attack in the capital" in letter.message["Subject"]
    assert "A witness spoke of" in letter.text()
    (call,) = hook.accepted
    assert call.verified
    payload = call.payload
    assert payload["type"] == "article.matched"
    assert payload["data"]["watch"]["name"] == "rocket"
    assert payload["data"]["article"]["url"] == url
    assert payload["data"]["passages"]
    second = once(tmp_path)
    assert (second["articles"], second["alerts"], second["delivered"]) == (0, 0, 0)
    assert len(mail.messages) == len(hook.accepted) == 1


def test_a_wire_copy_at_another_outlet_joins_the_story_and_does_not_ring(
    tmp_path, site, hook, settings
):
    morning, evening = Outlet(site, "morning"), Outlet(site, "evening")
    settings(morning, evening)
    text = story(3, mention="a rocket")
    morning.publish("one", "Rocket seen over the harbour", text)
    once(tmp_path)
    evening.publish("other", "Harbour town wakes to an explosion", text)
    again = once(tmp_path)
    assert (again["articles"], again["alerts"]) == (1, 0)
    copy, original = tocsin_json("article", "list", folder=tmp_path)
    assert copy["copy_of"] == original["id"]
    assert copy["story_id"] == original["story_id"]
    assert len(hook.accepted) == 1


def test_an_edit_is_a_revision_and_rings_only_if_the_story_did_not(tmp_path, site, hook, settings):
    outlet = Outlet(site)
    settings(outlet)
    outlet.publish("one", "Blast in the old town", story(4))
    assert once(tmp_path)["alerts"] == 0
    moment = datetime.now(UTC) + timedelta(seconds=1)
    outlet.publish("one", "Blast in the old town", story(4, mention="a rocket"), updated=moment)
    again = once(tmp_path)
    assert (again["articles"], again["revisions"], again["alerts"]) == (0, 1, 1)
    outlet.publish(
        "one",
        "Blast in the old town: rocket blamed",
        story(4, mention="a rocket"),
        updated=moment + timedelta(seconds=1),
    )
    third = once(tmp_path)
    assert (third["revisions"], third["alerts"]) == (1, 0)
    (article,) = tocsin_json("article", "list", folder=tmp_path)
    shown = tocsin_json("article", "show", str(article["id"]), "--revisions", folder=tmp_path)
    assert len(shown["earlier"]) == 2
    assert len(hook.accepted) == 1


def test_one_source_that_fails_does_not_stop_the_rest(tmp_path, site, settings):
    outlet, broken, missing = Outlet(site), Outlet(site, "broken"), Outlet(site, "missing")
    site.add("/broken/rss.xml", "<html><body><p>We are sorry.</p></body></html>")
    site.remove("/missing/rss.xml")
    settings(outlet, broken, missing)
    outlet.publish("one", "A rocket is launched", story(5))
    summary = once(tmp_path)
    assert (summary["sources"], summary["sources_failed"], summary["alerts"]) == (3, 2, 1)
    states = {s["name"]: s for s in tocsin_json("source", "list", folder=tmp_path)}
    assert states["outlet"]["last_error"] is None
    assert states["broken"]["failures"] == 1
    assert "404" in states["missing"]["last_error"]


def test_all_sources_failing_is_a_failure(tmp_path, site, settings):
    outlet = Outlet(site)
    site.handle("/outlet/rss.xml", Reply(status=500))
    settings(outlet)
    assert tocsin("once", folder=tmp_path).returncode == 1


def test_a_page_that_fails_for_a_while_is_not_lost(tmp_path, site, settings):
    outlet = Outlet(site)
    settings(outlet)
    outlet.publish("one", "A rocket is launched", story(6))
    site.fail_first("/outlet/2026/03/one", 1)
    assert once(tmp_path)["entries_waiting"] == 1
    later = once(tmp_path)
    assert (later["articles"], later["alerts"], later["entries_waiting"]) == (1, 1, 0)


def test_a_page_closed_to_robots_rings_for_what_its_feed_says(tmp_path, site, hook, settings):
    outlet = Outlet(site)
    settings(outlet)
    site.add("/robots.txt", "User-agent: *\nDisallow: /outlet/2026/\n", "text/plain")
    outlet.publish("one", "Border closed", story(7), summary="After a rocket fell near the post.")
    summary = once(tmp_path)
    assert (summary["articles"], summary["alerts"]) == (1, 1)
    assert site.hits("/outlet/2026/03/one") == []
    assert hook.accepted[0].payload["data"]["article"]["title"] == "Border closed"


def test_a_channel_that_is_down_gets_its_alert_later(tmp_path, site, mail, hook, settings):
    outlet = Outlet(site)
    settings(outlet)
    hook.fail_first(1)
    outlet.publish("one", "A rocket is launched", story(8))
    first = once(tmp_path)
    assert (first["delivered"], first["deliveries_waiting"]) == (1, 1)
    (alert,) = tocsin_json("alert", "list", folder=tmp_path)
    states = {d["channel"]: (d["state"], d["attempts"]) for d in alert["deliveries"]}
    assert states == {"desk": ("delivered", 1), "soc": ("pending", 1)}
    assert len(mail.messages) == 1


def test_a_sitemap_and_an_index_page_are_sources_too(tmp_path, site, settings):
    by_map, by_page = Outlet(site, "bymap"), Outlet(site, "bypage")
    settings(by_map, by_page)
    by_map.publish("harbour-festival-opens", "Harbour festival opens with fireworks", story(9))
    by_page.publish("council-votes-on-bridge", "Council votes on the new bridge today", story(10))
    by_page.publish("museum-finds-lost-map", "Museum finds a map lost for years", story(11))
    site.add("/bymap/rss.xml", news_sitemap(by_map.items), "application/xml")
    site.add("/bypage/rss.xml", index_html(by_page.items))
    assert once(tmp_path)["articles"] == 3
    kinds = {s["name"]: s["kind"] for s in tocsin_json("source", "list", folder=tmp_path)}
    assert kinds == {"bymap": "sitemap", "bypage": "index_page"}


def test_a_watch_may_be_told_to_ring_for_every_article(tmp_path, site, hook, settings):
    morning, evening = Outlet(site, "morning"), Outlet(site, "evening")
    file = settings(morning, evening, watches=(("rocket", "rocket"),))
    file.write_text(file.read_text("utf-8") + '\npolicy = "every"\n', "utf-8")
    text = story(12, mention="a rocket")
    morning.publish("one", "Rocket seen over the harbour", text)
    evening.publish("other", "Harbour town wakes to an explosion", text)
    assert once(tmp_path)["alerts"] == 2
    assert len({call.id for call in hook.accepted}) == 2


def test_the_log_can_be_json(tmp_path, site, settings):
    outlet = Outlet(site)
    file = settings(outlet)
    text = file.read_text("utf-8").replace("[service]", '[service]\nlog_format = "json"')
    file.write_text(text, "utf-8")
    outlet.publish("one", "A rocket is launched", story(13))
    records = [json.loads(line) for line in tocsin("once", folder=tmp_path).stderr.splitlines()]
    actions = {record.get("action") for record in records}
    assert {"visit.done", "admit.new", "alert.rang", "deliver.delivered"} <= actions
