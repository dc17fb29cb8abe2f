"""Every page of the demo through the real stages: found, extracted, matched, recognised as a copy.

The truth is the article that a page was printed from.
"""

from datetime import UTC, datetime, timedelta

import pytest

from scraper.dedupe import relate, sign
from scraper.demo import news, story
from scraper.demo.content import GAZETTE, LANTERN, NORTHQUAY, OUTLETS, DemoArticle, Outlet
from scraper.demo.pages import Sheet, article_sheets, list_sheets
from scraper.demo.programme import EXPECTED_ALERTS, PROGRAMME, WATCHES
from scraper.discover import Discovery, discover
from scraper.extract import Extraction, extract
from scraper.watch import MatchText, WatchSet
from storage.records import Article, ArticleKind, Page, SignedArticle, SourceKind, Watch

BASE = "http://127.0.0.1:8001"
NOW = datetime(2020, 6, 9, 12, tzinfo=UTC)
ARTICLES = [moment.article for moment in PROGRAMME]
BY_KEY = {outlet.key: outlet for outlet in OUTLETS}
# What stands on the pages around the text, in one outlet or another.
FURNITURE = (
    "Follow us",
    "Share on Facebook",
    "WhatsApp",
    "newsletter",
    "Related",
    "READ MORE",
    "Advertisement",
    "Rocket science",
    "Rocket salad",
    "Most read",
    "More from",
    "cookies",
    "All rights reserved",
    "[Getty]",
)


def page_of(article: DemoArticle) -> Sheet:
    outlet = BY_KEY[article.outlet]
    # Links to other news stand around the text, some with the very words that the watches look for.
    recent = [each for each in (story.STRIKE, story.LAUNCH, news.FROST) if each.key != article.key]
    return next(article_sheets(outlet, BASE, article, recent))


def extracted(article: DemoArticle) -> Extraction:
    sheet = page_of(article)
    headers = {"content-type": sheet.content_type}
    return extract(sheet.body, BASE + article.path, headers, now=NOW)


@pytest.fixture(params=ARTICLES, ids=lambda article: f"{article.key}-{article.changed_at:%H%M}")
def truth(request: pytest.FixtureRequest) -> DemoArticle:
    article: DemoArticle = request.param
    return article


@pytest.fixture
def article(truth: DemoArticle) -> Article:
    return extracted(truth).article


def has_metadata(truth: DemoArticle) -> bool:
    return BY_KEY[truth.outlet] is not GAZETTE


class TestExtraction:
    def test_headline(self, truth: DemoArticle, article: Article):
        assert article.title == truth.headline

    def test_standfirst(self, truth: DemoArticle, article: Article):
        assert article.standfirst == truth.standfirst

    def test_body_holds_every_paragraph_in_order(self, truth: DemoArticle, article: Article):
        pieces = article.body.split("\n\n")
        assert [piece for piece in pieces if piece in truth.paragraphs] == list(truth.paragraphs)

    def test_body_holds_none_of_what_stands_around_it(self, article: Article):
        assert [piece for piece in FURNITURE if piece in article.body] == []

    def test_body_is_the_paragraphs_and_nothing_else(self, truth: DemoArticle, article: Article):
        assert article.body.split("\n\n") == list(truth.paragraphs)
        assert article.word_count == len(truth.body.split())

    def test_times(self, truth: DemoArticle, article: Article):
        assert article.published_at is not None
        if has_metadata(truth):
            assert article.published_at == truth.published_at
        else:  # a day, in words, on the page
            assert article.published_at.date() == truth.published_at.date()
        if truth.modified_at is not None:
            assert article.modified_at == truth.modified_at
        else:
            assert article.modified_at in {None, article.published_at}

    def test_authors_section_and_tags(self, truth: DemoArticle, article: Article):
        assert article.authors == ()  # desks sign here, and a desk is nobody
        if has_metadata(truth):
            assert article.section == truth.section
            assert article.tags == truth.tags

    def test_picture_and_caption(self, truth: DemoArticle, article: Article):
        if truth.picture is None:
            assert article.image_caption is None
            return
        assert article.image_url == f"{BASE}/images/{truth.picture.file}"
        assert article.image_caption is not None
        assert article.image_caption.startswith(truth.picture.caption)

    def test_language_outlet_and_kind(self, truth: DemoArticle, article: Article):
        assert article.language == truth.language
        assert article.kind is ArticleKind.ARTICLE
        if has_metadata(truth):
            assert article.site_name == BY_KEY[truth.outlet].name
            assert article.canonical_url == BASE + truth.path


class TestWatches:
    @pytest.fixture(scope="class")
    @staticmethod
    def watches() -> WatchSet:
        return WatchSet(
            Watch(id=number, spec=spec, origin="settings", paused=False, created_at=NOW)
            for number, spec in enumerate(WATCHES)
        )

    def test_a_page_rings_for_what_is_expected_of_it(
        self, watches: WatchSet, truth: DemoArticle, article: Article
    ):
        text = MatchText(
            title=article.title,
            standfirst=article.standfirst,
            body=article.body,
            caption=article.image_caption,
            language=article.language,
            source=BY_KEY[truth.outlet].name,
            url=article.url,
        )
        rang = {WATCHES[match.watch_id].name for match in watches.match(text)}
        if truth is news.EARLY_EDITION:  # it would, if it were read
            assert rang == {"Baghdad", "rocket"}
            return
        assert rang == {
            expected.watch
            for expected in EXPECTED_ALERTS
            if truth.key in {each.key for each in expected.story}
        }


class TestStories:
    def signed(self, *articles: DemoArticle) -> list[SignedArticle]:
        return [
            SignedArticle(
                article_id=number,
                story_id=number,
                copy_of=None,
                signature=self.sign(article),
                first_seen_at=NOW - timedelta(minutes=1),
            )
            for number, article in enumerate(articles)
        ]

    def sign(self, truth: DemoArticle):
        article = extracted(truth).article
        return sign(article.title, article.body, article.language)

    @pytest.mark.parametrize("copy", [story.STRIKE_WIRE, story.STRIKE_EDITED])
    def test_the_copy_and_the_edit_are_of_the_same_story(self, copy: DemoArticle):
        known = self.signed(news.FOOTBALL, story.STRIKE, story.LAUNCH)
        relation = relate(self.sign(copy), known)
        assert relation is not None
        assert (relation.kind, relation.article_id) == ("copy", 1)

    def test_all_others_are_stories_of_their_own(self, truth: DemoArticle):
        story_keys = {story.STRIKE.key, story.STRIKE_WIRE.key}
        others = [
            each
            for each in ARTICLES
            if each.key != truth.key and not {each.key, truth.key} <= story_keys
        ]
        assert relate(self.sign(truth), self.signed(*others)) is None


class TestDiscovery:
    def found(self, outlet: Outlet) -> tuple[Discovery, list[DemoArticle]]:
        articles = [article for article in ARTICLES if article.outlet == outlet.key]
        published = list({article.path: article for article in articles}.values())
        sheets = {sheet.path: sheet for sheet in list_sheets(outlet, BASE, published)}
        sheet = sheets[outlet.source_path]
        page = Page(
            url=BASE + outlet.source_path,
            requested_url=BASE + outlet.source_path,
            status=200,
            headers={"content-type": sheet.content_type},
            body=sheet.body,
            fetched_at=NOW,
        )
        return discover(page), published

    @pytest.mark.parametrize(
        ("outlet", "kind"),
        [
            (LANTERN, SourceKind.RSS),
            (NORTHQUAY, SourceKind.SITEMAP),
            (GAZETTE, SourceKind.INDEX_PAGE),
        ],
        ids=lambda value: getattr(value, "key", value),
    )
    def test_a_source_yields_its_articles_and_nothing_else(self, outlet: Outlet, kind: SourceKind):
        discovery, published = self.found(outlet)
        assert discovery.kind is kind
        entries = {entry.url.partition("?utm")[0]: entry for entry in discovery.entries}
        assert set(entries) == {BASE + article.path for article in published}
        for article in published:
            entry = entries[BASE + article.path]
            assert entry.title == article.headline
            if outlet is not GAZETTE:
                assert entry.published_at == article.published_at
                assert entry.modified_at == article.changed_at
