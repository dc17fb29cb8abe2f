"""Sources that are written are read back as they were, in every notation."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scraper.settings.model import Source as SourceSettings
from scraper.settings.source_reading import read_sources
from scraper.settings.source_writing import WRITERS
from storage.records import Source, SourceKind

# XML has no way to say what Unicode calls no characters; no keyboard has one to type them.
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40
)
WHEN = datetime(2026, 3, 1, tzinfo=UTC)


def fits(values):
    try:
        return SourceSettings.model_validate(values)
    except ValidationError:
        return None


SPECS = (
    st.fixed_dictionaries(
        {
            "name": TEXT,
            "url": st.builds("https://a.example/{}".format, TEXT),
            "tags": st.lists(TEXT, max_size=3, unique=True),
        },
        optional={"every": st.sampled_from(["1s", "90s", "10m", "1h30m", "2d"])},
    )
    .map(fits)
    .filter(bool)
)


def stored(settings, *, paused=False, kind=None):
    spec = settings.spec()
    return Source(
        id=1,
        name=spec.name,
        url=spec.url,
        every=spec.every,
        tags=tuple(dict.fromkeys(spec.tags)),
        origin="command",
        paused=paused,
        kind=kind,
        etag=None,
        last_modified=None,
        interval=timedelta(minutes=15),
        next_visit_at=WHEN,
        last_visit_at=None,
        last_success_at=None,
        last_new_at=None,
        failures=0,
        last_error=None,
    )


def told(source):
    return source.name, source.url, source.every, tuple(source.tags)


@pytest.mark.parametrize("notation", [*WRITERS])
@given(st.lists(st.tuples(SPECS, st.booleans(), st.sampled_from([None, *SourceKind])), max_size=4))
def test_what_is_written_is_read_back(notation, drawn):
    sources = [
        stored(spec, paused=paused and notation != "toml", kind=kind)
        for spec, paused, kind in drawn
    ]
    reading = read_sources(WRITERS[notation](sources).encode(), name="list")
    assert reading.problems == []
    found = [(told(entry.source), entry.paused) for entry in reading.entries]
    assert sorted(found, key=repr) == sorted(
        ((told(source), source.paused) for source in sources), key=repr
    )


@given(st.binary(max_size=200))
def test_no_bytes_are_an_error(body):
    reading = read_sources(body, name="list")
    assert all(entry.source.url for entry in reading.entries)


@pytest.mark.parametrize(
    "key", ["headers_file", "cookies_file", "password_file", "proxy", "proxy_file", "ca_file"]
)
@pytest.mark.parametrize(
    "written",
    [
        '{{"url": "https://a.example", "username": "u", "{key}": "/etc/hosts"}}',
        '[[source]]\nname = "a"\nurl = "https://a.example"\nusername = "u"\n{key} = "/etc/hosts"\n',
    ],
)
def test_a_list_names_no_files_and_no_proxies_of_ours(key, written):
    reading = read_sources(written.format(key=key).encode(), name="list")
    assert reading.entries == []
    ((_, problem),) = reading.problems
    assert problem.startswith(f"{key}: a list may name no files and no proxies of this machine")


def test_what_a_list_says_of_its_own_sites_is_taken():
    written = b'{"url": "https://a.example", "headers": {"X-Key": "1"}, "render": "browser"}'
    (entry,) = read_sources(written, name="list").entries
    assert entry.source.spec().options == {"headers": {"X-Key": "1"}, "render": "browser"}
