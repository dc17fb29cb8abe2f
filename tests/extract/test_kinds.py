"""What sort of page it is, and whether it must be paid for."""

import pytest

from scraper.extract import extract
from storage.records import ArticleKind

LINE = "The minister said that the talks would go on; nobody should expect a deal soon."
HOST = "https://www.gulflantern.example"


def found(
    head: str = "", path: str = "/news/talks", lines: int = 12, end: str = "", title: str = ""
):
    html = (
        f"<html><head>{head}</head><body><article><h1>{title or 'Talks go on for a week'}</h1>"
        f"{f'<p>{LINE}</p>' * lines}</article>{end}</body></html>"
    )
    return extract(html.encode(), HOST + path)


def linked(**fields: str) -> str:
    inner = ", ".join(f'"{key}": {value}' for key, value in fields.items())
    return f"""<script type="application/ld+json">
        {{"@type": "NewsArticle", "headline": "Talks go on for a week", {inner}}}</script>"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/news/talks", ArticleKind.ARTICLE),
        ("/live/talks", ArticleKind.LIVE_BLOG),
        ("/world/liveblog-talks-9", ArticleKind.LIVE_BLOG),
        ("/homes/live-in-a-castle", ArticleKind.ARTICLE),
        ("/opinion/2024/talks", ArticleKind.OPINION),
        ("/partner-content/talks", ArticleKind.PAID),
        ("/fotogalerie/talks", ArticleKind.GALLERY),
        ("/", ArticleKind.INDEX),
        ("/?p=2895", ArticleKind.ARTICLE),
    ],
)
def test_the_address_tells_the_kind(path: str, kind: ArticleKind):
    result = found(path=path)
    assert result.article.kind is kind
    told = "nothing says otherwise" if kind is ArticleKind.ARTICLE else "address"
    assert result.evidence["kind"] == told


@pytest.mark.parametrize("path", ["/video/talks", "/tag/talks"])
def test_a_film_or_a_list_has_little_text(path: str):
    assert found(path=path).article.kind is ArticleKind.ARTICLE
    assert found(path=path, lines=2).article.kind in {ArticleKind.VIDEO, ArticleKind.INDEX}


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("Opinion", ArticleKind.OPINION),
        ("Meinung", ArticleKind.OPINION),
        ("社説", ArticleKind.OPINION),
        ("Advertorial", ArticleKind.PAID),
        ("Opinion polls", ArticleKind.ARTICLE),
        ("World", ArticleKind.ARTICLE),
    ],
)
def test_the_section_tells_the_kind(section: str, kind: ArticleKind):
    result = found(linked(articleSection=f'"{section}"'))
    assert (result.article.kind, result.article.section) == (kind, section)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Live: Talks go on for a week", ArticleKind.LIVE_BLOG),
        ("Talks go on for a week – live updates", ArticleKind.LIVE_BLOG),
        ("Liveticker zu den Gesprächen in der Stadt", ArticleKind.LIVE_BLOG),
        ("En direct : les négociations continuent", ArticleKind.LIVE_BLOG),
        ("Live in a castle for the price of a flat", ArticleKind.ARTICLE),
        ("How people live", ArticleKind.ARTICLE),
    ],
)
def test_the_headline_tells_of_a_live_blog(title: str, kind: ArticleKind):
    assert found(title=title).article.kind is kind


@pytest.mark.parametrize(
    ("fields", "paid"),
    [
        ({"isAccessibleForFree": "false"}, True),
        ({"hasPart": '{"@type": "WebPageElement", "isAccessibleForFree": "False"}'}, True),
        ({"hasPart": '[{"@type": "WebPageElement", "isAccessibleForFree": false}]'}, True),
        ({"hasPart": '{"@type": "WebPageElement", "isAccessibleForFree": true}'}, None),
        ({"hasPart": "[]"}, None),
    ],
)
def test_a_paywall_is_declared_of_the_whole_or_of_a_part(
    fields: dict[str, str], *, paid: bool | None
):
    assert found(linked(**fields)).article.paywalled is paid


@pytest.mark.parametrize(
    ("name", "value", "paid"),
    [
        ("article:content_tier", "metered", True),
        ("article:content_tier", "free", False),
        ("article:content_tier", "article", None),
        ("cXenseParse:isPremium", "true", True),
        ("isAccessibleForFree", "true", False),
        ("subscriber_only", "1", True),
        ("userispremium", "true", None),
        ("lp:paywall_user", "1", None),
    ],
)
def test_meta_elements_declare_a_paywall(name: str, value: str, *, paid: bool | None):
    assert found(f'<meta name="{name}" content="{value}">').article.paywalled is paid


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe now to continue reading this story",
        "To continue reading, please log in or create an account",
        "This story is available exclusively to Lantern subscribers.",
        "Kostenlos registrieren und weiterlesen",
        "Weiterlesen mit Lantern Plus",
        "Cet article est réservé à nos abonnés",
        "Suscríbete para seguir leyendo",
        "Abbonati ora per continuare a leggere",
        "この記事は会員限定です。",
        "登录后继续阅读",
    ],
)
def test_a_teaser_says_so_where_it_ends(line: str):
    result = found(lines=4, end=f"<div>{line}</div>")
    assert result.article.paywalled is True
    assert result.evidence["paywalled"] == f'end of the text: "{line}"'


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to our newsletter for more stories",
        "Sign in to leave a comment on this story",
        "Esta funcionalidad es sólo para suscriptores",
        "Zum Kommentieren bitte anmelden",
    ],
)
def test_what_asks_for_something_else_is_no_paywall(line: str):
    assert found(lines=4, end=f"<div>{line}</div>").article.paywalled is None


def test_a_whole_article_is_no_teaser():
    line = "<div>Subscribe now to continue reading this story</div>"
    assert found(lines=60, end=line).article.paywalled is None
