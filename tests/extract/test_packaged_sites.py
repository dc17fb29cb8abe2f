"""The rules that Tocsin brings along, on pages as these sites make them."""

from datetime import UTC, datetime

import pytest

from scraper.extract import extract
from scraper.settings.sites import load_sites

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TEXT = [
    "The harbour reopened on Monday, the port office said, after the storm had passed.",
    "Two ferries that had waited off the coast since Friday came in before noon, it said.",
    "The council will hear on Thursday what the repairs of the long pier are to cost.",
    "Nobody was hurt, but eleven boats were lost, and most of the nets of the village.",
]
PAGES = {
    "config/sites/dailymail.toml": (
        "https://www.dailymail.co.uk/news/article-1/harbour.html",
        """<div id="js-article-text" class="article-text wide"><h2>Harbour reopens</h2><div>
        <p class="mol-para-with-font">{0}</p><p class="mol-para-with-font">{1}</p>
        <div class="artSplitter mol-img-group"><img src="/pier.jpg"><p class="imageCaption">The
        ferries that had waited off the coast since Friday came into the harbour before noon, and
        were met by a crowd of some two hundred people.</p></div>
        <p class="mol-para-with-font">{2}</p><p class="mol-para-with-font">{3}</p></div></div>""",
    ),
    "config/sites/zdnet.toml": (
        "https://www.zdnet.com/article/harbour/",
        """<div class="c-pageArticleSingle_body"><div class="c-globalDisclosure"><div><div
        class="c-globalDisclosure_copy"><p>Our recommendations are based on many hours of testing,
        of reading and of comparison, and nobody pays for them.</p><p>When you go to a shop through
        one of our links, we may be paid for it, which helps us in our work.</p></div></div></div>
        <div class="c-ShortcodeContent"><p>{0}</p><p>{1}</p><p>{2}</p><p>{3}</p></div></div>""",
    ),
}


def test_each_packaged_rule_has_a_page_here():
    assert {site.name for site in load_sites(None).all()} == PAGES.keys()


@pytest.mark.parametrize("name", PAGES)
def test_a_packaged_rule_does_what_it_is_for(name):
    url, markup = PAGES[name]
    html = f"<title>Harbour reopens</title><h1>Harbour reopens</h1>{markup.format(*TEXT)}".encode()
    ruled = extract(html, url, now=NOW, sites=load_sites(None))
    assert ruled.rule == name
    assert ruled.article.body == "\n\n".join(TEXT)
