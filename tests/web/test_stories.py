"""Stories on pages: their way through the outlets, and what a person says of them."""

import re
from datetime import timedelta

import httpx
import pytest
from markupsafe import escape

from scraper.web.app import make_app
from storage.database import Database
from storage.records import Belonging, Role, Scope, StoryDecision
from tests.fakes import FakeClock
from tests.storage.making import NOW, PASSAGE, add_article, add_source, add_watch, signature

pytestmark = pytest.mark.anyio
HOSTILE = '"><script>alert(1)</script>'
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/tocsin.db"
    else:
        address = request.getfixturevalue("postgres_address")
    with Database.open(address) as opened:
        yield opened


@pytest.fixture
async def client(database):
    transport = httpx.ASGITransport(make_app(database, FakeClock(NOW), hosts=[]))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", follow_redirects=True
    ) as made:
        yield made


def fill(database):
    """A story of three outlets, that rang; and another."""
    with database.begin() as unit:
        source = add_source(unit, HOSTILE)
        watch = add_watch(unit, HOSTILE, query="rocket")
        made = []
        for number, kind in enumerate((Belonging.LEAD, Belonging.COPY, Belonging.EVENT)):
            first = made[0] if made else None
            stored = unit.articles.get(
                add_article(
                    unit,
                    f"k{number}",
                    title=f"{HOSTILE} {number}",
                    url="javascript:alert(1)",
                    site_name=HOSTILE,
                    source_id=source.id,
                    story_id=first.story_id if first else None,
                    copy_of=first.id if first and kind is Belonging.COPY else None,
                    signed=signature(number),
                    now=NOW - (30 - 12 * number) * MINUTE,
                ).id
            )
            unit.stories.decide(
                StoryDecision(
                    article_id=stored.id,
                    story_id=stored.story_id,
                    kind=kind,
                    other_id=first.id if first else None,
                    score=0.91 if first else None,
                    decided_at=NOW,
                )
            )
            made.append(stored)
        unit.outbox.ring(
            watch_id=watch.id,
            article_id=made[0].id,
            story_id=made[0].story_id,
            passages=[PASSAGE],
            once_key="k",
            now=NOW,
        )
        other = add_article(unit, "other", signed=signature(9), now=NOW)
        return made, other


async def post(client, path, **data):
    page = await client.get("/stories/1")
    token = re.search(r'name="csrf" value="(\w+)"', page.text)[1]
    return await client.post(path, data={"csrf": token, **data})


async def test_a_story_is_shown_with_its_way_and_all_of_it_escaped(database, client):
    made, _ = fill(database)
    listing = (await client.get("/stories")).text
    page = (await client.get(f"/stories/{made[0].story_id}")).text
    for shown in (listing, page):
        assert "<script>" not in shown
        assert 'href="javascript' not in shown
        assert str(escape(HOSTILE)) in shown
    assert page.index(f"/articles/{made[0].id}") < page.index(f"/articles/{made[1].id}")
    assert "+12 min" in page
    assert "copy, 91 % alike" in page
    assert "same event, 91 % alike" in page


async def test_an_empty_list_says_what_makes_a_story(client):
    assert "There are no stories yet" in (await client.get("/stories")).text
    assert (await client.get("/stories/1")).status_code == 404


async def test_stories_touched_at_one_moment_are_on_one_page_each(database, client):
    with database.begin() as unit:
        for number in range(120):
            add_article(unit, f"k{number}", signed=signature(number), now=NOW)
    found, link = [], "/stories"
    while link:
        page = (await client.get(link)).text
        found += re.findall(r'<h2[^>]*><a href="/stories/(\d+)">', page)
        more = re.search(r'href="(\?before=[^"]+)"', page)
        link = f"/stories{more[1]}" if more else None
    assert len(found) == len(set(found)) == 120


@pytest.mark.parametrize("place", ["x", "2026-01-01~1", "2026-01-01T00:00:00+00:00~x", HOSTILE])
async def test_what_is_no_page_of_the_list_is_refused(client, place):
    answer = await client.get("/stories", params={"before": place})
    assert answer.status_code == 422
    assert "<script>" not in answer.text


async def test_a_story_is_muted_and_heard_again(database, client):
    fill(database)
    assert "Muted" in (await post(client, "/stories/1/mute", length="day")).text
    with database.read() as unit:
        assert unit.posting.muted(1, NOW)
        assert not unit.posting.muted(1, NOW + timedelta(days=2))
    assert "sent again" in (await post(client, "/stories/1/unmute")).text
    with database.read() as unit:
        assert not unit.posting.muted(1, NOW)
        assert [entry.action for entry in unit.audit.list()] == ["story.unmute", "story.mute"]
    assert (await post(client, "/stories/1/mute", length="x")).status_code == 422


async def test_two_stories_become_one_and_the_former_address_leads_there(database, client):
    made, other = fill(database)
    page = await post(client, f"/stories/{made[0].story_id}/join", other=str(other.story_id))
    assert "one story now" in page.text
    assert f"/articles/{other.id}" in page.text
    moved = await client.get(f"/stories/{other.story_id}")
    assert moved.url.path == f"/stories/{made[0].story_id}"
    again = await post(client, f"/stories/{made[0].story_id}/join", other=str(other.story_id))
    assert again.status_code == 422


async def test_what_does_not_belong_to_a_story_is_parted_from_it(database, client):
    made, other = fill(database)
    path = f"/stories/{made[0].story_id}/part"
    assert (await post(client, path)).status_code == 422
    assert (await post(client, path, article=str(other.id))).status_code == 422
    page = await post(client, path, article=str(made[2].id))
    assert "a story of its own" in page.text
    with database.read() as unit:
        assert unit.articles.get(made[2].id).story_id != made[0].story_id
        assert unit.audit.list()[0].action == "story.part"


async def test_who_may_only_look_is_offered_nothing_to_change(database):
    made, _ = fill(database)
    app = make_app(database, FakeClock(NOW), hosts=[])
    gate = app.state.gate

    class Viewer:
        """The gate, with a viewer before it."""

        async def admit(self, request, scope):
            assert scope is Scope.READ
            identity = await gate.identify(request)
            object.__setattr__(identity, "scopes", Role.VIEWER.scopes)
            request.state.identity = identity
            return identity

    app.state.gate = Viewer()
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        page = (await client.get(f"/stories/{made[0].story_id}")).text
    assert "<form" not in page
    assert "checkbox" not in page
