"""How long an answer is fresh."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.fetch import fresh_for

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": "public, Max-Age = 300, must-revalidate"}, 300),
        ({"cache-control": 'max-age="60"'}, 60),
        ({"cache-control": "s-maxage=900"}, 0),
        ({"cache-control": "max-age=300", "age": "120"}, 180),
        ({"cache-control": "max-age=300", "age": "900"}, 0),
        ({"cache-control": "max-age=300", "age": "soon"}, 300),
        ({"cache-control": "no-cache, max-age=300"}, 0),
        ({"cache-control": "max-age=300,no-store"}, 0),
        ({"cache-control": "max-age=-1"}, 0),
        ({"expires": "Sun, 01 Mar 2026 06:10:00 GMT"}, 600),
        (
            {
                "date": "Sun, 01 Mar 2026 05:00:00 GMT",
                "expires": "Sun, 01 Mar 2026 05:01:00 GMT",
            },
            60,
        ),
        ({"expires": "0"}, 0),
        ({"expires": "Sun, 01 Mar 2026 05:00:00 GMT"}, 0),
        ({"cache-control": "max-age=0", "expires": "Sun, 01 Mar 2026 06:10:00 GMT"}, 0),
    ],
)
def test_what_the_headers_say(headers, seconds):
    assert fresh_for(headers, NOW) == timedelta(seconds=seconds)


@given(
    st.dictionaries(
        st.sampled_from(["cache-control", "expires", "date", "age"]),
        st.text() | st.from_regex(r"max-age=\d{1,30}", fullmatch=True),
    )
)
def test_whatever_they_say_it_is_a_time(headers):
    assert timedelta(0) <= fresh_for(headers, NOW) <= timedelta(seconds=10**11)
