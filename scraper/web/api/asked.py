"""What the API takes, and what it answers to a change, as JSON has it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from scraper.settings.model import PositiveDuration
from scraper.web.api.models import StoryOut


class Problem(BaseModel):
    """What is wrong (RFC 9457); `errors` names each field."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []


class Values(BaseModel):
    """Keys as in the settings: docs/settings.md says which there are."""

    model_config = ConfigDict(extra="allow")


class NewWatch(Values):
    """A watch, as a [[watch]] of the settings has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Baghdad", "query": "Baghdad AND (rocket OR missile)", "channels": ["soc"]}
            ]
        }
    )
    name: str
    query: str


class NewSource(Values):
    """A source, as a [[source]] of the settings has it: the very address, nothing is looked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "The Wire", "url": "https://wire.example/rss", "every": "10m"}]
        }
    )
    name: str
    url: str


class NewChannel(Values):
    """A channel, as a [[channel]] of the settings has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "soc", "type": "webhook", "url": "https://soc.example/hook"}]
        }
    )
    name: str
    type: str


class Changes(Values):
    """The keys that change; null: as if the key had never been said."""


class Query(BaseModel):
    """A query to be checked."""

    query: str = Field(max_length=100_000)


class QueryCheck(BaseModel):
    """Whether a query is right, and how it is read; else where it is wrong and what to do."""

    ok: bool
    normal_form: str | None = None
    warnings: list[str] = []
    error: str | None = None
    position: int | None = None
    remedy: str | None = None


class Length(BaseModel):
    """For how long."""

    duration: PositiveDuration = Field(examples=["2h"])


class MuteLength(BaseModel):
    """For how long; null: for good."""

    duration: PositiveDuration | None = None


class Join(BaseModel):
    """The story whose articles come to this one."""

    other: int = Field(ge=1, le=2**63 - 1)


class Part(BaseModel):
    """The articles that leave their story."""

    articles: list[Annotated[int, Field(ge=1, le=2**63 - 1)]] = Field(min_length=1, max_length=1000)


class Moved(BaseModel):
    """What became of joining or parting: the story, what moved, and which watches rang."""

    story: StoryOut
    articles: list[int]
    rang: list[str]


class Count(BaseModel):
    """How many deliveries it is about."""

    deliveries: int


class To(BaseModel):
    """The channel that it is about; null: all."""

    channel: str | None = None
