"""What the demo publishes and when, and which alerts it must and must not cause."""

from dataclasses import dataclass

from scraper.demo import news, story
from scraper.demo.content import DemoArticle
from storage.records import WatchSpec

EMAIL_CHANNEL = "desk"
WEBHOOK_CHANNEL = "soc"
WATCHES = tuple(
    WatchSpec(name=word, query=word, channels=(EMAIL_CHANNEL, WEBHOOK_CHANNEL))
    for word in ("Baghdad", "rocket")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happens `seconds` after the start of the show, and why it is shown."""

    seconds: float
    article: DemoArticle
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAlert:
    """A watch that must ring, once, for a story: for one of its articles and for no other."""

    watch: str
    story: tuple[DemoArticle, ...]

    @property
    def headline(self) -> str:
        """The headline under which the story is published first."""
        return self.story[0].headline


PROGRAMME = (
    Moment(seconds=0, article=news.FOOTBALL),
    Moment(seconds=0, article=news.FROST),
    Moment(seconds=0, article=news.RATES),
    Moment(seconds=0, article=news.FERRY),
    Moment(seconds=0, article=news.BRIDGE),
    Moment(seconds=0, article=news.DATES, remark="in Arabic"),
    Moment(seconds=0, article=news.EARLY_EDITION, remark="closed to robots"),
    Moment(seconds=3, article=news.HERONS),
    Moment(seconds=6, article=story.STRIKE, remark="the story both watches wait for"),
    Moment(seconds=9, article=news.SPROCKETS, remark='"rocket" only inside other words'),
    Moment(seconds=11, article=news.BOOK_FAIR, remark="in Arabic"),
    Moment(seconds=14, article=story.STRIKE_WIRE, remark="wire copy: the same story"),
    Moment(seconds=17, article=news.LIBRARY),
    Moment(seconds=20, article=story.STRIKE_EDITED, remark="edited: a revision"),
    Moment(seconds=23, article=story.LAUNCH, remark="another story with a rocket"),
    Moment(seconds=26, article=news.HOSPITAL),
)

# By then everything published has had time to be visited, and its alerts to arrive.
SHOW_SECONDS = 34.0

_STRIKE = (story.STRIKE, story.STRIKE_WIRE)
EXPECTED_ALERTS = (
    ExpectedAlert(watch="Baghdad", story=_STRIKE),
    ExpectedAlert(watch="rocket", story=_STRIKE),
    ExpectedAlert(watch="rocket", story=(story.LAUNCH,)),
)
