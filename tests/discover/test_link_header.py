"""The `Link` header: what its grammar allows, and what is sent all the same."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discover.link_header import MAX_LINKS, Link, parse, read

PAGE = "https://news.example/feed"


def told(header: str) -> list[tuple[str, set[str]]]:
    return [(link.target, set(link.relations)) for link in parse(header)]


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ('<a>; rel="hub", <b>; rel="self"', [("a", {"hub"}), ("b", {"self"})]),
        ("<a>;rel=hub,<b>;rel=self", [("a", {"hub"}), ("b", {"self"})]),
        ("<a> ;\t REL = HUB", [("a", {"hub"})]),
        ('<a>; rel="hub  Self"', [("a", {"hub", "self"})]),
        ('<a,b;c>; rel=hub; title="x, <y>; rel=self"', [("a,b;c", {"hub"})]),
        ('<a>; title="; rel=hub"', [("a", set())]),
        (r'<a>; title="\"; rel=hub; \\"; rel=self', [("a", {"self"})]),
        (r'<a>; rel="h\ub"', [("a", {"hub"})]),
        ("<a>; rel*=UTF-8''hub; rev=hub; relation=hub; xrel=hub", [("a", set())]),
        ("<a>; rel=self; rel=hub", [("a", {"self"})]),
        ("<a>; rel; rel=hub", [("a", set())]),
        ("<a>;; ;rel=hub;", [("a", {"hub"})]),
        (" , ,<a>; rel=hub,,", [("a", {"hub"})]),
        ("<a>", [("a", set())]),
        ("<>; rel=self", [("", {"self"})]),
        ('<a>; rel="hub', [("a", {"hub"})]),
        ('<a>; title="open, <b>; rel=hub', [("a", set())]),
        ("<a; rel=hub", []),
        ("https://hub.example/; rel=hub", []),
        ("a; rel=hub, <b>; rel=self", [("b", {"self"})]),
        ('"a, <b>; rel=hub", <c>; rel=self', [("c", {"self"})]),
        ('<a>; rel="self"x"; rel=hub, <b>", <c>', [("a", {"self"}), ("c", set())]),
        ("<a> <b>; rel=hub", [("a", {"hub"})]),
        ("<a>; <b>; rel=hub", [("a", {"hub"})]),
        ("", []),
        ("\\", []),
    ],
)
def test_headers(header, links):
    assert told(header) == links


def test_links_are_resolved_and_those_of_other_pages_left_out():
    header = (
        "</hub>; rel=hub, <javascript:x>; rel=hub, <//b.example>; rel=hub; anchor=/feed,"
        '<c>; rel=hub; anchor="", <d>; rel=hub; anchor="https://other.example/feed"'
    )
    assert [address for _, address in read(header, PAGE)] == [
        "https://news.example/hub",
        "https://b.example/",
        "https://news.example/c",
    ]


def test_so_many_links_are_read():
    assert len(list(parse("<a>,<b>;rel=hub," * MAX_LINKS))) == MAX_LINKS


TARGETS = st.text(st.characters(exclude_characters=">"), min_size=1).filter(
    lambda one: one == one.strip()
)
TOKENS = st.text("abrelhuf-*0", min_size=1, max_size=6)


@given(st.lists(st.tuples(TARGETS, st.lists(st.tuples(TOKENS, st.text(), st.booleans())))))
def test_what_is_written_is_read(links):
    """Any targets, and any values in quotes, come back, however their commas and quotes stand."""
    parts, expected = [], []
    for target, parameters in links:
        stated: dict[str, str] = {}
        written = f"<{target}>"
        for name, value, spaced in parameters:
            gap = " " if spaced else ""
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            written += f'{gap};{gap}{name}{gap}={gap}"{quoted}"'
            stated.setdefault(name.lower(), value)
        parts.append(written)
        expected.append(Link(target, stated))
    assert list(parse(", ".join(parts))) == expected[: MAX_LINKS + 1]


@given(st.text("<>;,=\" \\relhub*'", max_size=60))
def test_anything_is_read_and_a_link_before_it_stays(junk):
    found = list(parse(f"<a>; rel=hub, {junk}"))
    assert found[0] == Link("a", {"rel": "hub"})
    assert all(link.target in junk and not link.target.startswith(" ") for link in found[1:])


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a",
        "<a>",
        ">",
        '"',
        '"\\',
        "\\",
        ";",
        "; ",
        ";=",
        ";a=",
        ';a="',
        " ",
        ",",
        "a",
        "<,",
        "é",
    ],
)
def test_a_million_characters_take_no_time(unit):
    started = time.process_time()
    for before in ("", "<a>; rel=", '<a>; rel="', "<a"):
        list(parse(before + unit * (1_000_000 // len(unit))))
    # A tenth of that is the aim, kept on an idle machine; what is quadratic takes hours.
    assert time.process_time() - started < 10
