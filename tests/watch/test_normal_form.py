"""`str()` of a tree is a query that parses to an equal tree; and no text breaks the parser."""

import string
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import QueryError
from scraper.watch.checks import leaves
from scraper.watch.lists import Lists
from scraper.watch.nodes import (
    And,
    AnyOf,
    AtLeast,
    Fuzzy,
    Mark,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Published,
    Regex,
    Run,
    Term,
    Wildcard,
)
from scraper.watch.parser import parse, parse_closely
from scraper.watch.query import compile_query

LISTS = Lists({"officials": ["Aa Bb", "=cc", "dd*"], "empty": []})
MOST_CHILDREN = 3

TOKENS = st.sampled_from(["rocket", "missile", "airport", "ракета", "بغداد", "straße", "x1"])
TEXT_FIELDS = st.sampled_from([None, None, None, "title", "body", "tag", "caption"])


def _term(token: str, mode: Mode, within: str | None) -> Term:
    written = token.capitalize() if mode is Mode.NAME else token
    if mode is Mode.CASED:
        written = f"case:{token.upper()}"
    elif mode is Mode.EXACT:
        written = f"={token}"
    read = parse(written)
    assert isinstance(read, Term)
    return Term(read.token, read.mode, read.spelling, within, written)


def _phrase(terms: list[str], slop: int | None, within: str | None) -> Phrase:
    written = f'"{" ".join(terms)}"' + (f"~{slop}" if slop else "")
    read = parse(written)
    assert isinstance(read, Phrase)
    return Phrase(read.parts, read.joined, slop, within, written)


def _any_of(name: str, within: str | None) -> AnyOf:
    read = parse(f"set:{name}", LISTS)
    assert isinstance(read, AnyOf)
    return AnyOf("set", name, read.leaves, within, f"set:{name}")


TERMS = st.builds(_term, TOKENS, st.sampled_from(Mode), TEXT_FIELDS)
WILDCARDS = st.builds(
    lambda pattern, within: Wildcard(pattern, within, pattern),
    st.sampled_from(["rock*", "*rock*", "wom?n", "раке*"]),
    TEXT_FIELDS,
)
FUZZY = st.builds(
    lambda token, edits, within: Fuzzy(token, edits, within, f"{token}~{edits}"),
    st.sampled_from(["mosul", "багдад"]),
    st.integers(1, 2),
    TEXT_FIELDS,
)
REGEXES = st.builds(
    lambda pattern, cased, within: Regex(
        pattern, cased, within, f"{'case:' * cased}/{pattern.replace('/', chr(92) + '/')}/"
    ),
    st.sampled_from(["ro(ck|ll)", "[a-z]+s", "a/b", "rocket attacks?"]),
    st.booleans(),
    TEXT_FIELDS,
)
RUNS = st.builds(
    lambda tokens, within: Run(tuple(tokens), within, tokens),
    st.sampled_from(["火箭", "巴格达", "ロケ"]),
    TEXT_FIELDS,
)
PHRASES = st.builds(
    _phrase,
    st.lists(st.sampled_from(["aa", "bb", "ro*", "火箭"]), min_size=2, max_size=4),
    st.none() | st.integers(1, 100),
    TEXT_FIELDS,
)
SETS = st.builds(_any_of, st.sampled_from(["officials", "empty"]), TEXT_FIELDS)
PLACES = st.one_of(TERMS, WILDCARDS, FUZZY, REGEXES, RUNS, PHRASES, SETS)

MARKS = st.sampled_from(
    [
        Mark("lang", "ar", "ar"),
        Mark("site", "news.example", "news.example"),
        Mark("kind", "opinion", "opinion"),
    ]
)
DATES = st.sampled_from(
    [
        Published(datetime(2026, 1, 1, tzinfo=UTC), None, ">=2026-01-01"),
        Published(None, datetime(2026, 2, 2, tzinfo=UTC), "[* TO 2026-02-01]"),
    ]
)


def _of_several(kind: type[And] | type[Or], children: list[Node]) -> Node:
    flat: list[Node] = []
    for child in children:
        flat += child.children if isinstance(child, kind) else [child]
    return kind(tuple(flat))


def _several(kind: type[And] | type[Or], inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    children = st.lists(inner, min_size=2, max_size=MOST_CHILDREN)
    return children.map(lambda found: _of_several(kind, found))


def _near(operands: list[Node], distance: int, *, ordered: bool) -> Near:
    links = len(operands) - 1
    return Near(tuple(operands), (distance,) * links, (ordered,) * links)


# What is near shares a field: here, all look at the default ones.
ANYWHERE = PLACES.filter(lambda leaf: leaf.within is None)
GROUPS = _several(Or, ANYWHERE)
NEARS = st.recursive(
    st.builds(
        _near,
        st.lists(ANYWHERE | GROUPS, min_size=2, max_size=3),
        st.integers(1, 100),
        ordered=st.booleans(),
    ),
    lambda inner: st.builds(
        _near,
        st.lists(ANYWHERE | inner | _several(Or, inner), min_size=2, max_size=3),
        st.integers(1, 100),
        ordered=st.booleans(),
    ),
    max_leaves=4,
)
COUNTED = st.builds(AtLeast, st.integers(1, 100), PLACES | NEARS | _several(Or, PLACES))


def _denied(child: Node) -> Node:
    return child.child if isinstance(child, Not) else Not(child)


TREES = st.recursive(
    PLACES | MARKS | DATES | NEARS | COUNTED,
    lambda inner: _several(And, inner) | _several(Or, inner) | inner.map(_denied),
    max_leaves=10,
)


@given(TREES)
def test_the_normal_form_parses_to_an_equal_tree(tree):
    try:
        read = parse(str(tree), LISTS)
    except QueryError as error:
        assert "only says what must not be there" in str(error)  # noqa: PT017 - the one allowed
        read = parse(f"anchor AND ({tree})", LISTS)
        tree = _of_several(And, [Term("anchor"), tree])
    assert read == tree
    assert str(parse(str(read), LISTS)) == str(read)


@given(TREES)
def test_every_leaf_has_its_place(tree):
    query = f"anchor AND ({tree})"
    parsed = parse_closely(query, LISTS)
    found = [*leaves(parsed.root)]
    assert len(found) == len(parsed.places)
    assert parsed.places == sorted(set(parsed.places))
    for leaf, place in zip(found, parsed.places, strict=True):
        assert query.startswith(str(leaf), place)


def answered(query: str) -> None:
    """The query parses, to a tree whose normal form parses to it, or is refused in its bounds."""
    try:
        tree = parse(query, LISTS)
    except QueryError as error:
        found = error
    else:
        again = parse(str(tree), LISTS)
        assert again == tree
        assert str(again) == str(tree)
        compile_query(query, lists=LISTS).warnings  # noqa: B018 - it raises nothing
        return
    assert 0 <= found.position <= len(query)
    assert found.remedy.endswith((".", "?"))
    assert str(found)


@given(st.text())
def test_any_text_is_answered(query):
    answered(query)


SHARDS = st.sampled_from(
    [
        *("aa", "Bb", "US", " ", " ", "(", ")", '"', "“", "«", "AND", "OR", "NOT", "and", "not"),
        *("NEAR/5", "ONEAR/3", "near/5", "NEAR", "ATLEAST/2", "ATLEAST", "w/5", "XOR", "UND"),
        *("-", "+", "!", "=", "*", "?", ":", "/", "\\", "~", "~1", "~0.5", "^2", "^", "'", "’"),
        *("title:", "case:", "url:", "site:", "lang:", "kind:", "set:officials", "set:", "x:"),
        *("published:", "[2026", " TO ", "2027]", "{*", "}", ">=2026-01-01", "<", "2026-02-30"),
        *("&&", "||", "&", "|", ",", "،", "；", "\n", "\u00a0", "\u200f", "\u00ad", "\u2060"),
        *(
            "火",
            "箭",
            "ロ",
            "ב",
            "بغداد",
            "e\u0301",
            "é",
            "\u0301",
            "🚀",
            "ＡＮＤ",
            "（",
            "）",
            "：",
            "＊",
        ),
        *("ro*", "w?m", "[a-z]", "(?=", "\\1", "13,000", "13\u00a0000", "U.S.", "a-b", "\ud800"),
    ]
)


@given(st.lists(SHARDS, max_size=30).map("".join))
def test_any_heap_of_shards_is_answered(query):
    answered(query)


@given(st.text(string.printable, max_size=40), st.text(string.printable, max_size=40))
def test_any_value_of_a_field_is_answered(before, after):
    for field in ("title:", "url:", "site:", "published:", "published:(", "set:", "case:", "/"):
        answered(f"{before} {field}{after}")
