"""Queries against an evaluator that is slow, and plain enough to be believed."""

from itertools import pairwise, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scraper.errors import QueryError
from scraper.text.words import is_unspaced, words
from scraper.watch import MatchText, compile_query
from scraper.watch.anchors import cover, usual_share
from scraper.watch.indexed import IndexedText
from scraper.watch.nodes import And, Mark, Near, Node, Not, Or, Phrase, Term
from scraper.watch.parser import parse
from scraper.watch.runs import Part

Span = tuple[str, int, int]  # a field, and its words from one to the other


class Reference:
    """A text as lists of words; None where a paragraph ends."""

    def __init__(self, text: MatchText) -> None:
        self.fields: dict[str, list[tuple[str, bool] | None]] = {}  # word, held to the one before
        for name in ("title", "standfirst", "body", "caption"):
            found: list[tuple[str, bool] | None] = []
            for paragraph in (getattr(text, name) or "").split("\n\n"):
                tokens = words(paragraph)
                if found and tokens:
                    found.append(None)
                end = -1
                for token in tokens:
                    found.append((token.text, token.start == end))
                    end = token.end
            self.fields[name] = found

    def holds(self, node: Node) -> bool:
        match node:
            case And(children):
                return all(self.holds(child) for child in children)
            case Or(children):
                return any(self.holds(child) for child in children)
            case Not(child):
                return not self.holds(child)
            case Near(operands, distances):
                return any(
                    all(
                        near(a, b, distance)
                        for (a, b), distance in zip(pairwise(chain), distances, strict=True)
                    )
                    for chain in product(*map(self.spans, operands))
                )
            case Mark():
                return False
            case _:
                return bool(self.spans(node))

    def spans(self, node: Node) -> list[Span]:
        if isinstance(node, Or):
            return [span for child in node.children for span in self.spans(child)]
        assert isinstance(node, Term | Phrase)
        if isinstance(node, Term):
            parts, slop = (Part((node.token,), node.prefix),), None
        else:
            parts, slop = node.parts, node.slop
        fields = [node.within] if node.within else ["title", "standfirst", "body"]
        return [span for field in fields for span in self.find(field, parts, slop)]

    def find(self, field: str, parts: tuple[Part, ...], slop: int | None) -> list[Span]:
        """All ways to lay the parts out: in a row, or anywhere within a window."""
        places = [
            [start for start in range(len(self.fields[field])) if self.stands(field, part, start)]
            for part in parts
        ]
        found = []
        total = sum(len(part.tokens) for part in parts)
        for starts in product(*places):
            ends = [at + len(part.tokens) - 1 for at, part in zip(starts, parts, strict=True)]
            if slop is None:
                fits = all(end + 1 == after for end, after in zip(ends, starts[1:], strict=False))
            else:
                twice = {(part, at) for part, at in zip(parts, starts, strict=True)}
                fits = max(ends) - min(starts) < total + slop and len(twice) == len(parts)
            if fits:
                found.append((field, min(starts), max(ends)))
        return found if slop is None else [span for span in found if not contains(span, found)]

    def stands(self, field: str, part: Part, start: int) -> bool:
        tokens = self.fields[field][start : start + len(part.tokens)]
        if len(tokens) < len(part.tokens) or None in tokens:
            return False
        for index, (wanted, token) in enumerate(zip(part.tokens, tokens, strict=True)):
            assert token is not None
            equal = token[0].startswith(wanted) if part.prefix else token[0] == wanted
            if not equal or (index > 0 and not token[1]):
                return False
        return True


def contains(span: Span, others: list[Span]) -> bool:
    """Whether one of `others`, and not the same, lies within `span`."""
    return any(
        span[1] <= first and last <= span[2] and span != (field, first, last)
        for field, first, last in others
    )


def near(one: Span, other: Span, distance: int) -> bool:
    if one[0] != other[0]:
        return False
    apart = other[1] - one[2] - 1 if other[1] > one[2] else one[1] - other[2] - 1
    overlap = one[1] <= other[2] and other[1] <= one[2]
    return not overlap and apart <= distance


_WORD = st.sampled_from(["ab", "abc", "b", "cd", "火", "火箭", "箭"])
_SEPARATOR = st.sampled_from([" ", " ", ", ", "\n\n", ""])
_PROSE = st.lists(st.builds(str.__add__, _WORD, _SEPARATOR), max_size=12).map("".join)
TEXTS = st.builds(
    MatchText, title=_PROSE, standfirst=st.none() | _PROSE, body=_PROSE, caption=_PROSE
)

_TERM = st.sampled_from(["ab", "abc", "b", "cd", "ab*", "火", "火箭", "箭"])
_PHRASE = st.builds(
    '"{}"{}'.format,
    st.lists(_TERM, min_size=2, max_size=3).map(" ".join),
    st.sampled_from(["", "~1", "~3"]),
)
_PLACE = _TERM | _PHRASE
_LEAF = st.builds(str.__add__, st.sampled_from(["", "", "title:", "body:", "caption:"]), _PLACE)
_NEAR = st.builds(
    "{} NEAR/{} ({} OR {})".format, _PLACE, st.integers(1, 4), _PLACE, _TERM
) | st.builds(
    "{} NEAR/{} {} NEAR/{} {}".format, _TERM, st.integers(1, 4), _PLACE, st.integers(1, 3), _TERM
)


def _nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.builds("({}) {} ({})".format, inner, st.sampled_from(["AND", "OR", "NOT"]), inner)
    return joined | st.builds("NOT ({})".format, inner)


TREES = st.recursive(_LEAF | _NEAR, _nest, max_leaves=6)


@settings(deadline=None)  # what is slow is the evaluator that is compared with
@given(TREES, TEXTS)
def test_queries_hold_where_the_plain_evaluator_says_so(query: str, text: MatchText) -> None:
    try:
        tree = parse(query)
    except QueryError:  # purely negative
        return
    expected = Reference(text).holds(tree)
    assert tree.holds(IndexedText(text)) is expected
    assert (compile_query(query).match(text) is not None) is expected


@settings(deadline=None)  # what is slow is the evaluator that is compared with
@given(TREES, TREES, TREES, TEXTS)
def test_boolean_laws(one: str, two: str, three: str, text: MatchText) -> None:
    def holds(query: str) -> bool:
        # A first part that is in no text makes a query of any, as the parser wants it.
        return parse(f"zz OR (yy AND ({query}))").holds(indexed)

    marked = MatchText(
        title=text.title,
        standfirst=text.standfirst,
        body=f"{text.body}\n\nyy",
        caption=text.caption,
    )
    indexed = IndexedText(marked)
    assert holds(f"({one}) AND ({two})") is (holds(one) and holds(two))
    assert holds(f"({one}) ({two})") is holds(f"({two}) AND ({one})")
    assert holds(f"({one}) OR ({two})") is (holds(one) or holds(two))
    assert holds(f"NOT ({one})") is not holds(one)
    assert holds(f"NOT (({one}) AND ({two}))") is holds(f"NOT ({one}) OR NOT ({two})")
    assert holds(f"({one}) AND (({two}) OR ({three}))") is holds(
        f"(({one}) AND ({two})) OR (({one}) AND ({three}))"
    )
    assert holds(f"({one}) OR ({two}) AND ({three})") is holds(
        f"({one}) OR (({two}) AND ({three}))"
    )


@settings(deadline=None)  # what is slow is the evaluator that is compared with
@given(TREES, TEXTS)
def test_what_matches_has_an_anchor(query: str, text: MatchText) -> None:
    try:
        tree = parse(query)
    except QueryError:
        assume(False)  # noqa: FBT003 - hypothesis' own way to pass an example over
    indexed = IndexedText(text)
    found = cover(tree, usual_share)
    assert found is not None
    if tree.holds(indexed):
        spellings = {*indexed.postings, *indexed.pairs}
        assert any(
            any(key.startswith(anchor[:-1]) for key in spellings)
            if anchor.endswith("*")
            else anchor in spellings
            for anchor in found[1]
        )


@settings(deadline=None)  # what is slow is the evaluator that is compared with
@given(TREES, TEXTS)
def test_hits_are_words_of_the_query(query: str, text: MatchText) -> None:
    try:
        passages = compile_query(query).match(text)
    except QueryError:
        return
    for passage in passages or ():
        assert passage.highlights
        for start, end in passage.highlights:
            shown = words(passage.text[start:end])
            assert shown
            assert all(
                is_unspaced(word.text) or word.text.startswith(("ab", "b", "cd")) for word in shown
            )
