"""`tocsin set`: saved lists of terms."""

import io
import sys

import pytest

pytestmark = pytest.mark.usefixtures("settings")


def terms(tocsin, name="officials"):
    return tocsin("set", "show", name, "--json").json["spec"]["terms"]


def test_a_set_from_add_to_remove(tocsin):
    done = tocsin("set", "add", "officials", "Muqtada al-Sadr", "case:UN", "case:UN")
    assert (done.code, done.err) == (0, "")
    assert "2 terms; queries name it set:officials" in done.out
    (listed,) = tocsin("set", "list", "--json").json
    assert listed["spec"] == {"name": "officials", "terms": ["Muqtada al-Sadr", "case:UN"]}
    assert listed["origin"] == "command"
    assert "officials" in tocsin("set", "list").out
    assert "Muqtada al-Sadr" in tocsin("set", "show", "officials").out
    again = tocsin("set", "add", "officials", "x")
    assert again.code == 1
    assert "There is a set named 'officials' already" in again.err
    assert tocsin("set", "remove", "officials").code == 0
    assert tocsin("set", "remove", "officials").code == 2
    assert tocsin("set", "list", "--json").json == []
    assert "tocsin set add" in tocsin("set", "list").out


def test_terms_come_from_a_file_and_from_standard_input(tocsin, tmp_path, monkeypatch):
    (tmp_path / "names.txt").write_text("# who\n\nракета\n巴格达\n", "utf-8")
    assert tocsin("set", "add", "officials", "UN", "--file", "names.txt").code == 0
    assert terms(tocsin) == ["UN", "ракета", "巴格达"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"EU\nUN\n"), "utf-8"))
    assert tocsin("set", "edit", "officials", "--file", "-").code == 0
    assert terms(tocsin) == ["UN", "ракета", "巴格达", "EU"]


def test_a_set_is_edited(tocsin):
    assert tocsin("set", "add", "officials", "a", "b").code == 0
    assert tocsin("set", "edit", "officials", "c", "--remove", "a").code == 0
    assert terms(tocsin) == ["b", "c"]
    assert tocsin("set", "edit", "officials", "d", "--replace", "--name", "who").code == 0
    assert terms(tocsin, "who") == ["d"]
    assert tocsin("set", "show", "officials").code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "x"), "needs a term at least"),
        (("add", "x", " "), "terms[0]: the term is empty"),
        (("add", "x", "a\nb"), "control characters"),
        (("add", "x", "(a OR b)"), 'x: the term "(a OR b)": '),
        (("add", "x", "fine", "rocket AND launcher"), '"rocket AND launcher"'),
        (("add", "x", "--file", "none.txt"), "none.txt: cannot be read"),
        (("add", "x", "--file", "wrong.txt"), "wrong.txt:2: "),
        (("add", "", "a"), "name: "),
        (("add", "OFFICIALS", "a"), 'a set "officials", which queries cannot tell from'),
        (("edit", "none", "a"), 'no set "none"'),
        (("edit", "officials"), "say what is to be changed"),
        (("edit", "officials", "--replace"), "--replace needs the terms"),
        (("edit", "officials", "--remove", "c"), 'no term "c"'),
        (("edit", "officials", "--remove", "a", "--remove", "b"), "needs a term at least"),
        (("edit", "officials", '"open'), "^"),
        (("show", "none"), 'no set "none"'),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_changed(tocsin, tmp_path, arguments, words):
    (tmp_path / "wrong.txt").write_text(f"fine\n{'x' * 600}\n", "utf-8")
    assert tocsin("set", "add", "officials", "a", "b").code == 0
    done = tocsin("set", *arguments)
    assert done.code == 2
    assert words in done.err
    (only,) = tocsin("set", "list", "--json").json
    assert only["spec"] == {"name": "officials", "terms": ["a", "b"]}


def test_a_set_that_watches_name_stays(tocsin):
    assert tocsin("set", "add", "officials", "a").code == 0
    assert tocsin("watch", "add", "V", "rocket AND set:OFFICIALS").code == 0
    for arguments in (("remove", "officials"), ("edit", "officials", "--name", "who")):
        done = tocsin("set", *arguments)
        assert done.code == 2
        assert 'the watch "V"' in done.err
    assert "V" in tocsin("set", "show", "officials", "--json").json["watches"]
    assert tocsin("set", "edit", "officials", "b").code == 0
    assert tocsin("watch", "remove", "V").code == 0
    assert tocsin("set", "remove", "officials").code == 0


def test_a_set_of_the_settings_is_edited_there(tocsin, settings):
    settings.write_text("[[set]]\nname = 'officials'\nterms = ['a']\n", "utf-8")
    for arguments in (("remove", "officials"), ("edit", "officials", "b")):
        done = tocsin("set", *arguments)
        assert done.code == 1
        assert "comes from the settings file" in done.err


def test_terms_of_the_settings_must_be_terms(tocsin, settings):
    settings.write_text("[[set]]\nname = 's'\nterms = ['a', 'b OR c']\n", "utf-8")
    done = tocsin("check")
    assert done.code == 2
    assert 'tocsin.toml:1: set[0]: in the set "s", the term "b OR c": ' in done.err
    settings.write_text(
        "[[set]]\nname = 'a b'\nterms = ['a']\n[[set]]\nname = 'A_B'\nterms = ['a']\n", "utf-8"
    )
    done = tocsin("check")
    assert done.code == 2
    assert 'queries cannot tell "A_B" from "a b"' in done.err
