"""Keeps the books of the demo: which alerts were expected, which rang, and which arrived."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scraper.demo.content import DemoArticle
from scraper.demo.programme import EXPECTED_ALERTS, ExpectedAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """An alert that rang. `article` is None when the demo published nothing at `url`."""

    alert_id: str
    watch: str
    url: str
    article: DemoArticle | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one expected alert: how often it rang, and how many of these arrived."""

    expected: ExpectedAlert
    rang: int
    mailed: int
    hooked: int

    @property
    def is_right(self) -> bool:
        """It rang once and arrived at both channels."""
        return (self.rang, self.mailed, self.hooked) == (1, 1, 1)


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What was expected and what came.

    `article_at` tells which article of the demo is at an address. A repeated delivery of the same
    alert counts once: delivery is at least once, and the alert's id is there to see it by.
    """

    article_at: Callable[[str], DemoArticle | None]
    expected: Sequence[ExpectedAlert] = EXPECTED_ALERTS
    rung: list[Rung] = field(default_factory=list)
    mailed: set[str] = field(default_factory=set)
    hooked: set[str] = field(default_factory=set)

    def ring(self, *, alert_id: str, watch: str, url: str) -> None:
        """An alert rang for the article at `url`."""
        rung = Rung(alert_id=alert_id, watch=watch, url=url, article=self.article_at(url))
        self.rung.append(rung)

    def lines(self) -> list[Line]:
        """Every expected alert with what became of it."""
        return [self._line(expected) for expected in self.expected]

    def surprises(self) -> list[Rung]:
        """The alerts that nobody expected: a false friend rang, or a page nobody was to read."""
        return [
            rung
            for rung in self.rung
            if not any(_answers(rung, expected) for expected in self.expected)
        ]

    @property
    def is_right(self) -> bool:
        """Everything expected came once, by mail and by webhook, and nothing else rang."""
        return all(line.is_right for line in self.lines()) and not self.surprises()

    def _line(self, expected: ExpectedAlert) -> Line:
        alerts = [rung.alert_id for rung in self.rung if _answers(rung, expected)]
        return Line(
            expected=expected,
            rang=len(alerts),
            mailed=len(self.mailed.intersection(alerts)),
            hooked=len(self.hooked.intersection(alerts)),
        )


def _answers(rung: Rung, expected: ExpectedAlert) -> bool:
    """Whether this is the expected alert; an edited article is still the same one."""
    keys = {article.key for article in expected.story}
    return rung.watch == expected.watch and rung.article is not None and rung.article.key in keys
