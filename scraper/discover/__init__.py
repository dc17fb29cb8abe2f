"""From a page to entries: what a source says of articles.

`discover(page)` takes the bytes and headers of a visit and gives a `Discovery`:

    unpack .gz -> decode (scraper.text.charset) -> sniff the form by content (kind)
      RSS, RDF, Atom, sitemaps  -> markup: repair, parse safely   -> rss | atom | sitemap
      JSON Feed, lists of links -> json_feed | sitemap
      HTML                      -> html_stream -> index_links (what stands where)
                                   -> index_page (what is an article; article_links: by address)
    each item -> fields.entry: links.resolve, dates.parse, plain text -> Entry, each link once
                 (pageless: the address of one that has no page of its own)

Nothing is fetched and nothing is kept; whatever the bytes, the only error is DiscoverError, and it
says what the page is and what to give instead. `links.normalise` gives the key by which a link is
known again.
"""

from scraper.discover import links
from scraper.discover.discovery import Discovery
from scraper.discover.reading import discover

__all__ = ["Discovery", "discover", "links"]
