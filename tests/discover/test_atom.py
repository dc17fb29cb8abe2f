from datetime import UTC, datetime

import pytest

from storage.records import SourceKind

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def feed(entry: str, about: str = "", attributes: str = "") -> str:
    return f"<feed {ATOM} {attributes}>{about}<entry>{entry}</entry></feed>"


def test_whole_feed(read):
    found = read(
        feed(
            """<id>tag:e.example,2024:1</id>
            <title type="html">One &amp;amp; &lt;b&gt;two&lt;/b&gt;</title>
            <link rel="self" href="https://e.example/api/1"/>
            <link rel="alternate" type="application/json" href="https://e.example/1.json"/>
            <link rel="alternate" type="text/html" href="https://e.example/1"/>
            <published>2024-03-05T10:00:00+01:00</published><updated>2024-03-05T11:00:00Z</updated>
            <summary>Short.</summary><content type="html">&lt;p&gt;Long.&lt;/p&gt;</content>""",
            about="""<title>Notes</title><link rel="self" href="/feed"/>
            <link rel="hub" href="https://hub.example/"/>""",
            attributes='xml:lang="pt-BR"',
        )
    )
    (entry,) = found.entries
    assert (found.kind, found.title, found.language) == (SourceKind.ATOM, "Notes", "pt")
    assert (found.hub, found.self_url) == ("https://hub.example/", "https://news.example/feed")
    assert (entry.url, entry.title) == ("https://e.example/1", "One & two")
    assert (entry.guid, entry.summary) == ("tag:e.example,2024:1", "Short.")
    assert entry.published_at == datetime(2024, 3, 5, 9, tzinfo=UTC)
    assert entry.modified_at == datetime(2024, 3, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ('<link href="https://e.example/a"/>', "https://e.example/a"),
        ('<link href="a"/>', "https://news.example/a"),
        ("<link>https://e.example/text</link>", "https://e.example/text"),
        (
            '<link rel="http://www.iana.org/assignments/relation/alternate" href="/iana"/>',
            "https://news.example/iana",
        ),
        (
            '<link rel="enclosure" href="/a.mp3"/><id>https://e.example/id</id>',
            "https://e.example/id",
        ),
        ('<link rel="canonical" href="https://e.example/c"/>', "https://e.example/c"),
        ('<link xml:base="https://b.example/d/" href="x"/>', "https://b.example/d/x"),
    ],
)
def test_links(read, written, url):
    (entry,) = read(feed(written)).entries
    assert entry.url == url


@pytest.mark.parametrize(
    "written", ['<link rel="self" href="/self"/>', "<author>Desk</author>", '<link href=""/>']
)
def test_entries_that_say_nothing_and_lead_nowhere_are_left_out(read, written):
    assert read(feed(written)).entries == ()


def test_xml_base_of_feed_and_entry(read):
    found = read(
        f'<feed {ATOM} xml:base="https://b.example/x/">'
        '<entry xml:base="y/"><link href="z"/></entry></feed>'
    )
    assert found.entries[0].url == "https://b.example/x/y/z"


def test_a_broken_xml_base_is_passed_over(read):
    found = read(feed('<link href="z"/>', attributes='xml:base="https://[broken/"'))
    assert found.entries[0].url == "https://news.example/z"


def test_xhtml_title(read):
    (entry,) = read(
        feed(
            '<link href="/1"/><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
            "Rain <em>and</em> wind</div></title>"
        )
    ).entries
    assert entry.title == "Rain and wind"


def test_atom_03(read):
    found = read("""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old</title>
      <entry><title>One</title><link rel="alternate" type="text/html" href="https://e.example/1"/>
      <issued>2024-03-05T10:00:00Z</issued><modified>2024-03-05T12:00:00Z</modified></entry></feed>""")
    (entry,) = found.entries
    assert found.title == "Old"
    assert entry.published_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert entry.modified_at == datetime(2024, 3, 5, 12, tzinfo=UTC)


def test_prefix_and_missing_namespace(read):
    prefixed = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom">'
        '<a:entry><a:title>P</a:title><a:link href="/p"/></a:entry></a:feed>'
    )
    bare = '<feed><entry><title>B</title><link href="/b"/></entry></feed>'
    assert read(prefixed).entries[0].title == "P"
    assert read(bare).entries[0].title == "B"


def test_media_description_stands_in_for_a_summary(read):
    (entry,) = read(
        feed(
            '<link href="/v"/><media:group xmlns:media="http://search.yahoo.com/mrss/">'
            "<media:description>What the film shows</media:description></media:group>"
        )
    ).entries
    assert entry.summary == "What the film shows"


def test_language_of_an_entry(read):
    found = read(f'<feed {ATOM}><entry xml:lang="ar"><link href="/1"/></entry></feed>')
    assert found.entries[0].language == "ar"
