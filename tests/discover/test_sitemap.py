import gzip
import tracemalloc
from datetime import UTC, datetime

import pytest

from scraper.discover import discover
from scraper.discover.fields import MAX_LOCATIONS
from scraper.errors import DiscoverError
from storage.records import SourceKind

URL = "https://news.example/sitemap.xml"

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
  xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc>https://news.example/a?x=1&amp;y=2</loc><lastmod>2024-03-05T12:00:00+02:00</lastmod>
  <news:news><news:publication><news:name>River Post</news:name>
    <news:language>zh-cn</news:language></news:publication>
  <news:publication_date>2024-03-05</news:publication_date>
  <news:title>Ferry &amp;amp; bridge</news:title></news:news>
  <image:image><image:loc>https://news.example/a.jpg</image:loc>
    <image:title>Photo</image:title></image:image>
  <xhtml:link rel="alternate" hreflang="de" href="https://news.example/de/a"/></url>
<url><loc> https://news.example/b </loc></url>
<url><lastmod>2024-03-05</lastmod></url>
</urlset>"""


def test_news_sitemap(read):
    found = read(NEWS, URL)
    first, second = found.entries
    assert found.kind is SourceKind.SITEMAP
    assert first.url == "https://news.example/a?x=1&y=2"
    assert (first.title, first.language) == ("Ferry & bridge", "zh")
    assert first.published_at == datetime(2024, 3, 5, tzinfo=UTC)
    assert first.modified_at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert (second.url, second.title, second.modified_at) == ("https://news.example/b", None, None)


def test_gzip_body(read):
    assert len(read(gzip.compress(NEWS.encode()), URL + ".gz").entries) == 2


def test_truncated_gzip_body(read):
    urls = "".join(f"<url><loc>https://news.example/{n * 7919}</loc></url>" for n in range(2_000))
    packed = gzip.compress(f"<urlset>{urls}</urlset>".encode())
    found = read(packed[: len(packed) // 2], URL)
    assert 100 < len(found.entries) < 2_000


def test_gzip_bomb_is_read_as_far_as_allowed(read):
    bomb = gzip.compress(b"<urlset><url><loc>/1</loc></url>" + b" " * 100_000_000, compresslevel=1)
    assert len(read(bomb, URL).entries) == 1


def test_broken_gzip(read):
    with pytest.raises(DiscoverError, match="gzip"):
        read(b"\x1f\x8b\x08broken", URL)


def test_plain_text_sitemap(read):
    found = read(
        "https://news.example/a\r\n\r\n  https://news.example/b \nnot a link\n"
        + "https://news.example/c\n" * 20,
        URL,
    )
    assert found.kind is SourceKind.SITEMAP
    assert [entry.url[-1] for entry in found.entries] == ["a", "b", "c"]


def index(*children: str) -> str:
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{''.join(children)}</sitemapindex>"


def child(loc: str, lastmod: str = "") -> str:
    return (
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</sitemap>"
    )


def test_index_newest_first(read):
    found = read(
        index(
            child("https://news.example/s/unknown.xml"),
            child("https://news.example/s/2023-12.xml"),
            child("https://news.example/s/one.xml", "2024-02-01"),
            child("https://news.example/s/two.xml", "2024-03-05T10:00:00Z"),
            child("https://news.example/s/2024-02-28.xml.gz"),
            child("https://news.example/s/news.xml"),
            child("https://news.example/s/2019.xml"),
            child("https://news.example/s/two.xml", "2023-01-01"),
            child(URL),
            child("javascript:void(0)"),
        ),
        URL,
    )
    assert found.kind is SourceKind.SITEMAP_INDEX
    assert found.entries == ()
    assert [link.rpartition("/")[2] for link in found.children] == [
        "news.xml",
        "two.xml",
        "2024-02-28.xml.gz",
        "one.xml",
        "2023-12.xml",
        "2019.xml",
        "unknown.xml",
    ]


def test_children_of_unknown_age_stay_in_order(read):
    found = read(index(*(child(f"/s{n}.xml") for n in range(1, 5))), URL)
    assert found.children == tuple(f"https://news.example/s{n}.xml" for n in range(1, 5))


def test_impossible_date_in_a_name(read):
    found = read(index(child("/a-2024-02-31.xml"), child("/b-2024-01-15.xml")), URL)
    assert found.children[0].endswith("a-2024-02-31.xml")


def test_the_number_of_locations_is_bounded(read):
    urls = "".join(f"<url><loc>/{n}</loc></url>" for n in range(MAX_LOCATIONS + 5))
    assert len(read(f"<urlset>{urls}</urlset>", URL).entries) == MAX_LOCATIONS


def long(number: int, root: str = "urlset", item: str = "url", pad: str = "") -> str:
    items = "".join(
        f"<{item}><loc>https://news.example/{n}{pad}</loc>"
        f"<n:news><n:title>News {n}</n:title></n:news></{item}>"
        for n in range(number)
    )
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    return f"<?xml version='1.0'?><{root} {spaces}>{items}</{root}>"


def test_a_long_sitemap_is_read_in_pieces_with_the_names_of_the_whole(read):
    found = read(long(5_000), URL)
    assert [entry.title for entry in found.entries] == [f"News {n}" for n in range(5_000)]


def test_a_piece_that_is_broken_costs_no_more_than_itself(read):
    body = long(5_000).replace("/2500</loc>", "/2500</loc\x01><![CDATA[", 1)
    assert 2_000 < len(read(body, URL).entries) < 5_000


def test_a_long_sitemap_that_breaks_off(read):
    body = long(5_000)
    found = read(body[: len(body) // 2], URL)
    assert len(found.entries) == pytest.approx(2_500, abs=100)


def test_prefixed_elements_in_a_long_sitemap(read):
    body = long(5_000, root="s:urlset", item="s:url").replace("xmlns=", "xmlns:s=")
    body = body.replace("<loc>", "<s:loc>").replace("</loc>", "</s:loc>")
    assert len(read(body, URL).entries) == 5_000


def test_a_long_index(read):
    body = long(20_000, root="sitemapindex", item="sitemap")
    assert len(read(body, URL).children) == 20_000


def test_a_sitemap_of_fifty_megabytes_in_a_gzip_file(read):
    packed = gzip.compress(long(40_000, pad="x" * 900).encode(), compresslevel=1)
    assert len(read(packed, URL + ".gz").entries) == 40_000


def test_what_is_no_sitemap_is_not_read_beyond_its_own_limit(read):
    feed = "<rss><channel><item><link>https://news.example/1</link></item>" + " " * 22_000_000
    late = feed + "<item><link>https://news.example/2</link></item></channel></rss>"
    packed = gzip.compress(late.encode(), compresslevel=1)
    assert [entry.url[-1] for entry in read(packed, URL).entries] == ["1"]


def test_memory_for_a_long_sitemap_is_some_times_its_entries_not_its_tree(make_page):
    page = make_page(long(20_000, pad="x" * 400), url=URL)
    tracemalloc.start()
    try:
        entries = discover(page).entries
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(entries) == 20_000
    assert peak < 5 * len(page.body)
