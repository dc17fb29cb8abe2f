"""Pairs of links as outlets publish them: one article, or two. Each line: what is meant, a, b."""

import pytest

from scraper.discover.links import normalise, resolve

PAIRS_OF_ONE_ARTICLE = """
scheme                     http://e.example/news/a-b-c               https://e.example/news/a-b-c
capital scheme             HTTP://e.example/news/a-b-c               https://e.example/news/a-b-c
www                        https://www.e.example/news/a-b-c          https://e.example/news/a-b-c
capital host               https://WWW.E.Example/news/a-b-c          https://e.example/news/a-b-c
root dot                   https://e.example./news/a-b-c             https://e.example/news/a-b-c
default port of https      https://e.example:443/a                   https://e.example/a
default port of http       http://e.example:80/a                     https://e.example/a
port with zeros            https://e.example:0000443/a               https://e.example/a
port left out              https://e.example:/a                      https://e.example/a
mobile host                https://m.e.example/news/12345            https://www.e.example/news/12345
mobile host spelled out    https://mobile.e.co.uk/news/12345         https://www.e.co.uk/news/12345
touch host                 https://touch.e.example/news/12345        https://www.e.example/news/12345
wap host                   http://wap.e.com.cn/2026/11/c1-2.html     http://www.e.com.cn/2026/11/c1-2.html
amp host                   https://amp.e.example/news/12345          https://www.e.example/news/12345
www before mobile          https://www.m.e.example/a                 https://e.example/a
mobile of blogs            https://ann.blogspot.com/2026/11/a.html?m=1   https://ann.blogspot.com/2026/11/a.html
no mobile of blogs         https://ann.blogspot.com/2026/11/a.html?m=0   https://ann.blogspot.com/2026/11/a.html
amp at the end             https://e.example/2026/11/23/ferry/amp    https://e.example/2026/11/23/ferry/
amp and slash              https://e.example/ferry-is-back/amp/      https://e.example/ferry-is-back/
amphtml at the end         https://e.example/ferry-is-back/amphtml   https://e.example/ferry-is-back
amp at the start           https://e.example/amp/ferry-is-back       https://e.example/ferry-is-back
amp as an extension        https://e.example/ferry-12345.amp         https://e.example/ferry-12345
amp before the extension   https://e.example/ferry-12345.amp.html        https://e.example/ferry-12345.html
amp parameter              https://e.example/ferry?amp=1             https://e.example/ferry
amp parameter alone        https://e.example/ferry?amp               https://e.example/ferry
amp parameter true         https://e.example/ferry?amp=true          https://e.example/ferry
amp parameter underscored  https://e.example/ferry?_amp=true         https://e.example/ferry
amp output type            https://e.example/ferry?outputType=amp    https://e.example/ferry
amp view                   https://e.example/ferry?view=amp          https://e.example/ferry
amp client                 https://e.example/ferry?amp_js_v=0.1      https://e.example/ferry
amp cache                  https://e-example.cdn.ampproject.org/c/s/e.example/ferry-a-b   https://e.example/ferry-a-b
amp cache by its own name  https://cdn.ampproject.org/c/s/e.example/ferry-a-b             https://e.example/ferry-a-b
amp cache over http        https://e-example.cdn.ampproject.org/c/e.example/ferry-a-b     https://e.example/ferry-a-b
amp cache of a viewer      https://e.cdn.ampproject.org/v/s/e.example/a-b-c?usqp=3 https://e.example/a-b-c
amp viewer                 https://www.google.com/amp/s/www.e.example/ferry-a-b/amp       https://e.example/ferry-a-b
amp viewer of a country    https://www.google.co.uk/amp/s/e.example/ferry-a-b             https://e.example/ferry-a-b
amp viewer, mobile amp     https://www.google.com/amp/s/amp.e.example/ferry-a-b           https://e.example/ferry-a-b
final slash                https://e.example/news/ferry/             https://e.example/news/ferry
final slash of a host      https://e.example                         https://e.example/
index file                 https://e.example/ferry/index.html        https://e.example/ferry/
index file in capitals     https://e.example/ferry/INDEX.HTM         https://e.example/ferry
index file of php          https://e.example/ferry/index.php         https://e.example/ferry
index file of java         https://e.example/ferry/index.jsp         https://e.example/ferry
index file of the host     https://e.example/index.shtml             https://e.example/
default file               https://e.example/ferry/default.aspx      https://e.example/ferry
index file with an id      https://e.example/index.php?id=7          https://e.example/?id=7
doubled slash              https://e.example//news//ferry            https://e.example/news/ferry
dot segment                https://e.example/./news/./ferry          https://e.example/news/ferry
dots up                    https://e.example/a/../news/ferry         https://e.example/news/ferry
dots above the top         https://e.example/../../news/ferry        https://e.example/news/ferry
dots escaped               https://e.example/a/%2e%2E/news/ferry     https://e.example/news/ferry
fragment                   https://e.example/ferry#comments          https://e.example/ferry
text fragment              https://e.example/ferry#:~:text=a,b       https://e.example/ferry
campaign in the fragment   https://e.example/ferry#xtor=RSS-1        https://e.example/ferry
utm in the fragment        https://e.example/ferry#utm_source=x      https://e.example/ferry
empty fragment             https://e.example/ferry#                  https://e.example/ferry
empty query                https://e.example/ferry?                  https://e.example/ferry
empty parameters           https://e.example/ferry?&&id=1&           https://e.example/ferry?id=1
order of parameters        https://e.example/a.asp?id=7&cat=2        https://e.example/a.asp?cat=2&id=7
empty value                https://e.example/a?print=&id=7           https://e.example/a?print&id=7
escaped ampersand          https://e.example/a?x=1&amp;y=2           https://e.example/a?y=2&x=1
escaped twice              https://e.example/a?x=1&amp;amp;y=2       https://e.example/a?y=2&x=1
plus is a space            https://e.example/a?q=ferry+back          https://e.example/a?q=ferry%20back
session in the path        https://e.example/a;jsessionid=0F?id=1    https://e.example/a?id=1
session of php             https://e.example/a?PHPSESSID=0f&id=1     https://e.example/a?id=1
session of asp.net         https://e.example/(S(abcdefghijklmnopqrstuvwx))/a.aspx   https://e.example/a.aspx
session of asp             https://e.example/a.asp?ASPSESSIONIDABC=1&id=2           https://e.example/a.asp?id=2
session of coldfusion      https://e.example/a.cfm?id=2&CFID=1&CFTOKEN=2            https://e.example/a.cfm?id=2
unreserved escaped         https://e.example/%66erry%2Dback          https://e.example/ferry-back
tilde escaped              https://e.example/%7Eann/a                https://e.example/~ann/a
escapes in small letters   https://e.example/%e4%bd%a0               https://e.example/%E4%BD%A0
letters left as they are   https://e.example/статья-1                https://e.example/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F-1
arabic letters             https://e.example/خبر                     https://e.example/%D8%AE%D8%A8%D8%B1
comma escaped              https://e.example/a,1,54637,news.html     https://e.example/a%2C1%2C54637%2Cnews.html
apostrophe escaped         https://e.example/mayor%27s-plan          https://e.example/mayor's-plan
apostrophe in the query    https://e.example/a?t=mayor%27s           https://e.example/a?t=mayor's
colon escaped              https://e.example/story%3A12              https://e.example/story:12
brackets escaped           https://e.example/a_%28b%29               https://e.example/a_(b)
percent alone              https://e.example/100%-sure               https://e.example/100%25-sure
quotes and bars            https://e.example/"a"|b                   https://e.example/%22a%22%7Cb
international host         https://bücher.example/a                  https://xn--bcher-kva.example/a
international capitals     https://BÜCHER.example/a                  https://xn--bcher-kva.example/a
cyrillic host              https://новости.рф/a                      https://xn--b1amnebsh.xn--p1ai/a
decomposed letters         https://bücher.example/a                 https://bücher.example/a
full-width letters         https://ｅ.example/a                      https://e.example/a
full-width dot             https://e．example/a                      https://e.example/a
ideographic dot            https://e。example/a                      https://e.example/a
soft hyphen in the host    https://e­x.example/a                     https://ex.example/a
greek capitals             https://ΒΌΛΟ.example/a                    https://βόλο.example/a
utm                        https://e.example/a?utm_source=x&utm_medium=y&utm_campaign=z   https://e.example/a
utm in capitals            https://e.example/a?UTM_Source=x          https://e.example/a
utm after an id            https://e.example/a?id=7&utm_term=x       https://e.example/a?id=7
facebook                   https://e.example/a?fbclid=IwAR0           https://e.example/a
google ads                 https://e.example/a?gclid=1&gbraid=2&wbraid=3&gad_source=4     https://e.example/a
google shopping            https://e.example/a?srsltid=AfmB           https://e.example/a
google analytics           https://e.example/a?_ga=2.1.3&_gl=1*x      https://e.example/a
microsoft                  https://e.example/a?msclkid=1              https://e.example/a
twitter                    https://e.example/a?twclid=1&__twitter_impression=true         https://e.example/a
tiktok                     https://e.example/a?ttclid=1               https://e.example/a
instagram                  https://e.example/a?igshid=1&igsh=2        https://e.example/a
yandex                     https://e.example/a?yclid=1&ysclid=2&_openstat=3               https://e.example/a
mailchimp                  https://e.example/a?mc_cid=1&mc_eid=2      https://e.example/a
marketo                    https://e.example/a?mkt_tok=1              https://e.example/a
hubspot                    https://e.example/a?_hsenc=1&_hsmi=2&__hstc=3&hsCtaTracking=4   https://e.example/a
matomo                     https://e.example/a?mtm_source=1&pk_campaign=2                 https://e.example/a
at internet                https://e.example/a?xtor=RSS-1&at_medium=x                     https://e.example/a
comscore                   https://e.example/a?ns_mchannel=rss                            https://e.example/a
webtrekk                   https://e.example/a?wt_mc=rss.1&wtrid=2                        https://e.example/a
within the site            https://e.example/a?itm_source=home&cx_click=1                 https://e.example/a
coremetrics                https://e.example/a?cm_mmc=x-_-y                               https://e.example/a
olytics                    https://e.example/a?oly_enc_id=1&oly_anon_id=2                 https://e.example/a
affiliates                 https://e.example/a?awc=1&irclickid=2&tduid=3                  https://e.example/a
from a feed                https://e.example/a?source=rss             https://e.example/a
from twitter               https://e.example/a?ref=twitter            https://e.example/a
from a newsletter          https://e.example/a?from=newsletter        https://e.example/a
space around                  https://e.example/a                     https://e.example/a
"""

PAIRS_OF_TWO_ARTICLES = """
id                         https://e.example/a?id=1                   https://e.example/a?id=2
id and none                https://e.example/a?id=1                   https://e.example/a
p of wordpress             https://e.example/?p=11                    https://e.example/?p=12
page id of wordpress       https://e.example/?page_id=1               https://e.example/?p=1
month of wordpress         https://e.example/?m=202611                https://e.example/?m=202610
m above one                https://e.example/a?m=2                    https://e.example/a?m=3
numbered paths             https://e.example/a/12345                  https://e.example/a/12346
extension                  https://e.example/a/12345.html             https://e.example/a/12345.pdf
with and without a date    https://e.example/2026/11/23/ferry         https://e.example/ferry
two days                   https://e.example/2026/11/23/ferry         https://e.example/2026/11/24/ferry
case of the path           https://e.example/a/OklJOk                 https://e.example/a/OKLJOK
case of one letter         https://e.example/news/Ferry               https://e.example/news/ferry
case of an id              https://e.example/?id=aB                   https://e.example/?id=ab
utm inside of the path     https://e.example/utm_source=a/ferry       https://e.example/ferry
utm as a word              https://e.example/utm-zone-33              https://e.example/zone-33
utmost is no campaign      https://e.example/a?utmost=1               https://e.example/a?utmost=2
hashbang routes            https://e.example/#!/story/1               https://e.example/#!/story/2
hashbang and none          https://e.example/#!/story/1               https://e.example/
slash routes               https://e.example/#/story/1                https://e.example/#/story/2
slash route and none       https://e.example/#/story/1                https://e.example/
locale prefix              https://e.example/en/news/12345            https://e.example/fr/news/12345
locale prefix and none     https://e.example/en/news/12345            https://e.example/news/12345
locale parameter           https://e.example/a?lang=en                https://e.example/a?lang=fr
locale host                https://en.e.example/a                     https://fr.e.example/a
edition host               https://edition.e.example/a                https://e.example/a
news host                  https://news.e.example/a                   https://e.example/a
mobile of an edition       https://en.m.e.example/a                   https://en.e.example/a
m is the site              https://m.co.uk/a                          https://www.co.uk/a
amp is the site            https://amp.dev/a                          https://www.dev/a
other port                 https://e.example:8443/a                   https://e.example/a
other suffix               https://e.co.uk/a                          https://e.com/a
authors of a platform      https://ann.substack.com/p/a               https://bob.substack.com/p/a
platform itself            https://ann.substack.com/p/a               https://substack.com/p/a
blogs                      https://ann.wordpress.com/a                https://bob.wordpress.com/a
pages of an article        https://e.example/ferry?page=2             https://e.example/ferry?page=3
page and none              https://e.example/ferry?page=2             https://e.example/ferry
pages by path              https://e.example/ferry/2                  https://e.example/ferry/3
numbers of an issue        https://e.example/issue/7/a                https://e.example/issue/8/a
amplifiers                 https://e.example/guitar/amp               https://e.example/guitar
amp as a section           https://e.example/amp/news                 https://e.example/news
amps                       https://e.example/story-1.amps             https://e.example/story-1
output is no amp           https://e.example/a?output=json            https://e.example/a
view is no amp             https://e.example/a?view=full              https://e.example/a?view=brief
mode is no amp             https://e.example/a?mode=print             https://e.example/a
ref that is a number       https://e.example/a?ref=17                 https://e.example/a?ref=18
source that is an agency   https://e.example/a?source=reuters         https://e.example/a?source=afp
from that is a place       https://e.example/a?from=basra             https://e.example/a?from=mosul
cid                        https://e.example/a?cid=17                 https://e.example/a?cid=18
sid                        https://e.example/a?sid=17                 https://e.example/a?sid=18
aid                        https://e.example/article/?aid=436052      https://e.example/article/?aid=436053
three ids                  https://e.example/a.asp?catid=1&subid=2&pubid=3   https://e.example/a.asp?catid=1&subid=2&pubid=4
ids swapped                https://e.example/a?a=1&b=2                https://e.example/a?a=2&b=1
repeated parameter         https://e.example/a?id=1&id=2              https://e.example/a?id=2&id=1
story                      https://e.example/a?story=1                https://e.example/a?story=2
title                      https://e.example/a?title=ferry            https://e.example/a?title=bridge
date                       https://e.example/a?date=20261123          https://e.example/a?date=20261124
document                   https://e.example/doc?n=12                 https://e.example/doc?n=13
slash that is data         https://e.example/a%2Fb                    https://e.example/a/b
question mark that is data https://e.example/a%3Fid=1                 https://e.example/a?id=1
hash that is data          https://e.example/a%23b                    https://e.example/a#b
ampersand that is data     https://e.example/a?q=x%26y=1              https://e.example/a?q=x&y=1
equals that is data        https://e.example/a?q%3D1                  https://e.example/a?q=1
plus that is data          https://e.example/a?q=x%2By                https://e.example/a?q=x+y
percent that is data       https://e.example/100%2525                 https://e.example/100%25
sharp s                    https://faß.example/a                      https://fass.example/a
accents                    https://bücher.example/a                   https://bucher.example/a
greek final sigma          https://βόλος.example/a                    https://βόλοσ.example/a
accents in the path        https://e.example/café                     https://e.example/cafe
underscore and hyphen      https://e.example/ferry_back               https://e.example/ferry-back
index in the middle        https://e.example/index.html/a             https://e.example/a
index of another sort      https://e.example/ferry/index.pdf          https://e.example/ferry
index with a number        https://e.example/ferry/index2.html        https://e.example/ferry
semicolon that is data     https://e.example/a;1;b,2.html             https://e.example/a;2;b,2.html
matrix parameter           https://e.example/a;id=1                   https://e.example/a;id=2
googles own news           https://www.google.com/amp/                https://www.google.com/
another viewer             https://e.example/amp/s/f.example/a-b-c    https://f.example/a-b-c
live ticker of a post      https://e.example/live/1?post=asset:1      https://e.example/live/1?post=asset:2
video of an article        https://e.example/video/12345              https://e.example/news/12345
"""


def pairs(table: str) -> list[tuple[str, str, str]]:
    """The lines of a table; two or more spaces part what a line says."""
    found = []
    for line in table.strip().splitlines():
        *name, one, other = line.split()
        found.append((" ".join(name), one, other))
    return found


@pytest.mark.parametrize(
    ("one", "other"), [pytest.param(a, b, id=name) for name, a, b in pairs(PAIRS_OF_ONE_ARTICLE)]
)
def test_one_article(one, other):
    assert normalise(one) == normalise(other)
    assert normalise(normalise(one)) == normalise(one)


@pytest.mark.parametrize(
    ("one", "other"), [pytest.param(a, b, id=name) for name, a, b in pairs(PAIRS_OF_TWO_ARTICLES)]
)
def test_two_articles(one, other):
    assert normalise(one) != normalise(other)


def test_there_are_enough_pairs():
    one, two = pairs(PAIRS_OF_ONE_ARTICLE), pairs(PAIRS_OF_TWO_ARTICLES)
    assert len({(a, b) for _, a, b in one + two}) >= 180
    assert len({name for name, _, _ in one + two}) == len(one + two)


@pytest.mark.parametrize(
    ("link", "base", "resolved"),
    [
        ("//e.example/a", "https://f.example/b", "https://e.example/a"),
        ("//e.example/a", "http://f.example/b", "http://e.example/a"),
        ("https:/a", "https://f.example/b/c", "https://f.example/a"),
        ("https:a", "https://f.example/b/c", "https://f.example/b/a"),
        ("https:/e.example/a", "http://f.example/b", "https://e.example/a"),
        ("http:e.example/a", "https://f.example/b", "http://e.example/a"),
        ("https://e.example/a/./b/../c", "https://f.example/", "https://e.example/a/c"),
        ("https://e.example/a/b/..", "https://f.example/", "https://e.example/a/"),
        ("https://e.example/a/%2e%2E/c", "https://f.example/", "https://e.example/c"),
        ("https://e.example//a/../b", "https://f.example/", "https://e.example//b"),
        ("/a/../../b", "https://f.example/c", "https://f.example/b"),
        ("#/story/1", "https://f.example/c", "https://f.example/c#/story/1"),
        ("#comments", "https://f.example/c", "https://f.example/c"),
        ("https://e.example:00080/a", "https://f.example/c", "https://e.example:80/a"),
        ("/a\tb\nc", "https://f.example/", "https://f.example/abc"),
        ("https://�.example/", "https://f.example/", None),
    ],
)
def test_links_in_pages_are_read_as_browsers_read_them(link, base, resolved):
    assert resolve(link, base) == resolved
