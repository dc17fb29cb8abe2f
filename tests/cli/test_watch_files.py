"""`tocsin watch import` and `export`: all of a file or nothing of it."""

import io
import sys

import pytest

pytestmark = pytest.mark.usefixtures("settings")

CSV = 'name,query,tags\nBaghdad,Baghdad AND rocket,"war;Nahost"\nBasra,=Basra,\n'


@pytest.fixture
def stdin(monkeypatch):
    def give(text):
        stream = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")
        monkeypatch.setattr(sys, "stdin", stream)

    return give


def specs(tocsin):
    return [(w["spec"], w["paused"]) for w in tocsin("watch", "list", "--json").json]


def fill(tocsin):
    assert tocsin("channel", "add", "desk", "email", "to=desk@example.org").code == 0
    assert tocsin("source", "add", "wire", "https://wire.example/").code == 0
    full = ("--channel", "desk", "--source", "wire", "--tag", "a;b", "--max-age", "3d")
    assert tocsin("watch", "add", "ракета", '"ракета" OR\n=rocket', *full).code == 0
    assert tocsin("watch", "add", "paused one", "Basra").code == 0
    assert tocsin("watch", "pause", "paused one").code == 0


@pytest.mark.parametrize("notation", ["json", "csv"])
def test_what_is_exported_is_imported_again(tocsin, tmp_path, notation):
    fill(tocsin)
    before = specs(tocsin)
    exported = tocsin("watch", "export", "--format", notation)
    assert (exported.code, exported.err) == (0, "")
    (tmp_path / "watches").write_bytes(exported.out.encode())
    again = tocsin("watch", "import", "watches")
    assert (again.code, again.out) == (0, "0 added, 0 changed, 2 unchanged\n")
    for name in ("ракета", "paused one"):
        assert tocsin("watch", "remove", name).code == 0
    dry = tocsin("watch", "import", "watches", "--dry-run")
    assert (dry.code, dry.out) == (0, "2 would be added, 0 changed, 0 unchanged\n")
    assert specs(tocsin) == []
    assert tocsin("watch", "import", "watches").out == "2 added, 0 changed, 0 unchanged\n"
    assert specs(tocsin) == before


def test_what_is_exported_fits_the_settings(tocsin, settings):
    fill(tocsin)
    (_, (spec, _)) = specs(tocsin)
    exported = tocsin("watch", "export")
    assert "1 of them paused" in exported.err
    others = "[[channel]]\nname='desk'\ntype='email'\nto=['desk@example.org']\n"
    others += "[[source]]\nname='wire'\nurl='https://wire.example/'\n"
    settings.write_text(others + exported.out, "utf-8")
    assert tocsin("check").code == 0
    assert [spec] == [w for w, paused in specs(tocsin) if not paused]
    assert tocsin("watch", "show", "ракета", "--json").json["origin"] == "settings"
    named = tocsin("watch", "export", "paused one", "--format", "csv")
    assert len(named.out.splitlines()) == 2
    assert tocsin("watch", "export", "none").code == 2


def test_the_watches_of_a_settings_file_are_imported(tocsin, tmp_path):
    text = "[fetch]\ntimeout='1s'\n[[watch]]\nname='W'\nquery='rocket'\n"
    (tmp_path / "other.toml").write_text(text, "utf-8")
    done = tocsin("watch", "import", "other.toml")
    assert (done.code, done.out) == (0, "1 added, 0 changed, 0 unchanged\n")
    assert "not: fetch" in done.err
    assert "1 without channels" in done.err


def test_plain_queries_are_imported_from_standard_input(tocsin, stdin):
    assert tocsin("channel", "add", "desk", "email", "to=desk@example.org").code == 0
    stdin('# mine\nBaghdad rocket\n"car bomb" -film\n')
    done = tocsin("watch", "import", "-", "--channel", "desk")
    assert (done.code, done.out, done.err) == (0, "2 added, 0 changed, 0 unchanged\n", "")
    assert [(s["name"], s["query"], s["channels"]) for s, _ in specs(tocsin)] == [
        ('"car bomb" -film', '"car bomb" -film', ["desk"]),
        ("Baghdad rocket", "Baghdad rocket", ["desk"]),
    ]


def test_others_of_the_same_name_are_replaced_only_when_asked(tocsin, tmp_path):
    assert tocsin("watch", "add", "Basra", "Basra").code == 0
    assert tocsin("watch", "pause", "Basra").code == 0
    (tmp_path / "w.csv").write_text(CSV, "utf-8")
    refused = tocsin("watch", "import", "w.csv")
    assert refused.code == 2
    assert 'w.csv:3: there is another watch "Basra" already: --replace' in refused.err
    assert len(specs(tocsin)) == 1
    done = tocsin("watch", "import", "w.csv", "--replace")
    assert (done.code, done.out) == (0, "1 added, 1 changed, 0 unchanged\n")
    (_, (spec, paused)) = specs(tocsin)
    assert (spec["query"], paused) == ("=Basra", True)


def test_whether_a_watch_is_paused_stays_where_nothing_is_said(tocsin, stdin):
    assert tocsin("watch", "add", "Basra", "Basra").code == 0
    assert tocsin("watch", "pause", "Basra").code == 0
    stdin('{"name": "Basra", "query": "=Basra"}')
    assert tocsin("watch", "import", "-", "--replace").code == 0
    ((_, paused),) = specs(tocsin)
    assert paused
    stdin('{"name": "Basra", "query": "=Basra", "paused": false}')
    assert "another watch" in tocsin("watch", "import", "-").err
    stdin('{"name": "Basra", "query": "=Basra", "paused": false}')
    done = tocsin("watch", "import", "-", "--replace")
    assert done.out == "0 added, 1 changed, 0 unchanged\n"
    ((_, paused),) = specs(tocsin)
    assert not paused


def test_watches_of_the_settings_are_left_alone(tocsin, settings, stdin):
    settings.write_text("[[watch]]\nname = 'W'\nquery = 'rocket'\n", "utf-8")
    stdin('{"name": "W", "query": "rocket"}')
    assert tocsin("watch", "import", "-").out == "0 added, 0 changed, 1 unchanged\n"
    stdin('{"name": "W", "query": "missile"}')
    done = tocsin("watch", "import", "-", "--replace")
    assert done.code == 2
    assert "comes from the settings file, and is another there" in done.err


def test_one_wrong_entry_and_nothing_is_imported(tocsin, tmp_path):
    (tmp_path / "w.csv").write_text(
        "name,query,channels,sources,languages\n"
        "fine,rocket,,,\n"
        "a,(rocket,,,\n"
        "b,rocket,dsk,,\n"
        "c,rocket,,wire,\n"
        "d,rocket,,,English\n"
        "e,set:none,,,\n",
        "utf-8",
    )
    assert tocsin("channel", "add", "desk", "email", "to=desk@example.org").code == 0
    done = tocsin("watch", "import", "w.csv")
    assert done.code == 2
    for words in (
        "nothing was imported",
        "w.csv:3: a: ",
        'w.csv:4: there is no channel "dsk"; did you mean "desk"?',
        'w.csv:5: there is no source "wire"; `tocsin source list`',
        "w.csv:6: languages[0]: ",
        "w.csv:7: e: There is no set",
    ):
        assert words in done.err
    assert specs(tocsin) == []


def test_many_wrong_entries_are_counted(tocsin, stdin):
    stdin("name,query\n" + "".join(f"w{number},(\n" for number in range(30)))
    done = tocsin("watch", "import", "-")
    assert done.code == 2
    assert "standard input:21: " in done.err
    assert "… and 10 more" in done.err


def test_what_is_suspicious_is_told_with_its_place(tocsin, stdin):
    stdin("rocket\na*\n")
    done = tocsin("watch", "import", "-", "--format", "text")
    assert done.code == 0
    assert "standard input:2: warning: " in done.err


def test_many_suspicious_queries_are_not_all_told(tocsin, stdin):
    stdin("".join(f"{letter}*\n" for letter in "abcdefghijklmnopqrstuvwxyz"))
    done = tocsin("watch", "import", "-")
    assert (done.code, done.out) == (0, "26 added, 0 changed, 0 unchanged\n")
    assert done.err.count("warning: ") == 20
    assert "there may be more" in done.err


@pytest.mark.parametrize(
    ("content", "words"), [(None, "No such file"), (b"rocket\n\xff\n", "w:2: not UTF-8")]
)
def test_a_file_that_cannot_be_read_is_an_error(tocsin, tmp_path, content, words):
    if content is not None:
        (tmp_path / "w").write_bytes(content)
    done = tocsin("watch", "import", "w")
    assert done.code == 2
    assert words in done.err
