"""Which stored articles a query may match, as an expression over the keys of articles.

A search over months of articles reads an index of their keys first, and has the matcher decide only
on what is left. So that it decides as it did when the article came, no article that matches may be
left out: what `narrow` gives holds, over `index_keys`, for every text that the query holds for. It
says nothing of order, places and fields, and of nothing that must not be there.
"""

from collections.abc import Iterable
from typing import Final

from scraper.watch.anchors import anchor_of, keys_in_all_languages
from scraper.watch.indexed import IndexedText
from scraper.watch.matchtext import OTHER_FIELDS, MatchText
from scraper.watch.nodes import (
    And,
    AnyOf,
    AtLeast,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Run,
    Term,
)
from scraper.watch.pattern_keys import shape_of
from storage.records import KeyExpression, KeyIs, KeysAllOf, KeysAnyOf

# Raised whenever an article would have other keys than before: when folding, the division into
# words, or the inflection of any language changes. Articles are then indexed anew.
RULES: Final = 1

_FEW: Final = 1_000  # terms of a list, of which every word is asked for
_LONGEST: Final = 200  # characters of a key; the beginning of longer ones


def index_keys(text: MatchText) -> frozenset[str]:
    """Everything that `narrow` may ask of an article."""
    indexed = IndexedText(text)
    keys = {*indexed.exact, *indexed.plain, *indexed.marks}
    for field in OTHER_FIELDS:
        exact, plain = indexed.spellings(field)
        keys |= exact | plain
    if max(map(len, keys), default=0) > _LONGEST:
        keys = {key[:_LONGEST] for key in keys}
    return frozenset(keys)


def narrow(root: Node) -> KeyExpression | None:
    """What the keys of every article satisfy that the query matches; None: all of them."""
    return _narrow(root, negated=False)


def _narrow(node: Node, *, negated: bool) -> KeyExpression | None:
    if isinstance(node, Not):
        return _narrow(node.child, negated=not negated)
    if isinstance(node, And | Or):
        parts = [_narrow(child, negated=negated) for child in node.children]
        return _all_of(parts) if isinstance(node, And) is not negated else _any_of(parts)
    if negated:
        return None
    if isinstance(node, Near):
        return _all_of([_narrow(operand, negated=False) for operand in node.operands])
    if isinstance(node, AtLeast):
        return _narrow(node.child, negated=False)
    assert isinstance(node, Leaf), "the kinds of nodes are these"
    return _leaf(node)


def _leaf(leaf: Leaf) -> KeyExpression | None:
    if isinstance(leaf, AnyOf):
        few = len(leaf.leaves) <= _FEW
        return _any_of([_leaf(each if few else _longest_word(each)) for each in leaf.leaves])
    if isinstance(leaf, Phrase):
        row = _all_of([_leaf(part) for part in leaf.parts])
        return row if leaf.joined is None else _any_of([row, _leaf(leaf.joined)])
    if isinstance(leaf, Run):
        pairs = zip(leaf.tokens, leaf.tokens[1:], strict=False)
        return _all_of([_key(f"{first} {second}") for first, second in pairs])
    return _anchor(leaf)


def _longest_word(leaf: Leaf) -> Leaf:
    """Of words in a row the longest alone: of a long list, each key would take its time."""
    if not isinstance(leaf, Phrase) or leaf.joined is not None:
        return leaf
    terms = [part for part in leaf.parts if isinstance(part, Term)]
    return max(terms, key=lambda term: len(term.token)) if terms else leaf


def _anchor(leaf: Leaf) -> KeyExpression | None:
    anchor = anchor_of(leaf)
    if anchor is None:
        return None
    if anchor.kind == "shape":
        shape = shape_of(anchor.value)
        is_start = shape[-1] == "*" and shape[0] != "*"
        return _key(shape[:-1], prefix=True) if is_start else None
    if anchor.kind != "plain":
        return _key(anchor.value)
    # In fields of names a word is found by its spelling, which is among these.
    keys = keys_in_all_languages(anchor.value, name=anchor.name)
    return _any_of([_key(key) for key in sorted(keys)])


def _key(key: str, *, prefix: bool = False) -> KeyIs:
    return KeyIs(key[:_LONGEST], prefix=prefix or len(key) > _LONGEST)


def _all_of(parts: Iterable[KeyExpression | None]) -> KeyExpression | None:
    known = tuple(dict.fromkeys(part for part in parts if part is not None))
    if len(known) < 2:
        return known[0] if known else None
    return KeysAllOf(known)


def _any_of(parts: Iterable[KeyExpression | None]) -> KeyExpression | None:
    found = tuple(dict.fromkeys(parts))
    if not found or None in found:
        return None
    return found[0] if len(found) == 1 else KeysAnyOf(tuple(part for part in found if part))
