"""WebSub discovery: the hubs and the topic of a source, wherever it names them."""

import json
from itertools import chain, product

import pytest

from scraper.discover import hubs
from scraper.discover.discovery import MAX_HUBS
from scraper.discover.hubs import Advertised, preferred

TOPIC = "https://news.example/rss"  # where `read` has its pages
HUB = "https://news.example/rss/hub"
PAIR = f'<link rel="hub" href="{HUB}">\n<link rel="self" href="{TOPIC}">'
STORIES = "".join(
    f'<article><h2><a href="/2024/03/0{day}/ferry-sails">The ferry sails again, day {day}</a></h2>'
    "</article>"
    for day in range(1, 4)
)


def page(head: str = "", body: str = STORIES) -> str:
    return (
        f"<!doctype html>\n<html><head>\n<title>Ferries</title>\n{head}\n</head><body>{body}</body>"
    )


def atom(*links: str, attributes: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>Ferries</title>'
        f'{"".join(links)}<entry><title>One</title><link href="/1"/></entry></feed>'
    )


def rss(*links: str) -> str:
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Ferries</title>'
        f"{''.join(links)}<link>{TOPIC}</link><item><link>/1</link></item></channel></rss>"
    )


def link(relation: str, address: str, *, name: str = "link") -> str:
    return f'<{name} href="{address}" rel="{relation}"/>'


def header(hub: str = HUB, topic: str = TOPIC) -> str:
    """Two headers, as the fetcher joins them."""
    return f'<{topic}>; rel="self", <{hub}>; rel="hub"'


class TestSubscriberDiscovery:
    """What websub.rocks asks of subscribers, 100 to 104."""

    def test_100_by_headers_alone(self, read):
        found = read(page(), link=header())
        assert (found.hubs, found.self_url) == ((HUB,), TOPIC)

    def test_101_by_tags_of_html(self, read):
        found = read(page(PAIR))
        assert (found.hubs, found.self_url) == ((HUB,), TOPIC)

    def test_102_by_links_of_atom(self, read):
        found = read(atom(link("self", TOPIC), link("hub", HUB)), content_type="text/xml")
        assert (found.hubs, found.self_url) == ((HUB,), TOPIC)

    def test_103_by_links_of_rss(self, read):
        links = (link("self", TOPIC, name="atom:link"), link("hub", HUB, name="atom:link"))
        found = read(rss(*links), content_type="text/xml")
        assert (found.hubs, found.self_url) == ((HUB,), TOPIC)

    def test_104_by_headers_before_the_document(self, read):
        wrong = f"{HUB}?error=wrong"
        found = read(atom(link("self", TOPIC), link("hub", wrong)), link=header())
        assert (found.hubs, found.self_url) == ((HUB,), TOPIC)


@pytest.mark.parametrize(
    "stated", ["<https://h.example/>; rel=hub", "<https://h.example/>; rel=self"]
)
@pytest.mark.parametrize(
    "document", [page(PAIR), atom(link("self", TOPIC), link("hub", HUB))], ids=["html", "atom"]
)
def test_half_a_pair_in_headers_leaves_it_to_the_document(read, document, stated):
    found = read(document, link=stated)
    assert (found.hubs, found.self_url) == ((HUB,), TOPIC)


def test_halves_are_not_put_together(read):
    found = read(atom(link("self", TOPIC)), link=f"<{HUB}>; rel=hub")
    assert (found.hubs, found.self_url) == ((HUB,), None)
    found = read(atom(link("hub", HUB)), link=f"<{TOPIC}>; rel=self")
    assert (found.hubs, found.self_url) == ((HUB,), None)


def test_what_is_preferred_comes_from_one_place_and_is_a_pair_if_there_is_one():
    halves = list(product(((), ("https://h.example/",)), (None, "https://t.example/")))
    for (some, topic), (others, another) in product(halves, halves):
        ours, theirs = Advertised(some, topic), Advertised(others, another)
        chosen = preferred(ours, theirs)
        assert chosen in {ours, theirs}
        if some and topic:
            assert chosen is ours
        elif others and another:
            assert chosen is theirs
        else:
            assert chosen.hubs == some or others
            assert not (chosen.hubs and chosen.topic)


def test_a_feed_may_name_many_hubs(read):
    addresses = [f"https://h{number}.example/" for number in range(MAX_HUBS + 5)]
    links = chain.from_iterable((link("hub", one), link("hub", one)) for one in addresses)
    found = read(atom(*links, link("self", "/a"), link("self", "/b")))
    assert found.hubs == tuple(addresses[:MAX_HUBS])
    assert (found.hub, found.self_url) == (addresses[0], "https://news.example/a")


def test_a_page_and_its_headers_may_name_several(read):
    named = '<link rel="hub self" href=/both><LINK REL=HUB href=//b.example><link rel=hub href=x:y>'
    expected = (("https://news.example/both", "https://b.example/"), "https://news.example/both")
    found = read(page(named))
    assert (found.hubs, found.self_url) == expected
    found = read(page(), link='</both>; rel="hub SELF", <//b.example>; Rel=hub, <x:y>; rel=hub')
    assert (found.hubs, found.self_url) == expected


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "<p>A reader writes: {}</p>",
        "</body></html><html><head>{}</head>",
        "<div><head>{}</head></div>",
    ],
)
def test_the_body_of_a_page_names_no_hub(read, around):
    found = read(page(body=STORIES + around.format(PAIR)))
    assert (found.hubs, found.self_url) == ((), None)
    found = read(page(f'<link rel="hub" href="{HUB}">', STORIES + around.format(PAIR)))
    assert (found.hubs, found.self_url) == ((HUB,), None)


def test_a_head_need_not_be_said(read):
    found = read(f"\ufeff<!doctype html>\n<title>Ferries</title>{PAIR}{STORIES}".encode())
    assert (found.hubs, found.self_url) == ((HUB,), TOPIC)


def test_addresses_are_relative_to_what_the_document_says(read):
    found = read(page(f'<base href="/b/">{PAIR.replace(HUB, "hub").replace(TOPIC, "..")}'))
    assert (found.hubs, found.self_url) == (
        ("https://news.example/b/hub",),
        "https://news.example/",
    )
    links = ('<link rel="hub" xml:base="d/" href="hub"/>', link("self", "feed"))
    found = read(atom(*links, attributes='xml:base="/c/"'))
    assert (found.hubs, found.self_url) == (
        ("https://news.example/c/d/hub",),
        "https://news.example/c/feed",
    )


def test_the_links_of_entries_are_not_the_feeds(read):
    body = rss().replace("<item>", f"<item>{link('hub', HUB, name='atom:link')}")
    assert read(body).hubs == ()
    body = atom().replace("<entry>", f"<entry>{link('hub', HUB)}{link('self', TOPIC)}")
    assert (read(body).hubs, read(body).self_url) == ((), None)


def test_relations_of_atom_written_out_and_in_any_case(read):
    written = "http://www.iana.org/assignments/relation/"
    found = read(atom(link(f"{written}hub", HUB), link(" SELF ", TOPIC)))
    assert (found.hubs, found.self_url) == ((HUB,), TOPIC)


def test_rdf_and_json_feed(read):
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss'
        '/1.0/" xmlns:a="http://www.w3.org/2005/Atom"><channel>'
        f"{link('hub', HUB, name='a:link')}{link('self', TOPIC, name='a:link')}</channel>"
        '<item rdf:about="/1"/></rdf:RDF>'
    )
    found = read(body)
    assert (found.hubs, found.self_url) == ((HUB,), TOPIC)
    named = [{"type": "WebSub", "url": "/rss/hub"}, {"type": "WebSub", "url": "https://b.example/"}]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "url": "/1"}],
        "hubs": named,
    }
    found = read(json.dumps(feed))
    assert (found.hubs, found.self_url) == ((HUB, "https://b.example/"), None)
    found = read(json.dumps({**feed, "feed_url": "/rss"}))
    assert (found.hubs, found.self_url) == ((HUB, "https://b.example/"), TOPIC)


def test_without_either_there_is_none(read):
    assert hubs.of_header("", TOPIC) == Advertised()
    found = read(rss(), link="<https://news.example/>; rel=preconnect", content_language="en")
    assert (found.hubs, found.hub, found.self_url) == ((), None, None)
