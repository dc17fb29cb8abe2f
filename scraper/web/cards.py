"""What rang, a card for each story: the headline, why it rang, who has it, where it was sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.database import UnitOfWork
from storage.pulse import Way
from storage.records import Alert, Article, Passage, StoredArticle, Story, Watch

_PASSAGES: Final = 3  # shown on a card
_ALERTS: Final = 8  # of one story that make its card


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A story for which watches rang; the first of `alerts` is the last that did."""

    story: Story
    alerts: Sequence[Alert]
    headline: Passage  # with what matched in it
    passages: Sequence[Passage]
    watches: Sequence[Watch]
    ways: Sequence[Way]

    @property
    def stored(self) -> StoredArticle:
        """The article that rang last."""
        return self.alerts[0].article

    @property
    def at(self) -> datetime:
        """When it rang last."""
        return self.alerts[0].created_at

    @property
    def acknowledged_by(self) -> str | None:
        """Who took care of it; None while an alert waits for somebody."""
        names = {alert.acknowledged_by for alert in self.alerts if alert.acknowledged_at}
        if len(names) == 0 or any(alert.acknowledged_at is None for alert in self.alerts):
            return None
        return ", ".join(sorted(name or "somebody" for name in names))

    @property
    def said(self) -> str:
        """The card in a sentence, for who hears it."""
        watches = ", ".join(watch.name for watch in self.watches)
        return f"{watches}: {self.headline.text}"


def latest_cards(unit: UnitOfWork, limit: int) -> list[Card]:
    """Cards of the last alerts, of which there are at most `limit`; the last to ring first."""
    return _cards(unit, unit.outbox.alerts(limit))


def cards_of(unit: UnitOfWork, alert_ids: Sequence[str]) -> list[Card]:
    """The cards of the stories for which these alerts rang, the last to ring first."""
    stories = dict.fromkeys(alert.story.id for alert in unit.outbox.alerts_of(alert_ids))
    alerts = [each for story in stories for each in unit.outbox.alerts(_ALERTS, story_id=story)]
    return _cards(unit, sorted(alerts, key=lambda alert: alert.id, reverse=True))


def _cards(unit: UnitOfWork, alerts: Sequence[Alert]) -> list[Card]:
    ways = unit.pulse.ways([alert.id for alert in alerts])
    by_story: dict[int, list[Alert]] = {}
    for alert in alerts:
        by_story.setdefault(alert.story.id, []).append(alert)
    return [_card(some[:_ALERTS], ways) for some in by_story.values()]


def _card(alerts: Sequence[Alert], ways: Mapping[str, Sequence[Way]]) -> Card:
    title = title_of(alerts[0].article.article)
    passages = joined(passage for alert in alerts for passage in alert.passages)
    in_title = [passage for passage in passages if passage.text == title]
    sent = {(way.channel, way.state): way for alert in alerts for way in ways.get(alert.id, ())}
    return Card(
        story=alerts[0].story,
        alerts=alerts,
        headline=in_title[0] if in_title else Passage(field="title", text=title, highlights=()),
        passages=[each for each in passages if each.text != title][:_PASSAGES],
        watches=list({alert.watch.id: alert.watch for alert in alerts}.values()),
        ways=[sent[key] for key in sorted(sent)],
    )


def title_of(article: Article) -> str:
    """Its headline; of one without, its address."""
    return article.title or article.url


def joined(passages: Iterable[Passage]) -> list[Passage]:
    """Each passage once, with all that is to be highlighted in it."""
    spans: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for passage in passages:
        spans.setdefault((passage.field, passage.text), set()).update(passage.highlights)
    return [
        Passage(field=field, text=text, highlights=apart(found))
        for (field, text), found in spans.items()
    ]


def apart(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same stretches of text, none within or touching another, in their order."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)
