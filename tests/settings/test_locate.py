"""Every key of a TOML text is found on its line."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.settings.locate import key_lines, line_of

TEXT = '''\
# [commented]
top = 1
[fetch]
contact = "a # b = c"   # remark
multi = """
[not.a.table]
no = 1
"""
list = [
  "a = 1",
  { inline = 2 },
]
after = 1

[[source]]
name = "one"
[[source]]
"name" = 'two'
[source.extra]
deep = 1
[a."b c".d]
e = 1
'''


def test_keys_stand_where_they_are_written():
    lines = key_lines(TEXT)
    expected = {
        ("top",): 2,
        ("fetch",): 3,
        ("fetch", "contact"): 4,
        ("fetch", "multi"): 5,
        ("fetch", "list"): 9,
        ("fetch", "after"): 13,
        ("source", 0): 15,
        ("source", 0, "name"): 16,
        ("source", 1): 17,
        ("source", 1, "name"): 18,
        ("source", 1, "extra", "deep"): 20,
        ("a", "b c", "d", "e"): 22,
    }
    assert {path: lines[path] for path in expected} == expected
    assert ("fetch", "no") not in lines


@pytest.mark.parametrize("break_", ["\u2028", "\u2029", "\u0085", "\u000c"])
def test_only_line_feeds_break_lines(break_):
    text = f'# a{break_}comment\nname = "one{break_}two"\nmulti = """{break_}\n"""\nlast = 1\n'
    lines = key_lines(text)
    assert (lines[("name",)], lines[("multi",)], lines[("last",)]) == (2, 3, 5)


def test_lines_may_end_as_on_windows():
    assert key_lines("a = 1\r\n[b]\r\nc = 2\r\n")["b", "c"] == 3


def test_an_unknown_key_is_reported_at_its_table():
    lines = key_lines(TEXT)
    assert line_of(lines, ("source", 1, "url")) == 17
    assert line_of(lines, ("nothing", 3)) == 1


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True),
            st.one_of(
                st.integers(),
                st.booleans(),
                st.text(st.characters(codec="ascii", exclude_categories=["Cc"])),
            ),
        ),
        unique_by=lambda pair: pair[0],
        max_size=8,
    )
)
def test_each_key_of_any_table_is_found(pairs):
    def toml(value):
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int):
            return str(value)
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    text = "[table]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in pairs)
    if any(isinstance(value, int) and abs(value) >= 2**63 for _, value in pairs):
        return
    assert list(tomllib.loads(text)["table"]) == [key for key, _ in pairs]
    lines = key_lines(text)
    assert [lines["table", key] for key, _ in pairs] == list(range(2, 2 + len(pairs)))
