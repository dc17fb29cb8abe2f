"""By what a query is found: a few things of which every text that matches has at least one.

    AND, NEAR    the anchors of its rarest part: one part that is missing is enough
    OR, set:     the anchors of all its parts
    NOT          none; within it AND and OR change places, and what is denied twice is a plain part
    "a b"        its rarest word, or pair of characters in scripts without spaces
    rocket*, Mosul~1, /rocket(s|ry)/    what a word must have for it: the beginning, three letters
    lang:, site:, kind:                 the mark itself

A query without anchors may hold for a text without any word: only dates (`published:`) and
expressions of which nothing is certain have none. What remains is looked at for every text.

How rare something is, is guessed before any article is seen: from the length of the word, as
measured on news, and from how many of the queries name it, for what many watch for is what much
is written of.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from scraper.text import inflection
from scraper.watch.matchtext import AS_WRITTEN
from scraper.watch.nodes import (
    And,
    AnyOf,
    AtLeast,
    Fuzzy,
    Leaf,
    Mark,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Run,
    Term,
    Wildcard,
)
from scraper.watch.pattern_keys import shape_of

_INFLECTED: Final = frozenset((Mode.PLAIN, Mode.NAME))


class Anchor(NamedTuple):
    """Something that a text has or has not.

    By `kind`: "exact" a spelling, or a pair of characters with a space between; "plain" a folded
    word whose inflections count, typed as a name if `name`; "shape" a key of pattern_keys.py;
    "mark" as in IndexedText.marks; "any" an AnyOf, which is found by anchors of its own. Those of
    words that are looked for in a field of their own name it.
    """

    kind: Literal["exact", "plain", "shape", "mark", "any"]
    value: Any
    field: str | None = None
    name: bool = False


Share = Callable[[Anchor], float]  # the share of articles that have it, at a guess


class Cover(NamedTuple):
    """Anchors of which a text that matches has one, and the share of articles that do."""

    share: float
    anchors: tuple[Anchor, ...]


def covers(root: Node, share: Share) -> list[Cover]:
    """What every text has that matches: of each of these one anchor, the rarest first.

    None at all: a text may match without any.
    """
    found = (_cover(node, share, negated=False) for node in _required(root))
    return sorted((each for each in found if each is not None), key=_share)


def _share(found: Cover) -> float:
    return found.share


def _required(node: Node) -> Iterator[Node]:
    """The parts of which each must hold; a phrase as its words."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, And):
            pending += each.children
        elif isinstance(each, Near):
            pending += each.operands
        elif isinstance(each, AtLeast):
            pending.append(each.child)
        elif isinstance(each, Phrase) and each.joined is None:
            pending += _parts(each)
        elif isinstance(each, Run) and len(each.tokens) > 2:
            pending += [
                Run(each.tokens[at : at + 2], each.within) for at in range(len(each.tokens) - 1)
            ]
        elif isinstance(each, Not) and isinstance(each.child, Not):
            pending.append(each.child.child)
        else:
            yield each


def _parts(phrase: Phrase) -> Iterable[Leaf]:
    for part in phrase.parts:
        if isinstance(part, Run):
            yield Run(part.tokens, phrase.within)
        elif isinstance(part, Wildcard):
            yield Wildcard(part.pattern, phrase.within)
        else:
            yield Term(part.token, part.mode, part.spelling, phrase.within)


def _cover(node: Node, share: Share, *, negated: bool) -> Cover | None:
    if isinstance(node, Not):
        return _cover(node.child, share, negated=not negated)
    if isinstance(node, And | Or):
        covers = [_cover(child, share, negated=negated) for child in node.children]
        return _all_of(covers) if isinstance(node, And) is negated else _best_of(covers)
    if negated:
        return None
    if isinstance(node, Near):
        return _best_of(_cover(operand, share, negated=False) for operand in node.operands)
    if isinstance(node, AtLeast):
        return _cover(node.child, share, negated=False)
    assert isinstance(node, Leaf), "the kinds of nodes are these"
    return _of_leaf(node, share)


def _best_of(covers: Iterable[Cover | None]) -> Cover | None:
    return min((each for each in covers if each is not None), key=_share, default=None)


def _all_of(covers: Iterable[Cover | None]) -> Cover | None:
    total, anchors = 0.0, {}
    for each in covers:
        if each is None:
            return None
        total += each.share
        anchors.update(dict.fromkeys(each.anchors))
    return Cover(total, tuple(anchors))


def _of_leaf(leaf: Leaf, share: Share) -> Cover | None:
    if isinstance(leaf, Phrase):
        best = _best_of(_of_leaf(part, share) for part in _parts(leaf))
        if leaf.joined is None:
            return best
        joined = leaf.joined if leaf.within is None else leaf.joined.scoped(leaf.within)
        return _all_of((best, _of_leaf(joined, share)))
    anchor = anchor_of(leaf)
    return None if anchor is None else Cover(share(anchor), (anchor,))


def anchor_of(leaf: Leaf) -> Anchor | None:
    """The anchor of a leaf that is no phrase; None where nothing is certain."""
    # What is in the text is most of an article anyway.
    field = None if leaf.within == "body" else leaf.within
    match leaf:
        case Term(token, mode) if mode in _INFLECTED and field not in AS_WRITTEN:
            found = Anchor("plain", token, field, name=mode is Mode.NAME)
        case Term(token):
            found = Anchor("exact", token, field)
        case Run(tokens):
            found = Anchor("exact", f"{tokens[0]} {tokens[1]}", field)
        case Mark():
            found = Anchor("mark", leaf.key)
        case AnyOf():
            found = Anchor("any", leaf)
        case Wildcard() | Fuzzy() | Regex() if (key := leaf.key) is not None:
            found = Anchor("shape", key, field)
        case _:  # a date; a pattern of which no word is certain to have anything
            return None
    return found


@lru_cache(maxsize=1 << 17)
def keys_in_all_languages(word: str, *, name: bool) -> frozenset[str]:
    """The keys that a word of a query may be found by, whatever language a text is in."""
    keys = {inflection.key(word, language, name=name) for language in inflection.LANGUAGES}
    return frozenset((word, inflection.key(word, None, name=name), *keys))


# Of the words of a length that an article has, the mean share of articles that have the same word;
# for the lengths from 1, and for all beyond. Measured on 1,900 articles in en, de, es, tr, pl, ar.
_SHARE_BY_LENGTH: Final = (0.4, 0.5, 0.38, 0.2, 0.1, 0.06, 0.05)
_SHARE_OF_LONGER: Final = 0.035
_SHARE_OF_COMMON: Final = 0.6
_SHARE_OF_SHAPE: Final = 0.2
_SHARE_OF_PAIR: Final = 0.05  # of characters of scripts without spaces
_SHARE_OF_LANGUAGE: Final = 0.5
_SHARE_OF_SITE: Final = 0.01
_ENDINGS: Final = 3  # words that one prefix stands for in an article's language, at a guess

# The commonest words of four letters and more, folded; shorter ones cost enough by their length.
_COMMON_WORDS: Final = """
    that with said from have this been will after they year were their also which would over when
    more there time about first into last against back before could just what some only told other
    than them eine nicht auch einem werden dass einer wurde sind einen haben uber noch wird mehr
    hatte unter gegen para este como entre esta durante tambien desde hasta cuando parte donde sobre
    dans avec pour sont plus cette mais leur della delle sono anche come nella pelo pela icin olarak
    olan jest przez التي خلال الذي وقال الرييس اليوم
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())


def usual_share(anchor: Anchor) -> float:
    """The share of articles that have an anchor, guessed from the anchor alone."""
    kind, value = anchor.kind, anchor.value
    if kind == "mark":
        return _SHARE_OF_SITE if value.startswith(":site:") else _SHARE_OF_LANGUAGE
    if kind == "any":
        return min(1.0, 0.01 * len(value.leaves))
    if anchor.field is not None:
        return _SHARE_OF_LONGER
    if kind == "shape":
        shape = shape_of(value)
        is_start = shape[0] != "*" and shape[-1] == "*"
        return min(1.0, _ENDINGS * _share_of_word(shape[:-1])) if is_start else _SHARE_OF_SHAPE
    return _SHARE_OF_PAIR if " " in value else _share_of_word(value)


def _share_of_word(word: str) -> float:
    if word in _COMMON:
        return _SHARE_OF_COMMON
    length = len(word)
    return _SHARE_BY_LENGTH[length - 1] if length <= len(_SHARE_BY_LENGTH) else _SHARE_OF_LONGER
