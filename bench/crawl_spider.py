"""Scrapy on the same hosts, as one would write it: its articles by trafilatura, or none at all.

    python bench/crawl_spider.py trafilatura|trivial OUT.jsonl FEED…

Run by `crawl.py`, with the Python that Scrapy is installed for. It is as polite as ours is set to
be: robots.txt is heeded, and one request at a time to each host.
"""

import sys
from collections.abc import Iterator

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class Trivial(scrapy.Spider):
    """Follows feeds to their articles, and looks at nothing."""

    name = "trivial"

    def parse(self, response: Response) -> Iterator[object]:
        """The links of a feed."""
        for link in response.xpath("//item/link/text()").getall():
            yield response.follow(link, self.parse_page)

    def parse_page(self, response: Response) -> Iterator[dict[str, object]]:
        """As little as can be said of a page."""
        yield {"url": response.url, "size": len(response.body)}


class Extracting(Trivial):
    """Follows feeds to their articles, and extracts them."""

    name = "trafilatura"

    def parse_page(self, response: Response) -> Iterator[dict[str, object]]:
        """The fields that trafilatura finds."""
        found = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        yield {"url": response.url, **(found.as_dict() if found else {})} | {"body": None}


def main() -> None:
    """Crawl, and say how many items there were."""
    kind, out, *feeds = sys.argv[1:]
    spider = {"trivial": Trivial, "trafilatura": Extracting}[kind]
    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "FEEDS": {out: {"format": "jsonlines"}},
        }
    )
    crawler = process.create_crawler(spider)
    process.crawl(crawler, start_urls=feeds)
    process.start()
    print(crawler.stats.get_value("item_scraped_count", 0))


if __name__ == "__main__":
    main()
