"""`tocsin source import` and `export`: lists of sources come and go."""

import io
import json
import sys

import pytest
from lxml import etree

from scraper.settings.source_reading import read_sources

pytestmark = pytest.mark.usefixtures("settings")

LIST = """<?xml version="1.0" encoding="utf-8"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="Asia">
  <outline text="Gazette" type="rss" xmlUrl="https://a.example/rss"/>
  <outline text="Gazette" type="rss" xmlUrl="https://b.example/rss"/>
  <outline text="Broken" type="rss"/>
  <outline text="Mail" type="rss" xmlUrl="mailto:a@b.example"/>
  <outline text="Again" type="rss" xmlUrl="http://www.a.example/rss/"/>
</outline>
<outline type="rss" xmlUrl="https://c.example/rss"/>
</body></opml>
"""


def sources(tocsin):
    return {
        s["name"]: (s["url"], s["every"], s["tags"], s["paused"])
        for s in tocsin("source", "list", "--json").json
    }


@pytest.fixture
def listed(tmp_path):
    file = tmp_path / "feeds.opml"
    file.write_text(LIST, "utf-8")
    return file


def test_a_list_is_added_with_its_folders_and_what_is_wrong_is_told(tocsin, listed):
    assert tocsin("source", "add", "C", "https://c.example/rss", "--exact").code == 0
    done = tocsin("source", "import", listed, "--tag", "mine")
    assert done.code == 0, done.err
    assert done.out == "2 added, 1 visited already, 1 twice in the file, 2 wrong\n"
    assert "`tocsin once`" in done.err  # which tells what of them can be read
    assert f"{listed}:6: Broken" in done.err
    assert f"{listed}:7: Mail: url" in done.err
    assert sources(tocsin) == {
        "C": ("https://c.example/rss", None, [], False),
        "Gazette": ("https://a.example/rss", None, ["Asia", "mine"], False),
        "Gazette 2": ("https://b.example/rss", None, ["Asia", "mine"], False),
    }
    again = tocsin("source", "import", listed)
    assert again.out == "0 added, 4 visited already, 0 twice in the file, 2 wrong\n"


def test_strictly_a_list_is_added_as_a_whole_or_not_at_all(tocsin, listed):
    done = tocsin("source", "import", listed, "--strict")
    assert done.code == 2
    assert f"{listed}:6" in done.err
    assert sources(tocsin) == {}


def test_a_dry_run_adds_nothing(tocsin, listed):
    done = tocsin("source", "import", listed, "--dry-run")
    assert "3 would be added" in done.out
    assert sources(tocsin) == {}


def test_addresses_a_line_may_come_through_a_pipe(tocsin, monkeypatch):
    text = '# mine\nhttps://a.example/rss\n\nfeed://b.example/rss "war" "~The Bee"\nnonsense\n'
    stream = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    done = tocsin("source", "import", "-")
    assert done.code == 0, done.err
    assert "standard input:5: url" in done.err
    assert sources(tocsin) == {
        "The Bee": ("https://b.example/rss", None, ["war"], False),
        "a.example": ("https://a.example/rss", None, [], False),
    }


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<rss/>", "no OPML"),
        (b"[[source]]\nname = 'A'\n", "url"),
        (b"[[source]]\nname = \n", "not TOML"),
        (b'{"name": "A", "url": "https://a.example/", "evry": "5m"}', "evry"),
        (b'{"name": "A", "url": "https://a.example/", "every": "1ms"}', "every"),
        (b"\xff\xfe\x00", "OPML"),
        (b"[{]", "not JSON"),
    ],
)
def test_what_cannot_be_read_is_told(tocsin, tmp_path, body, words):
    (tmp_path / "list").write_bytes(body)
    done = tocsin("source", "import", "list")
    assert done.code == 1
    assert words in done.err
    assert sources(tocsin) == {}


def test_a_file_that_is_not_there_is_told(tocsin):
    assert tocsin("source", "import", "none.opml").code == 2


@pytest.mark.parametrize("notation", ["opml", "json"])
def test_what_is_exported_is_imported_again(tocsin, tmp_path, notation):
    for name, more in (
        ("One & <two>", ("--tag", "a,b", "--tag", "c/d", "--every", "90s")),
        ("ракета", ("--tag", "war")),
        ("paused", ()),
    ):
        url = f"https://{len(more)}.example/?a=1&b='\""
        assert tocsin("source", "add", name, url, "--exact", *more).code == 0
    tocsin("source", "pause", "paused")
    before = sources(tocsin)
    file = tmp_path / f"mine.{notation}"
    assert tocsin("source", "export", file).code == 0
    assert tocsin("source", "export", "--format", notation).out == file.read_text("utf-8")
    for name in before:
        tocsin("source", "remove", name)
    assert tocsin("source", "import", file).out.startswith("3 added, 0 ")
    assert sources(tocsin) == before


def test_an_exported_list_is_opml_that_others_read(tocsin, tmp_path):
    tocsin("source", "add", "A & B", "https://a.example/rss", "--exact", "--tag", "war")
    tocsin("source", "export", "mine.opml")
    root = etree.fromstring((tmp_path / "mine.opml").read_bytes())
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    folder, feed = root.iter("outline")
    assert folder.get("text") == "war"
    assert (feed.get("text"), feed.get("type")) == ("A & B", "rss")
    assert feed.get("xmlUrl") == "https://a.example/rss"


def test_what_is_exported_fits_the_settings(tocsin, settings):
    tocsin("source", "add", "A", "https://a.example/rss", "--exact", "--tag", "war")
    tocsin("source", "add", "B", "https://b.example/rss", "--exact")
    tocsin("source", "pause", "B")
    done = tocsin("source", "export", "--format", "toml")
    assert "1 of them paused" in done.err
    for name in "AB":
        tocsin("source", "remove", name)
    settings.write_text(settings.read_text("utf-8") + done.out, "utf-8")
    assert sources(tocsin) == {"A": ("https://a.example/rss", None, ["war"], False)}


def test_secrets_are_not_exported(tocsin, settings):
    text = "[[source]]\nname = 'A'\nurl = 'https://a.example/'\nheaders = {X-Key = 'hush'}\n"
    settings.write_text(settings.read_text("utf-8") + text, "utf-8")
    for notation in ("opml", "toml", "json"):
        done = tocsin("source", "export", "--format", notation)
        assert "hush" not in done.out
        assert "left out" in done.err


def test_only_those_that_are_named_are_exported(tocsin):
    for name in "AB":
        tocsin("source", "add", name, f"https://{name}.example/", "--exact")
    done = tocsin("source", "export", "--name", "B", "--format", "json")
    assert [json.loads(line)["name"] for line in done.out.splitlines()] == ["B"]
    assert tocsin("source", "export", "--name", "C").code == 2


def test_thousands_of_one_name_are_told_apart(tocsin, tmp_path):
    outlines = "".join(
        f'<outline text="News" xmlUrl="https://{number}.example/"/>' for number in range(3_000)
    )
    (tmp_path / "many.opml").write_text(f"<opml>{outlines}</opml>", "utf-8")
    assert tocsin("source", "import", "many.opml").out.startswith("3000 added")
    assert "News 3000" in sources(tocsin)


def test_long_and_hostile_names_are_made_ones_that_can_be_had():
    body = f'<opml><outline text="a\x1b[31m{"x" * 500}" xmlUrl="https://a.example/"/></opml>'
    (entry,) = read_sources(body.encode(), name="list").entries
    assert len(entry.source.name) == 200
    assert "\x1b" not in entry.source.name
