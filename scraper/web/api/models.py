"""What the API gives, as JSON has it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from scraper.alerts.masking import masked as shown_options
from scraper.masking import masked
from scraper.settings.units import format_duration
from scraper.settings.watch_writing import plan_texts
from storage.records import Alert, Channel, Delivery, Passage, Source, StoredArticle, Story, Watch

T = TypeVar("T")

Duration = Annotated[
    timedelta,
    PlainSerializer(format_duration, return_type=str),
    Field(examples=["10m"], description="Such as 90s, 10m, 6h, 3d."),
]


class Out(BaseModel):
    """What is given."""

    model_config = ConfigDict(from_attributes=True)


class Page(Out, Generic[T]):
    """A page of a list. `next` is the cursor of the one after it; null: there is none."""

    items: list[T]
    next: str | None = None


class OutletOut(Out):
    """Who published an article of a story."""

    domain: str
    name: str | None
    url: str


class ArticleOut(Out):
    """An article, as it is now."""

    id: int
    story_id: int
    copy_of: int | None
    source: str | None
    first_seen_at: AwareDatetime
    revised_at: AwareDatetime | None
    revisions: int
    url: str
    canonical_url: str | None
    title: str | None
    standfirst: str | None
    authors: list[str]
    published_at: AwareDatetime | None
    modified_at: AwareDatetime | None
    body: str
    language: str | None
    section: str | None
    tags: list[str]
    image_url: str | None
    image_caption: str | None
    site_name: str | None
    publisher: str | None
    paywalled: bool | None
    word_count: int
    kind: str

    @classmethod
    def of(cls, stored: StoredArticle, sources: Mapping[int, str]) -> "ArticleOut":
        """The article; `sources` are names by id."""
        article = stored.article
        fields = {name: getattr(article, name) for name in article.__dataclass_fields__}
        return cls(
            id=stored.id,
            story_id=stored.story_id,
            copy_of=stored.copy_of,
            source=sources.get(stored.source_id or 0),
            first_seen_at=stored.first_seen_at,
            revised_at=stored.revised_at,
            revisions=stored.revisions,
            **fields,
        )


class RevisionOut(Out):
    """An earlier text of an article."""

    id: int
    title: str | None
    standfirst: str | None
    body: str
    seen_at: AwareDatetime


class StoryOut(Out):
    """Articles on one event. `outlets` are the first twenty that had it."""

    id: int
    leader_id: int
    title: str | None
    article_count: int
    outlet_count: int
    outlets: list[OutletOut]
    created_at: AwareDatetime
    updated_at: AwareDatetime
    pinned: bool
    merged_into: int | None

    @classmethod
    def of(cls, story: Story) -> "StoryOut":
        """The story."""
        return cls.model_validate(story)


class WatchOut(Out):
    """A watch. `problem` says why it cannot ring, if so."""

    name: str
    query: str
    channels: list[str]
    languages: list[str]
    sources: list[str]
    tags: list[str]
    policy: str
    outlets: int
    max_age: Duration | None
    priority: str
    on: dict[str, dict[str, Any]]
    origin: str
    paused: bool
    snoozed_until: AwareDatetime | None
    created_at: AwareDatetime
    problem: str | None = None

    @classmethod
    def of(cls, watch: Watch, problem: str | None = None) -> "WatchOut":
        """The watch."""
        spec = watch.spec
        return cls(
            name=spec.name,
            query=spec.query,
            channels=list(spec.channels),
            languages=list(spec.languages),
            sources=list(spec.sources),
            tags=list(spec.tags),
            policy=spec.policy,
            outlets=spec.outlets,
            max_age=spec.max_age,
            priority=spec.priority,
            on={name: plan_texts(keys) for name, keys in spec.plans.items()},
            origin=watch.origin,
            paused=watch.paused,
            snoozed_until=watch.snoozed_until,
            created_at=watch.created_at,
            problem=problem,
        )


class SourceOut(Out):
    """A source. Of how it is asked, `options` shows everything but secrets."""

    name: str
    url: str
    every: Duration | None
    tags: list[str]
    options: dict[str, Any]
    origin: str
    paused: bool
    kind: str | None
    interval: Duration
    next_visit_at: AwareDatetime
    last_visit_at: AwareDatetime | None
    last_success_at: AwareDatetime | None
    last_new_at: AwareDatetime | None
    failures: int
    last_error: str | None
    health: str
    health_reason: str | None

    @classmethod
    def of(cls, source: Source) -> "SourceOut":
        """The source."""
        return cls(
            name=source.name,
            url=source.url,
            every=source.every,
            tags=list(source.tags),
            options=masked(source.options),
            origin=source.origin,
            paused=source.paused,
            kind=source.kind,
            interval=source.interval,
            next_visit_at=source.next_visit_at,
            last_visit_at=source.last_visit_at,
            last_success_at=source.last_success_at,
            last_new_at=source.last_new_at,
            failures=source.failures,
            last_error=source.last_error,
            health=source.state.health,
            health_reason=source.state.reason,
        )


class ChannelOut(Out):
    """A channel, without its secrets; of an address only the host."""

    name: str
    type: str
    options: dict[str, Any]
    plan: dict[str, Any]
    origin: str
    paused: bool
    paused_because: str | None
    failing_since: AwareDatetime | None

    @classmethod
    def of(cls, channel: Channel) -> "ChannelOut":
        """The channel."""
        return cls(
            name=channel.name,
            type=channel.spec.type,
            options=shown_options(channel.spec),
            plan=plan_texts(channel.spec.plan),
            origin=channel.origin,
            paused=channel.paused,
            paused_because=channel.paused_because,
            failing_since=channel.failing_since,
        )


class PassageOut(Out):
    """A passage that satisfied a query; `highlights` are ranges of characters in `text`."""

    field: str
    text: str
    highlights: list[tuple[int, int]]

    @classmethod
    def of(cls, passage: Passage) -> "PassageOut":
        """The passage."""
        return cls.model_validate(passage)


class DeliveryOut(Out):
    """One message on its way to one channel."""

    id: str
    channel: str
    kind: str
    state: str
    attempts: int
    next_attempt_at: AwareDatetime | None
    created_at: AwareDatetime
    delivered_at: AwareDatetime | None
    last_error: str | None
    reason: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryOut":
        """The delivery."""
        return cls.model_validate(delivery)


class AlertOut(Out):
    """An alert: what rang, for which article, and how it is on its way."""

    id: str
    created_at: AwareDatetime
    watch: str
    query: str
    revised: bool
    acknowledged_at: AwareDatetime | None
    acknowledged_by: str | None
    passages: list[PassageOut]
    article: ArticleOut
    story: StoryOut
    deliveries: list[DeliveryOut]

    @classmethod
    def of(cls, alert: Alert, deliveries: list[Delivery]) -> "AlertOut":
        """The alert."""
        names = {alert.article.source_id or 0: alert.source_name or ""}
        return cls(
            id=alert.id,
            created_at=alert.created_at,
            watch=alert.watch.name,
            query=alert.watch.spec.query,
            revised=alert.revised,
            acknowledged_at=alert.acknowledged_at,
            acknowledged_by=alert.acknowledged_by,
            passages=[PassageOut.of(passage) for passage in alert.passages],
            article=ArticleOut.of(alert.article, names),
            story=StoryOut.of(alert.story),
            deliveries=[DeliveryOut.of(delivery) for delivery in deliveries],
        )


class NoticeOut(Out):
    """What the operator is told; open until it is resolved."""

    id: int
    kind: str
    subject: str
    message: str
    created_at: AwareDatetime
    resolved_at: AwareDatetime | None
