"""Feeds that say it in other ways than they should, or in ways of long ago."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from storage.records import SourceKind


def test_cdf(read):
    found = read("""<CHANNEL HREF="https://e.example/"><TITLE>River Post</TITLE>
      <ITEM HREF="https://e.example/1" LASTMOD="2024-03-05T10:11-05:00"><TITLE>Ferry sails</TITLE>
      <ABSTRACT>After a week in port.</ABSTRACT></ITEM></CHANNEL>""")
    (entry,) = found.entries
    assert (found.kind, found.title) == (SourceKind.RSS, "River Post")
    assert (entry.url, entry.title) == ("https://e.example/1", "Ferry sails")
    assert entry.summary == "After a week in port."
    assert entry.modified_at == datetime(2024, 3, 5, 15, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "namespace",
    ["http://purl.org/echo/", "uri/of/echo/namespace#", "https://feeds.example/own-format"],
)
def test_a_namespace_nobody_knows_is_that_of_the_format(read, namespace):
    found = read(f"""<feed xmlns="{namespace}"><title>River Post</title><entry>
      <title>Ferry sails</title><link href="https://e.example/1"/></entry></feed>""")
    assert (found.title, found.entries[0].title) == ("River Post", "Ferry sails")


def test_a_field_of_another_namespace_is_none_of_the_format(read):
    (entry,) = read("""<rss xmlns:x="https://x.example/"><channel><item><x:title>No</x:title>
      <link>https://e.example/1</link></item></channel></rss>""").entries
    assert entry.title is None


@pytest.mark.parametrize(
    "written",
    [
        "<description>A boat &amp;lt;b&amp;gt;sails&amp;lt;/b&amp;gt;</description>",
        "<description><p>A boat</p><p>sails</p></description>",
        "<description>A<br/>boat <script>alert(1)</script><style>p{}</style>sails</description>",
        "<body xmlns='http://www.w3.org/1999/xhtml'><p>A boat</p><p>sails</p></body>",
        "<body><p>A boat sails</p></body>",
        "<fullitem>A boat &lt;i&gt;sails&lt;/i&gt;</fullitem>",
        "<dc:description>A boat sails</dc:description>",
        "<content:encoded><![CDATA[<p>A boat</p><p>sails</p>]]></content:encoded>",
        "<summary>A boat sails</summary>",
        "<abstract>A boat sails</abstract>",
    ],
)
def test_where_an_item_tells_what_it_is_about(read, written):
    feed = f"<rss><channel><item><link>/1</link>{written}</item></channel></rss>"
    assert read(feed).entries[0].summary == "A boat sails"


@pytest.mark.parametrize(
    "written",
    [
        "<guid>a-1</guid>",
        "<id>a-1</id>",
        "<atom:id>a-1</atom:id>",
        "<dc:identifier>a-1</dc:identifier>",
    ],
)
def test_where_an_item_has_its_identity(read, written):
    feed = f"<rss><channel><item><link>/1</link>{written}</item></channel></rss>"
    assert read(feed).entries[0].guid == "a-1"


def test_an_item_of_rdf_is_its_own_identity(read):
    (entry,) = read("""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <item rdf:about="https://e.example/1"><dc:identifier>doi:1</dc:identifier></item>
      </rdf:RDF>""").entries
    assert (entry.url, entry.guid) == ("https://e.example/1", "https://e.example/1")


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("field", "summary"),
    [
        (f'<content mode="base64">\n{encoded("A <b>boat</b>")}\n</content>', "A boat"),
        (f'<summary mode="BASE64" type="text/html">{encoded("Böte")}</summary>', "Böte"),
        (f'<content type="application/octet-stream">{encoded("A boat")}</content>', "A boat"),
        ('<content type="image/png">iVBORw0KGgo=</content>', None),
        ('<content type="image/png">no base64</content><summary>A boat</summary>', "A boat"),
        ('<content type="application/xhtml+xml"><div>A boat</div></content>', "A boat"),
        ('<content type="application/xml">A boat</content>', "A boat"),
        ('<content type="application/x" mode="escaped">A boat</content>', "A boat"),
        ('<content type="text/plain">Boat</content>', "Boat"),
        ('<content type="html">Boat</content>', "Boat"),
    ],
)
def test_encoded_text_of_atom(read, field, summary):
    feed = f"<feed><entry><link href='/1'/><title>T</title>{field}</entry></feed>"
    assert read(feed).entries[0].summary == summary


def test_a_title_of_an_odd_type_is_a_title(read):
    feed = "<feed><entry><link href='/1'/><title type='my/own'>Boat</title></entry></feed>"
    assert read(feed).entries[0].title == "Boat"


def test_entities_that_stand_for_a_few_characters_are_known(read):
    feed = """<!DOCTYPE rss [<!ENTITY site "River Post"><!ENTITY who 'Tocsin'>
      <!ENTITY twice "&site;"><!ENTITY out SYSTEM "https://evil.example/"><!ENTITY tag "<b>">
      <!ENTITY % all "all">]>
      <rss><channel><title>&site; by &who;</title><item><link>/1</link>
      <title>&twice; &out; &tag; &nbsp; &amp; &missing;</title></item></channel></rss>"""
    found = read(feed)
    assert found.title == "River Post by Tocsin"
    assert found.entries[0].title == "&twice; &out; &tag; & &missing;"


@pytest.mark.parametrize(
    ("header", "language"), [("de", "de"), ("en-GB", "en"), ("en, fr", None), ("", None)]
)
def test_the_language_may_be_in_a_header(read, header, language):
    feed = "<rss><channel><item><link>/1</link></item></channel></rss>"
    assert read(feed, content_language=header).language == language


def test_the_feed_knows_its_language_better_than_the_header(read):
    feed = "<rss><channel><language>ar</language></channel></rss>"
    assert read(feed, content_language="en").language == "ar"
