from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database import Database
from storage.errors import StorageError
from storage.types import clean, clean_json, to_utc
from tests.storage.making import NOW, add_article, add_entries, add_source, claim

HARMFUL = "a\x00b\ud800c\udfffd"


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_cleaned_text_can_be_encoded_and_has_no_nul(text: str):
    cleaned = clean(text)
    assert "\x00" not in cleaned.encode().decode()
    assert clean(cleaned) == cleaned
    assert clean(text.replace("\x00", "")) == cleaned


def test_sound_text_is_left_alone():
    assert clean("Ünïcode 💥\r\n\t") == "Ünïcode 💥\r\n\t"
    assert clean(HARMFUL) == "ab\ufffdc\ufffdd"


def test_json_is_cleaned_to_its_depths():
    assert clean_json({HARMFUL: [HARMFUL, (1, None, {"x": HARMFUL})]}) == {
        clean(HARMFUL): [clean(HARMFUL), [1, None, {"x": clean(HARMFUL)}]]
    }


def test_harmful_text_is_stored_harmless_everywhere(database: Database):
    with database.begin() as unit:
        add_source(unit, HARMFUL, url=HARMFUL)
        article = add_article(
            unit, HARMFUL, title=HARMFUL, body=HARMFUL, authors=(HARMFUL,), keys=[HARMFUL]
        )
        assert article.article.title == clean(HARMFUL)
        assert article.article.authors == (clean(HARMFUL),)
        assert unit.articles.find([HARMFUL]) == article
        assert unit.sources.get(HARMFUL) is not None
        add_entries(unit, [HARMFUL], host=HARMFUL, title=HARMFUL, source=unit.sources.list()[0])
        assert [entry.host for entry in claim(unit, exclude=[HARMFUL])] == []
        assert [entry.host for entry in claim(unit)] == [clean(HARMFUL)]
        assert unit.search.index_pending() == 1


FAR = timezone(timedelta(hours=14))


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 1, 12, 0, tzinfo=FAR),
        datetime(1, 1, 1, tzinfo=FAR),
        datetime(9999, 12, 31, tzinfo=timezone(-timedelta(hours=14))),
    ],
)
def test_every_moment_comes_back_in_utc(database: Database, moment: datetime):
    with database.begin() as unit:
        stored = add_article(unit, published_at=moment).article.published_at
    assert stored == to_utc(moment)
    assert stored.tzinfo is UTC
    assert abs(stored.replace(tzinfo=None) - moment.replace(tzinfo=None)) <= timedelta(hours=14)


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_in_utc_stay_as_they_are(moment: datetime):
    assert to_utc(moment) == moment


def test_a_time_without_zone_is_refused(database: Database):
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - that is what is tested
    with pytest.raises(StorageError, match="no time zone"), database.begin() as unit:
        add_article(unit, published_at=naive)
