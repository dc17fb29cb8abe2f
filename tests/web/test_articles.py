"""Articles on pages: found, read, compared, and nothing in them acts in the browser."""

import re

import httpx
import pytest
from markupsafe import escape

from scraper.pipeline.packing import pack
from scraper.pipeline.sandbox import Sandbox
from scraper.web.app import make_app
from scraper.web.kept import sanitised
from scraper.web.tools import Tools
from storage.database import Database
from storage.records import Article, Belonging, Entry, Page, Passage, StoryDecision
from tests.fakes import FakeClock
from tests.storage.making import NOW, add_article, add_source, add_watch, signature

pytestmark = pytest.mark.anyio
HOSTILE = '"><script>alert(1)</script>'
FIELDS = {
    "title": f"{HOSTILE} rocket",
    "standfirst": HOSTILE,
    "authors": (HOSTILE,),
    "section": HOSTILE,
    "tags": (HOSTILE,),
    "site_name": HOSTILE,
    "publisher": HOSTILE,
    "image_caption": HOSTILE,
    "language": '"><i>',
    "canonical_url": "javascript:alert(2)",
}


@pytest.fixture
def database(tmp_path):
    with Database.open(f"sqlite:///{tmp_path}/tocsin.db") as opened:
        yield opened


@pytest.fixture
async def client(database):
    transport = httpx.ASGITransport(make_app(database, FakeClock(NOW), hosts=[]))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


def fill(database):
    with database.begin() as unit:
        source = add_source(unit, HOSTILE)
        watch = add_watch(unit, HOSTILE, query="rocket")
        first = add_article(
            unit,
            "a",
            url="javascript:alert(1)",
            body=f"Two rockets hit {HOSTILE}.\n\nMore soon.",
            source_id=source.id,
            signed=signature(1),
            **FIELDS,
        )
        copy = add_article(
            unit,
            "b",
            url="https://b.example/1",
            body="Two rockets hit.",
            story_id=first.story_id,
            copy_of=first.id,
            signed=signature(2),
            **FIELDS,
        )
        unit.stories.decide(
            StoryDecision(
                article_id=copy.id,
                story_id=first.story_id,
                kind=Belonging.COPY,
                other_id=first.id,
                score=0.97,
                decided_at=NOW,
            )
        )
        passage = Passage(field="title", text=f"{HOSTILE} rocket", highlights=((28, 34),))
        unit.outbox.match(watch.id, first.id, [passage], NOW)
        unit.articles.revise(
            first.id,
            Article(
                url="javascript:alert(1)",
                body=f"Three rockets hit {HOSTILE}.\n\nMore soon.",
                **FIELDS,
            ),
            signature=signature(3),
            now=NOW,
        )
        return first, copy


def keep(database, article_id, body, kind="text/html; charset=utf-8", *, entry_id=None):
    page = Page(
        url="https://a.example/",
        requested_url="https://a.example/",
        status=200,
        headers={"content-type": kind},
        body=body,
        fetched_at=NOW,
    )
    with database.begin() as unit:
        unit.pages.keep(article_id, pack(page), entry_id=entry_id, another_text=True)


def is_harmless(markup):
    return (
        "<script>" not in markup
        and "<i>" not in markup
        and not re.search(r'(href|src)="\s*javascript', markup)
    )


async def test_every_page_of_an_article_escapes_what_it_shows(database, client):
    first, copy = fill(database)
    keep(database, first.id, b"<p>x</p>")
    for path in (
        "/articles",
        "/articles?q=rocket",
        f"/articles?q={HOSTILE}&source={HOSTILE}&language={HOSTILE}&tag={HOSTILE}&within=%22%3E%3Ci%3E",
        f"/articles/{first.id}",
        f"/articles/{copy.id}",
        f"/articles/{first.id}/changes",
        f"/articles/{copy.id}/why",
        f"/articles/{first.id}/why",
    ):
        page = await client.get(path)
        assert page.status_code in {200, 422}, path
        assert is_harmless(page.text), path
        assert str(escape(HOSTILE)) in page.text or "&lt;script&gt;" in page.text, path


async def test_an_article_is_shown_with_all_that_is_known_of_it(database, client):
    first, copy = fill(database)
    page = (await client.get(f"/articles/{first.id}")).text
    assert "<mark>rocket</mark>" in page
    assert f'href="/articles/{first.id}/changes?before=1&amp;after=2"' in page
    assert f'href="/articles/{copy.id}"' in page
    assert "<iframe" not in page
    shown = (await client.get(f"/articles/{copy.id}")).text
    assert "A copy of" in shown
    assert 'href="https://b.example/1" rel="noreferrer noopener"' in shown


async def test_a_search_is_narrowed_and_says_what_is_wrong(database, client):
    fill(database)
    assert "No article is like that" in (await client.get("/articles?q=tsunami")).text
    assert "<mark>rocket" in (await client.get("/articles?q=rocket")).text
    wrong = await client.get("/articles?q=rocket+AND+(")
    assert wrong.status_code == 422
    assert "never closed" in wrong.text
    unknown = await client.get("/articles?source=nobody")
    assert (unknown.status_code, "no source named" in unknown.text) == (422, True)


async def test_older_articles_are_a_link_away_with_the_same_filters(database, client):
    with database.begin() as unit:
        for number in range(60):
            add_article(unit, f"k{number}", language="ar", signed=signature(number))
    page = (await client.get("/articles?language=ar&within=day")).text
    assert page.count("<h2") == 50
    link = re.search(r'href="(\?[^"]*before=\d+)"', page)[1].replace("&amp;", "&")
    assert "language=ar" in link
    assert "within=day" in link
    further = (await client.get(f"/articles{link}")).text
    assert further.count("<h2") == 10
    assert "before=" not in further


async def test_what_an_edit_changed_stands_side_by_side(database, client):
    first, copy = fill(database)
    page = (await client.get(f"/articles/{first.id}/changes?before=1&after=2")).text
    assert "<del>Two </del>" in page
    assert "<ins>Three </ins>" in page
    assert (await client.get(f"/articles/{first.id}/changes?after=7")).status_code == 422
    assert (await client.get(f"/articles/{copy.id}/changes")).status_code == 422


async def test_why_it_is_in_its_story_is_told(database, client):
    first, copy = fill(database)
    page = (await client.get(f"/articles/{copy.id}/why")).text
    assert "97 % alike" in page
    assert f'href="/articles/{first.id}"' in page


@pytest.mark.parametrize("path", ["/articles/9", "/articles/9/why", "/articles/9/page"])
async def test_what_is_not_there_is_said(client, path):
    assert (await client.get(path)).status_code == 404


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    '<a href="javascript:alert(1)">x</a><a href="https://e.example">y</a>',
    "<iframe src=https://e.example></iframe><object data=x></object><embed src=x>",
    "<form action=https://e.example><input name=p autofocus onfocus=alert(1)><button>b</button>",
    '<meta http-equiv=refresh content="0;url=https://e.example"><base href=//e.example>',
    "<link rel=stylesheet href=//e.example/x.css>",
    '<img src="https://e.example/x.png"><img src="/x.png"><img src="data:text/html,x">',
    '<p onclick="alert(1)" style="color:red" id=a name=b>x',
    "<template><script>alert(1)</script></template><noscript><img src=x></noscript>",
    "<video src=//e.example><source src=//e.example></video><audio src=x>",
    "<style></style><script>alert(1)</script>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_kept_page_runs_loads_or_leads_away(attack):
    shown = sanitised(f"<html><body><p>Before</p>{attack}<p>After</p></body></html>").lower()
    assert "<p>before</p>" in shown
    tags = re.findall(r"<[a-z][^>]*>", re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL))
    for tag in tags:
        assert not re.match(
            r"<(script|iframe|object|embed|form|input|button|base|link|svg|math|template|video|audio)",
            tag,
        ), tag
        assert not re.search(r"\s(on\w+|href|action|srcdoc|http-equiv)\s*=", tag), tag
        assert "src=" not in tag or 'src="data:image/' in tag


PAGE = b"""<html lang="en"><head><title>Rocket rises - The Bay</title>
<meta property="og:title" content='"><script>alert(1)</script> lost'>
<meta name="author" content="<script>alert(2)</script> Ann Lee">
</head><body><h1>Rocket <script>alert(3)</script>rises</h1><p>%s</p></body></html>""" % (
    b"The rocket &lt;script&gt;alert(4)&lt;/script&gt; rose over the bay, and many watched. " * 9
)


async def test_the_evidence_of_an_article_opens_on_its_page_or_by_a_link(database, client):
    first, _ = fill(database)
    page = (await client.get(f"/articles/{first.id}")).text
    address = f"/articles/{first.id}/evidence"
    assert f'hx-get="{address}" hx-trigger="toggle once"' in page
    assert f'<a href="{address}">' in page
    keep(database, first.id, PAGE)
    told = await client.get(address)
    assert told.status_code == 200
    assert is_harmless(told.text)
    assert "<code>h1</code>" in told.text
    assert "Rocket rises - The Bay</q> <code>title</code>" in told.text
    assert "meta element <code>og:title</code>, written <q" in told.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; lost</q>" in told.text
    assert "fields are stored otherwise" in told.text
    assert f"tocsin article reextract {first.id}" in told.text
    assert "What its source told of it is not kept any more" in told.text


async def test_what_its_source_told_is_told_apart(database, client):
    with database.begin() as unit:
        source = add_source(unit, "wire")
        link = Entry(url="https://a.example/1", title=f"Told {HOSTILE}")
        unit.entries.add(source.id, [("k", "a.example", link)], now=NOW)
        (entry,) = unit.entries.claim(NOW, worker="w", hosts=1, per_host=1)
        article = add_article(unit, "k", signed=signature(1))
    body = b"<p>" + b"Words that nobody put a headline to, as it happens. " * 9
    keep(database, article.id, body, entry_id=entry.id)
    told = (await client.get(f"/articles/{article.id}/evidence")).text
    assert "what its source told" in told
    assert f"Told {escape(HOSTILE)}" in told
    assert "not kept any more" not in told
    assert is_harmless(told)


async def test_without_a_kept_page_there_is_no_evidence_and_a_reason(database, client):
    first, _ = fill(database)
    told = await client.get(f"/articles/{first.id}/evidence")
    assert told.status_code == 200
    assert "Its page is not kept" in told.text
    keep(database, first.id, b"")
    assert "holds no text at all" in (await client.get(f"/articles/{first.id}/evidence")).text
    assert (await client.get("/articles/99/evidence")).status_code == 404


@pytest.fixture
async def slow(database):
    """A browser of an application whose sandbox gives a page a second."""
    sandbox = Sandbox(1, timeout=1)
    tools = Tools(fetcher=None, run=sandbox.run, sending=None)
    app = make_app(database, FakeClock(NOW), hosts=[], tools=tools)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made
    sandbox.close()


async def test_a_page_that_keeps_a_parser_busy_is_given_up(database, slow):
    first, copy = fill(database)
    keep(database, first.id, b"<div>" * 150_000 + b"x")
    page = await slow.get(f"/articles/{first.id}/page")
    assert page.status_code == 404
    assert "it took longer than 1 s" in page.text
    assert page.headers["content-security-policy"].startswith("sandbox;")
    keep(database, copy.id, PAGE)
    assert (await slow.get(f"/articles/{copy.id}/page")).status_code == 200
    assert "<code>h1</code>" in (await slow.get(f"/articles/{copy.id}/evidence")).text


async def test_what_watches_found_is_marked_in_the_text(database, client):
    first, _ = fill(database)
    long = "…reports say a second rocket fell near Basra…"
    with database.begin() as unit:
        watch = add_watch(unit, "second", query="Basra")
        unit.articles.revise(
            first.id,
            Article(
                url="https://a.example/1",
                title=f"{HOSTILE} rocket",
                standfirst="A rocket fell.",
                body=f"Early\nreports say a second rocket fell near Basra {HOSTILE}.\n\nBasra.",
            ),
            signature=signature(4),
            now=NOW,
        )
        unit.outbox.match(
            watch.id,
            first.id,
            [
                Passage(field="body", text=long, highlights=((22, 28), (39, 44))),
                Passage(field="standfirst", text="A rocket fell.", highlights=((2, 8),)),
                Passage(field="body", text="It is no longer there.", highlights=((0, 2),)),
            ],
            NOW,
        )
    page = (await client.get(f"/articles/{first.id}")).text
    text = page.partition('<article class="text"')[2].partition("</article>")[0]
    assert f'<h1 dir="ltr">{escape(HOSTILE)} <mark>rocket</mark></h1>' in text
    assert "A <mark>rocket</mark> fell." in text
    assert f"second <mark>rocket</mark> fell near <mark>Basra</mark> {escape(HOSTILE)}." in text
    assert text.count("<mark>") == 4


async def test_a_kept_page_is_fenced_in_by_its_headers(database, client):
    first, _ = fill(database)
    keep(database, first.id, "<p>Ärger</p><script>alert(1)</script>".encode("latin-1"), "text/html")
    shown = await client.get(f"/articles/{first.id}")
    assert f'<iframe src="/articles/{first.id}/page" sandbox=""' in shown.text
    page = await client.get(f"/articles/{first.id}/page")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "allow-" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers.get_list("x-frame-options") == ["SAMEORIGIN"]
    assert "Ärger" in page.text
    assert "script" not in page.text


@pytest.mark.parametrize("kind", ["image/svg+xml", "application/pdf", "text/xml"])
async def test_what_is_no_page_is_not_shown(database, client, kind):
    first, _ = fill(database)
    keep(database, first.id, b"<svg onload=alert(1)>", kind)
    page = await client.get(f"/articles/{first.id}/page")
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "onload" not in page.text
