"""Well-formed feeds that are made up: as many entries as asked for, of the size of real ones."""

import html
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

_TOPICS = (
    "airport army attack bank border bridge capital ceasefire city convoy council crisis drone"
    " election energy explosion factory ferry flood forces fuel harbour hospital market militia"
    " minister missile officials oil parliament police port president protest rail region rocket"
    " sanctions ship soldiers state storm strike talks trade troops village water witnesses"
)
_WORDS = _TOPICS.split()
_NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)
PARAGRAPHS = 12  # of the whole text that a feed carries along, some 5 kB


def _sentence(chance: Random) -> str:
    words = [chance.choice(_WORDS) for _ in range(chance.randint(8, 18))]
    return f"{' '.join(words).capitalize()} & more."


def _paragraphs(chance: Random, number: int) -> str:
    return "\n".join(
        f"<p>{' '.join(html.escape(_sentence(chance)) for _ in range(3))} "
        f'<a href="https://news.example.org/tag/{chance.choice(_WORDS)}">read on</a></p>'
        for _ in range(number)
    )


def rss(entries: int, seed: int = 0, *, full: bool = True) -> bytes:
    """RSS as WordPress writes it; `full`: each with its whole text as content:encoded."""
    chance, newest = Random(seed), _NEWEST - timedelta(seconds=seed)
    items = []
    for number in range(entries):
        title = html.escape(_sentence(chance))
        link = f"https://news.example.org/2026/03/{number}/a-slug?a=1&amp;b=2"
        time = format_datetime(newest - timedelta(minutes=7 * number))
        text = f"<content:encoded><![CDATA[{_paragraphs(chance, PARAGRAPHS)}]]></content:encoded>"
        items.append(
            f"<item>\n<title>{title}</title>\n<link>{link}</link>\n"
            f"<comments>{link}#respond</comments>\n<dc:creator><![CDATA[News desk]]></dc:creator>\n"
            f"<pubDate>{time}</pubDate>\n<category><![CDATA[World]]></category>\n"
            f"<category><![CDATA[{chance.choice(_WORDS)}]]></category>\n"
            f'<guid isPermaLink="false">https://news.example.org/?p={number}</guid>\n'
            f"<description><![CDATA[{_paragraphs(chance, 1)}]]></description>\n"
            f"{text if full else ''}\n</item>"
        )
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>The Example Post</title><link>https://news.example.org</link>
<atom:link href="https://news.example.org/feed/" rel="self" type="application/rss+xml"/>
<description>News</description><language>en-GB</language><sy:updatePeriod>hourly</sy:updatePeriod>
{"".join(items)}</channel></rss>""".encode()


def atom(entries: int, seed: int = 0) -> bytes:
    """Atom 1.0 with summaries and the whole texts, as HTML that is escaped."""
    chance, newest = Random(seed), _NEWEST - timedelta(seconds=seed)
    items = []
    for number in range(entries):
        time = (newest - timedelta(minutes=7 * number)).isoformat()
        link = f"https://news.example.org/2026/03/{number}/a-slug"
        items.append(
            f"<entry><title>{html.escape(_sentence(chance))}</title>"
            f'<link rel="alternate" type="text/html" href="{link}"/>'
            f"<id>tag:news.example.org,2026:{number}</id><published>{time}</published>"
            f"<updated>{time}</updated><author><name>News desk</name></author>"
            f'<category term="world"/><summary>{html.escape(_sentence(chance))}</summary>'
            f'<content type="html">{html.escape(_paragraphs(chance, PARAGRAPHS))}</content></entry>'
        )
    return f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"
 xml:lang="en"><title>The Example Post</title><link href="https://news.example.org/"/>
<link rel="self" href="https://news.example.org/atom.xml"/><id>tag:news.example.org,2026:feed</id>
<updated>{newest.isoformat()}</updated>{"".join(items)}</feed>""".encode()


def json_feed(entries: int, seed: int = 0) -> bytes:
    """JSON Feed 1.1 with the whole texts."""
    chance, newest = Random(seed), _NEWEST - timedelta(seconds=seed)
    items = [
        {
            "id": str(number),
            "url": f"https://news.example.org/2026/03/{number}/a-slug",
            "title": _sentence(chance),
            "summary": _sentence(chance),
            "content_html": _paragraphs(chance, PARAGRAPHS),
            "date_published": (newest - timedelta(minutes=7 * number)).isoformat(),
        }
        for number in range(entries)
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Example Post",
        "home_page_url": "https://news.example.org/",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def made(entries: int, seed: int) -> dict[str, bytes]:
    """The feeds by what they are; others for each seed."""
    return {
        "RSS, whole texts": rss(entries, seed),
        "RSS, summaries": rss(entries, seed, full=False),
        "Atom, whole texts": atom(entries, seed),
        "JSON Feed": json_feed(entries, seed),
    }
