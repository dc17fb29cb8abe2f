"""Watches that were written are read back as they were, in every notation."""

import csv
import io
import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.settings import parse
from scraper.settings.model import Watch as WatchSettings
from scraper.settings.watch_reading import READERS, notation_of, read_watches
from scraper.settings.watch_writing import WRITERS
from storage.records import Policy, Watch, WatchSpec

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)

# What settings take in a name and in a query, with much of what notations use for themselves.
SPECIAL = st.sampled_from(
    [*"\"'\\;,=+-@#[]{}:\n\t\r", "'''", '"""', "\r\n", "'=", "ракета", "巴格达"]
)
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"])
QUERIES = st.lists(SPECIAL | CHARACTERS, min_size=0, max_size=12).map("".join)
NAMES = (
    st.lists(SPECIAL.filter(str.isprintable) | CHARACTERS, min_size=1, max_size=8)
    .map("".join)
    .filter(lambda name: is_valid("x", name=name))
    .map(str.strip)
)


def is_valid(query, **values):
    try:
        WatchSettings.model_validate({"name": "x", "query": query, **values})
    except ValueError:
        return False
    return True


def watch(spec, *, paused=False, number=1):
    return Watch(id=number, spec=spec, origin="command", paused=paused, created_at=NOW)


POLICIES = st.one_of(
    st.tuples(st.sampled_from(Policy), st.just(1)),
    st.tuples(st.just(Policy.FIRST), st.integers(1, 100)),
)
PLANS = st.fixed_dictionaries(
    {"send": st.sampled_from(["instant", "hourly", "daily at 07:00 Europe/Berlin"])},
    optional={
        "quiet": st.just(["22:00-07:00 Asia/Baghdad", "Sat, Sun 00:00-24:00"]),
        "throttle": st.just("6/h"),
        "escalate_after": st.sampled_from([600.0, 5400.0]),
    },
)
SPECS = st.builds(
    lambda policy, **fields: WatchSpec(policy=policy[0], outlets=policy[1], **fields),
    policy=POLICIES,
    name=NAMES,
    query=QUERIES.filter(is_valid),
    channels=st.lists(NAMES, max_size=3).map(tuple),
    languages=st.lists(st.sampled_from(["en", "ar", "ckb"]), max_size=2).map(tuple),
    sources=st.lists(NAMES, max_size=3).map(tuple),
    tags=st.lists(NAMES, max_size=3).map(tuple),
    max_age=st.none() | st.integers(1, 10**9).map(lambda ms: timedelta(milliseconds=ms)),
    priority=st.sampled_from(["low", "normal", "urgent"]),
).flatmap(
    lambda spec: (
        st.dictionaries(st.sampled_from(spec.channels), PLANS, max_size=2).map(
            lambda plans: replace(spec, plans=plans)
        )
        if spec.channels
        else st.just(spec)
    )
)
WATCHES = st.lists(
    st.builds(watch, SPECS, paused=st.booleans()), max_size=5, unique_by=lambda w: w.name
)
ODD = WatchSpec(
    name="'=x", query="=\"a\\b\"\r\n'''", channels=("a;b", '"c"', "d,e"), tags=("=1+1", "'@x")
)


@given(WATCHES, st.sampled_from(["json", "csv"]))
@example([watch(ODD, paused=True)], "json")
@example([watch(ODD, paused=True)], "csv")
def test_what_is_written_is_read_back(watches, notation):
    text = WRITERS[notation](watches)
    reading = read_watches(text, name="file", notation=notation)
    assert reading.problems == []
    assert [(e.watch.spec(), e.paused) for e in reading.entries] == [
        (w.spec, w.paused) for w in watches
    ]


@given(WATCHES)
@example([watch(ODD)])
@example([watch(WatchSpec(name="x", query="a OR\nb")), watch(WatchSpec(name="y", query="\n'"))])
def test_toml_is_read_back_but_for_paused_watches(watches):
    text = WRITERS["toml"](watches)
    reading = read_watches(text, name="file", notation="toml")
    assert reading.problems == []
    assert [e.watch.spec() for e in reading.entries] == [w.spec for w in watches if not w.paused]
    assert text.count("# This one is paused.") >= sum(w.paused for w in watches)
    # And a settings file takes it as it is.
    settings = parse(text, file=Path("tocsin.toml"), environ={}).settings
    assert [w.spec() for w in settings.watch] == [w.spec for w in watches if not w.paused]


@given(WATCHES.filter(bool))
def test_a_paused_watch_is_there_when_its_marks_are_taken_away(watches):
    paused = [watch(w.spec, paused=True) for w in watches]
    commented = WRITERS["toml"](paused)
    assert tomllib.loads(commented) == {}
    lines = [line.removeprefix("# ") for line in commented.split("\n")]
    text = "\n".join(line for line in lines if line != "This one is paused.")
    reading = read_watches(text, name="file", notation="toml")
    assert [e.watch.spec() for e in reading.entries] == [w.spec for w in watches]


@given(
    WATCHES.filter(lambda watches: any(not w.paused for w in watches)), st.sampled_from([*WRITERS])
)
def test_the_notation_is_seen_from_the_text(watches, notation):
    assert notation_of(WRITERS[notation](watches)) == notation


@given(st.text(max_size=60), st.sampled_from([*READERS, None]))
@example("[watch]\nname='x'", None)
@example('[[watch]]\nname = "x\nquery=', None)
@example('name,query\n"a', None)
@example("[" * 100_000, "json")
@example("[[watch]]\nname=" + "[" * 10_000, "toml")
def test_whatever_is_read_there_is_no_other_error(text, notation):
    reading = read_watches(text, name="file", notation=notation)
    assert all(place.startswith("file") for place, _ in reading.problems)


def test_toml_is_written_as_a_person_would():
    spec = WatchSpec(
        name="Baghdad attacks",
        query='Baghdad AND (rocket* OR "car bomb")',
        channels=("desk", "soc"),
        tags=("war",),
        policy=Policy.EVERY,
        max_age=timedelta(days=3),
    )
    long = WatchSpec(name="it's", query="\"a b\" OR\n'c' OR\nd")
    assert (
        WRITERS["toml"]([watch(spec), watch(long, paused=True)])
        == """\
[[watch]]
name = "Baghdad attacks"
query = 'Baghdad AND (rocket* OR "car bomb")'
channels = ["desk", "soc"]
tags = ["war"]
policy = "every"
max_age = "3d"

# This one is paused.
# [[watch]]
# name = "it's"
# query = '''
# "a b" OR
# 'c' OR
# d'''
"""
    )


@pytest.mark.parametrize(("former", "policy"), [("story", Policy.FIRST), ("article", Policy.EVERY)])
def test_the_former_name_of_the_policy_is_read(former, policy):
    texts = {
        "toml": f'[[watch]]\nname = "W"\nquery = "x"\nalert_per = "{former}"\n',
        "json": json.dumps({"name": "W", "query": "x", "alert_per": former}),
        "csv": f"name,query,alert_per\nW,x,{former}\n",
    }
    for notation, text in texts.items():
        (entry,) = read_watches(text, name="file", notation=notation).entries
        assert entry.watch.spec() == WatchSpec(name="W", query="x", policy=policy)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"alert_per": "hour"}, "policy: "),
        ({"alert_per": []}, "policy: "),
        ({"alert_per": "story", "policy": "every"}, "alert_per is the former name of policy"),
        ({"outlets": 3, "policy": "every"}, 'outlets = 3 goes with policy = "first"'),
        ({"outlets": 3, "policy": "updates"}, 'outlets = 3 goes with policy = "first"'),
        ({"outlets": 0}, "outlets: "),
        ({"outlets": "many"}, "outlets: "),
    ],
)
def test_a_wrong_policy_is_told(fields, words):
    text = json.dumps({"name": "W", "query": "x"} | fields)
    (problem,) = read_watches(text, name="file", notation="json").problems
    assert words in problem[1]


def test_json_has_every_key():
    (line,) = WRITERS["json"]([watch(WatchSpec(name="ü", query="a\u202eb"))]).splitlines()
    assert json.loads(line) == {
        "name": "ü",
        "query": "a\u202eb",
        "channels": [],
        "languages": [],
        "sources": [],
        "tags": [],
        "policy": "first",
        "outlets": 1,
        "max_age": None,
        "priority": "normal",
        "on": {},
        "paused": False,
    }
    assert "ü" in line
    assert "\u202e" not in line  # nothing in it steers a terminal


def test_no_cell_of_a_table_is_a_formula():
    spec = WatchSpec(name="@x", query="=rocket", tags=("+1", "-2"), sources=("=cmd()", "b"))
    rows = list(csv.reader(io.StringIO(WRITERS["csv"]([watch(spec)]), newline="")))
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in rows[1])


@pytest.mark.parametrize(
    ("text", "specs"),
    [
        ("\n\nname,query\nBaghdad,Baghdad\n", [WatchSpec(name="Baghdad", query="Baghdad")]),
        (
            'Query;Name;Channels\r\n=rocket;x;desk\r\n\r\n;;\r\nb;y;"desk;soc"\r\n',
            [
                WatchSpec(name="x", query="=rocket", channels=("desk",)),
                WatchSpec(name="y", query="b", channels=("desk", "soc")),
            ],
        ),
        ("name\tquery\tmax age\nx\t'=y\t3d\n", [
            WatchSpec(name="x", query="=y", max_age=timedelta(3))]),
        ('"name","query","tags"\n"x","a ""b""","war; ""a;b"""\n', [
            WatchSpec(name="x", query='a "b"', tags=("war", "a;b"))]),
        ('{"name": "x", "query": "y"}\n\n{"name":"z","query":"y","max_age":null}', [
            WatchSpec(name="x", query="y"), WatchSpec(name="z", query="y")]),
        ('[{"name": "x", "query": "y"}]', [WatchSpec(name="x", query="y")]),
        ('# mine\n\nBaghdad rocket\n  "car  bomb" -film\n', [
            WatchSpec(name="Baghdad rocket", query="Baghdad rocket"),
            WatchSpec(name='"car bomb" -film', query='"car  bomb" -film')]),
        ("\ufeffBaghdad\r\nBasra\r\n", [
            WatchSpec(name="Baghdad", query="Baghdad"), WatchSpec(name="Basra", query="Basra")]),
        ("\ufeff[[watch]]\nname='x'\nquery='y'\n", [WatchSpec(name="x", query="y")]),
    ],
)  # fmt: skip
def test_what_others_wrote_is_read(text, specs):
    reading = read_watches(text, name="file")
    assert reading.problems == []
    assert [entry.watch.spec() for entry in reading.entries] == specs


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("name,query\nx,y\n,z\n", "file:3", "name: "),
        ('name,query\nx,"y\n\nz"\nx,y\n', "file:5", '"x" stands at file:2 already'),
        ("name,qery,query\nx,y,z\n", "file:1", 'no column "qery"; did you mean "query"?'),
        ("name,query,name\nx,y,z\n", "file:1", "two columns"),
        ("name,query\nx,y,z\n", "file:2", "more than the 2 cells"),
        ('name,query\nx,"y\n', "file:2", "not CSV"),
        ('name,query,tags\na,b,"""x"" y"\n', "file:2", "tags: not several"),
        ("name,query,paused\nx,y,perhaps\n", "file:2", "paused: must be true or false"),
        ("name,query,max_age\nx,y,soon\n", "file:2", "max_age: "),
        ("name,query,on\nx,y,hourly\n", "file:2", "on: write a JSON object"),
        ("name,query,languages\nx,y,English\n", "file:2", "languages[0]: write a language"),
        ('{"name": "x", "query": "y"}\n{"name": "x"', "file:2", "not JSON"),
        ('{"name": "x", "query": "y"}\n[1]', "file:2", "not a JSON object"),
        ('{"name": "x", "query": "y", "tag": ["a"]}', "file:1", 'did you mean "tags"?'),
        ('[{"name": "x", "query": "y"}, 3]', "file, entry 2", "not a JSON object"),
        ("[[watch]]\nname='x'\nquery='y'\n\n[[watch]]\nname='z'\n", "file:5", "query: is missing"),
        ("[[watch]]\nname='x\nquery='y'\n", "file:2:8", "not TOML"),
        ("[watch]\nname='x'\n", "file", "two brackets"),
        ("Baghdad\nBasra\nBaghdad\n", "file:3", "stands at file:1 already"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text, place, words):
    problems = read_watches(text, name="file").problems
    assert any(where == place and words in message for where, message in problems), problems


def test_everything_wrong_is_named():
    text = "name,query,max_age\n" + "".join(f"w{n},x,soon\n" for n in range(40))
    assert len(read_watches(text, name="file").problems) == 40


def test_other_sections_of_a_settings_file_are_named():
    text = "[fetch]\ntimeout = '1s'\n[[watch]]\nname='x'\nquery='y'\n[[set]]\nname='s'\n"
    reading = read_watches(text, name="file")
    assert len(reading.entries) == 1
    assert reading.left_out == ["fetch", "set"]


def test_a_long_query_has_a_name_that_fits():
    (entry,) = read_watches("x " * 300, name="file", notation="text").entries
    assert len(entry.watch.name) == 200
    assert entry.watch.name.endswith("…")
    assert len(entry.watch.query) > 500
