"""Lists of feeds are read whatever program wrote them, and whoever."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discover import opml
from scraper.discover.opml import MAX_FOLDERS, Outline
from scraper.errors import DiscoverError


def wrapped(body, head=""):
    return f'<?xml version="1.0"?>{head}<opml version="2.0"><body>{body}</body></opml>'.encode()


def seen(body):
    return [(one.url, one.name, one.tags) for one in opml.read(body).found]


def test_folders_become_tags():
    body = wrapped(
        '<outline text="Asia">\n<outline title="Sea"><outline text="A" xmlUrl="https://a.example/"/>'
        '</outline><outline text="B" TYPE="rss" XMLURL="https://b.example/"></outline>\n</outline>'
        '<outline text="C" xmlUrl="https://c.example/?x=1&amp;y=2" category="/War/Sea,Peace"/>'
    )
    assert seen(body) == [
        ("https://a.example/", "A", ("Asia", "Sea")),
        ("https://b.example/", "B", ("Asia",)),
        ("https://c.example/?x=1&y=2", "C", ("War", "Sea", "Peace")),
    ]


def test_a_feed_is_no_folder():
    body = wrapped(
        '<outline text="A" xmlUrl="https://a.example/"><outline text="B" xmlUrl="https://b.example/"/>'
        "</outline>"
    )
    assert [tags for _, _, tags in seen(body)] == [(), ()]


def test_what_is_wrong_is_told_with_its_line():
    body = wrapped(
        '\n<outline text="Empty"/>\n<outline text="A" type="rss"/>\n'
        '<outline text="B" xmlUrl="https://b.example/"/>\n<outline type="include" url="x.opml"/>\n'
        '<outline text="C" type="rss"></outline>\n<outline text="D" type="rss">'
        '<outline text="E" xmlUrl="https://e.example/"/></outline>'
    )
    found = opml.read(body)
    assert [line for line, _ in found.problems] == [3, 5, 6]
    assert [(one.name, one.line) for one in found.found] == [("B", 4), ("E", 7)]
    assert "xmlUrl" in found.problems[0][1]


@pytest.mark.parametrize(
    "body",
    [
        wrapped('<outline text="Ü & Ö" xmlUrl="https://a.example/?a=1&b=2">'),
        '<opml><body><outline text="Ü &amp; Ö" xmlUrl="https://a.example/?a=1&amp;b=2"/>'.encode(),
        '\ufeff<opml><outline text="Ü &#38; Ö" xmlUrl="https://a.example/?a=1&amp;b=2"/>'.encode(
            "utf-16"
        ),
        '<?xml version="1.0" encoding="iso-8859-1"?><opml><outline text="Ü &amp; Ö" '
        'xmlUrl="https://a.example/?a=1&amp;b=2"/></opml>'.encode("latin-1"),
    ],
)
def test_broken_markup_and_old_encodings_are_read(body):
    assert seen(body)[0][:2] == ("https://a.example/?a=1&b=2", "Ü & Ö")


def test_entities_are_neither_expanded_nor_loaded(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hush", "utf-8")
    head = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    head += f'<!ENTITY c "&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file://{secret}">]>'
    found = seen(wrapped('<outline text="&c;&x;" xmlUrl="https://a.example/"/>', head))
    assert found == [("https://a.example/", "&c;&x;", ())]


def test_nesting_is_bounded_and_loses_nothing():
    depth = 50_000
    body = wrapped(
        '<outline text="f">' * depth
        + '<outline text="A" xmlUrl="https://a.example/"/>'
        + "</outline>" * depth
        + '<outline text="B" xmlUrl="https://b.example/"/>'
    )
    assert seen(body) == [("https://a.example/", "A", ("f",)), ("https://b.example/", "B", ())]
    many = "".join(f'<outline text="f{number}">' for number in range(100))
    ((_, _, tags),) = seen(wrapped(many + '<outline text="A" xmlUrl="https://a.example/"/>'))
    assert len(tags) == MAX_FOLDERS


@pytest.mark.parametrize(
    "piece",
    ['<outline text="A" xmlUrl="https://a.example/"/>\n', "<outline ", '<outline a="', "<!--", "&"],
)
def test_ten_megabytes_take_seconds(piece):
    body = b"<opml>" + piece.encode() * (10_000_000 // len(piece))
    began = time.process_time()
    opml.read(body)
    assert time.process_time() - began < 20  # some two seconds, where nothing else runs


@pytest.mark.parametrize("body", [b"", b"<rss/>", b"<html>", b"nothing", b"\x00\xff"])
def test_what_is_no_list_is_refused(body):
    with pytest.raises(DiscoverError):
        opml.read(body)


@given(st.binary(max_size=300))
def test_no_bytes_are_another_error(body):
    opml.read(b"<opml>" + body)


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\u202a\u202e"),
    min_size=1,
    max_size=30,
).map(str.strip)
TAGS = st.lists(WORDS.filter(bool), max_size=4, unique=True).map(tuple)
OUTLINES = st.builds(
    Outline,
    url=st.sampled_from(["https://a.example/", "https://b.example/?x=%22&y='<"]),
    name=WORDS.filter(bool),
    tags=TAGS,
    every=st.sampled_from([None, "5m", "1h30m"]),
    paused=st.sampled_from([None, True]),
    kind=st.sampled_from(["rss", "page"]),
)


@given(st.lists(OUTLINES, max_size=5))
def test_what_is_written_is_read_back(outlines):
    def told(one):
        return (one.url, one.name, one.tags, one.every or "", bool(one.paused), one.kind)

    written = opml.write(outlines, title="Mine & yours")
    found = opml.read(written.encode())
    assert found.problems == []
    assert sorted(map(told, found.found)) == sorted(map(told, outlines))
