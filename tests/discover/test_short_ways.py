"""The ways that nearly all feeds take come to what the long ways come to, on any feed."""

import html
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scraper.discover import fields, kind, links, markup, rss
from tests.discover.conftest import NOW

FEEDS = {
    "rss": """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
      <title>River &amp; Post</title><link>https://e.example/</link><!-- by hand: a & b -->
      <item><title><![CDATA[A <b>b</b> & c]]></title><link>https://e.example/1?a=1&amp;b=2</link>
      <guid isPermaLink="false">1</guid><pubDate>Tue, 05 Mar 2024 10:11:12 +0100</pubDate></item>
      <item xml:base="/x/"><title>&lt;i&gt;B &#8211; &#xe9; &#x1F600;</title><link>2</link>
      <dc:date>2024-03-05</dc:date><description>one<br/>two <p>three</p></description></item>
      <item><title>No page</title><?php echo "&" ?></item></channel></rss>""",
    "atom": """<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:lang="en">
      <a:title type="html">T</a:title><a:entry><a:title type="xhtml"><div>A <b>b</b></div></a:title>
      <a:link href="/1?a=1&amp;b=&quot;" type='text/html'/>
      <a:updated>2024-03-05T10:11:12Z</a:updated>
      <a:content>Wörter &apos;hier&apos;</a:content></a:entry></a:feed>""",
}


def both(text: str) -> tuple[markup.Element, markup.Element] | None:
    """The text as parsed, and as parsed after repair; None if it is not well-formed."""
    try:
        etree.fromstring(text.encode())
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return None
    repaired = markup.recovered(text, {})
    assert repaired is not None
    return markup.parse(text), repaired


@pytest.mark.parametrize("name", FEEDS)
def test_what_is_well_formed_needs_no_repair(name):
    found = both(FEEDS[name])
    assert found is not None
    assert etree.tostring(found[0]) == etree.tostring(found[1])


@pytest.mark.parametrize("name", FEEDS)
def test_what_is_damaged_is_well_formed_still_or_repaired(name):
    """Of thousands of damaged feeds some hundred are well-formed, and read the same either way."""
    chance = random.Random(name)
    alike = 0
    for _ in range(3_000):
        text = FEEDS[name]
        for _ in range(chance.randint(1, 2)):
            at, cut = chance.randrange(len(text)), chance.randint(0, 3)
            drawn = "".join(chance.choices("<>&;'\"/= \x01\xa0ab:[]-1#", k=chance.randint(0, 2)))
            text = text[:at] + drawn + text[at + cut :]
        found = both(text)
        if found is not None:
            here, there = (rss.read(root, "https://e.example/", NOW) for root in found)
            assert here == there
            alike += 1
    assert alike > 100


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.booleans())
def test_any_text_comes_out_of_both(text, escaped):
    inner = html.escape(text) if escaped else f"<![CDATA[{text}]]>"
    found = both(f"<rss><item><title>{inner}</title></item></rss>")
    if found is not None:
        here, there = ("".join(root.itertext()) for root in found)
        assert here == there


def test_comments_are_no_text():
    found = both("<rss><!-- <![CDATA[ &x; --><item>&#9;&amp;<![CDATA[<!-- &x;]]></item></rss>")
    assert found is not None
    assert etree.tostring(found[0]) == etree.tostring(found[1])


STARTS = st.lists(
    st.sampled_from(
        (
            "<?xml version='1.0'?>",
            "<rss",
            "<RSS",
            "<feed",
            "<a:feed",
            "<rdf:RDF",
            "<urlset",
            "<html",
            "<sitemapindex",
            "<!doctype html>",
            "<!-- x -->",
            "<?xml-stylesheet href='<rss>'?>",
            " xmlns='x'",
            "<rssx",
            "text",
            "\n",
            "/>",
            ">",
        )
    ),
    max_size=6,
)


@given(STARTS)
def test_the_usual_beginning_is_found_out_as_any(parts):
    start = "".join(parts)
    short = kind.by_first_element(start)
    assert short is None or short == kind.by_elements(start)


def test_usual_beginnings_are_known_at_once():
    for start in ("<rss>", '<?xml version="1.0"?>\n<feed xmlns="x">', "<rdf:RDF xmlns='x'>"):
        assert kind.by_first_element(start) is not None


@given(
    st.sampled_from(["https://e.example", "http://e.example", "https://E.example", "https://a..b"])
    | st.sampled_from(
        ["https://[::1]", "https://e.example:443", "https://-", "https://xn--zz", ""]
    ),
    st.lists(
        st.sampled_from([*"ab/?=&;%#!.~+@: \\\n'\"é", "/..", "/./", "&amp;", "%2e"]), max_size=9
    ),
)
def test_links_are_resolved_as_any(origin, rest):
    link = origin + "".join(rest)
    assert fields.resolved(link, "https://b.example/x") == links.resolve(
        link, "https://b.example/x"
    )


def test_a_long_link_is_refused_as_any():
    for length in (2_040, 2_047, 2_048, 2_049):
        link = "https://e.example/" + "a" * (length - 18)
        assert fields.resolved(link, link) == links.resolve(link, link)


PIECES = ("<p>", "</p>", "<b>", "<x>", "<!-- x -->", "<script>x</script>", "<STYLE>", "<", ">", "&")
BLANKS = (
    " ",
    "  ",
    "\n",
    "\t",
    "\xa0",
    "\x85",
    "\x96",
    "\x01",
    "\u200b",
    "\u2003",
    "\x1c",
    "\ufeff",
)
NAMES = ("&amp;", "&lt;b&gt;", "&nbsp;", "&amp;amp;", "&copy", "&#150;", "&#x41;", "]]>", "a", "é")


def slowly(text: str) -> str | None:
    """`fields.plain` as it is defined: everything done to every text."""
    if "<" in text or "&" in text:
        text = bare(html.unescape(bare(html.unescape(bare(text)))))
    text = re.sub(r"[\x80-\x9f]", lambda one: windows(one[0]), text)
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff\ufffe\uffff]", "", text)
    return " ".join(text.split()) or None


def bare(text: str) -> str:
    script = r"<(script|style)\b.*?(?:</\1\s*>|\Z)"
    text = re.sub(rf"(?is)<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>|{script}", "", text)
    text = re.sub(r"(?i)</?p\b[^<>]*(?:>|\Z)", " ", text)
    return re.sub(r"(?i)</?(?:b|style|script)\b[^<>]*(?:>|\Z)", "", text)


def windows(character: str) -> str:
    return character.encode("latin-1").decode("cp1252", "ignore")


@given(st.lists(st.sampled_from(PIECES + BLANKS + NAMES), max_size=12).map("".join))
def test_texts_are_made_plain_as_any(text):
    assert fields.plain(text, 500) == slowly(text)
