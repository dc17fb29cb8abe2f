"""Which of many queries can match a text at all, without looking at most of them.

Every query is kept under a few anchors: words such that a text that matches has at least one of
them. A text is then looked up word by word, and only the queries found so are evaluated. The idea
is the presearcher of Lucene's Monitor and of the percolators built on it.

    AND, NEAR    the anchors of its cheapest part: one part that is missing is enough
    OR           the anchors of all its parts
    NOT          none; within it AND and OR change places, and what is denied twice is a plain part
    "a b"        its cheapest word, or pair of characters in scripts without spaces
    lang:, site: the mark itself

A query that holds for a text without any word has no anchors, and only such a query has none: by
the rules above a part without anchors is one that holds for the empty text. The parser
refuses these.

The cost of an anchor is the chance that an article has it, guessed before any article is seen: from
the length of the word, as measured on news, and from how many of the queries name it, for what many
watch for is what much is written of.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from scraper.watch.indexed import IndexedText
from scraper.watch.leaves import SHORTEST_PREFIX
from scraper.watch.nodes import And, Leaf, Mark, Near, Node, Not, Or, Phrase, Term
from scraper.watch.runs import Part

Cover = tuple[float, frozenset[str]]  # the cost of anchors, and the anchors

# Of the words of a length that an article has, the mean share of articles that have the same word;
# for the lengths from 1, and for all beyond. Measured on 1,900 articles in en, de, es, tr, pl, ar.
_SHARE_BY_LENGTH = (0.4, 0.5, 0.38, 0.2, 0.1, 0.06, 0.05)
_SHARE_OF_LONGER = 0.035
_SHARE_OF_COMMON = 0.6
_SHARE_OF_PAIR = 0.05  # of characters of scripts without spaces
_SHARE_OF_LANGUAGE = 0.5
_SHARE_OF_SITE = 0.01
_ENDINGS = 3  # words that one prefix stands for in an article's language, at a guess

# The commonest words of four letters and more, folded; shorter ones cost enough by their length.
_COMMON_WORDS = """
    that with said from have this been will after they year were their also which would over when
    more there time about first into last against back before could just what some only told other
    than them eine nicht auch einem werden dass einer wurde sind einen haben uber noch wird mehr
    hatte unter gegen para este como entre esta durante tambien desde hasta cuando parte donde sobre
    dans avec pour sont plus cette mais leur della delle sono anche come nella pelo pela icin olarak
    olan jest przez التي خلال الذي وقال الرييس اليوم
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def cover(node: Node, share: Callable[[str], float]) -> Cover | None:
    """Anchors of `node`, the cheapest as `share` estimates; None if a text needs none to match.

    An anchor is a word, a prefix with `*`, two characters with a space between, or a mark.
    """
    return _cover(node, share, negated=False)


def _cover(node: Node, share: Callable[[str], float], *, negated: bool) -> Cover | None:
    match node:
        case Not(child):
            return _cover(child, share, negated=not negated)
        case And(children) | Or(children):
            covers = (_cover(child, share, negated=negated) for child in children)
            return _all_of(covers) if isinstance(node, And) is negated else _best_of(covers)
        case _ if negated:
            return None
        case Near(operands):
            return _best_of(_cover(operand, share, negated=False) for operand in operands)
        case Phrase():
            return _cover_phrase(node, share)
        case Leaf():
            return _single(_anchor(node), share)
    raise TypeError(node)


def _best_of(covers: Iterable[Cover | None]) -> Cover | None:
    return min((each for each in covers if each is not None), key=_cost, default=None)


def _all_of(covers: Iterable[Cover | None]) -> Cover | None:
    cost, anchors = 0.0, frozenset[str]()
    for each in covers:
        if each is None:
            return None
        cost, anchors = cost + each[0], anchors | each[1]
    return cost, anchors


def _cost(found: Cover) -> float:
    return found[0]


def _single(anchor: str, share: Callable[[str], float]) -> Cover:
    return share(anchor), frozenset((anchor,))


def _anchor(leaf: Leaf) -> str:
    if isinstance(leaf, Mark):
        return leaf.key
    assert isinstance(leaf, Term), "phrases have several"
    return f"{leaf.token}*" if leaf.prefix else leaf.token


def _cover_phrase(phrase: Phrase, share: Callable[[str], float]) -> Cover:
    options = [anchor for part in phrase.parts for anchor in _anchors_of_part(part)]
    best = min((_single(anchor, share) for anchor in options), key=_cost)
    if phrase.joined is None:
        return best
    one = Term(phrase.joined, phrase.parts[-1].prefix)
    both = _all_of((best, _single(_anchor(one), share)))
    assert both is not None, "neither is None"
    return both


def _anchors_of_part(part: Part) -> list[str]:
    if len(part.tokens) == 1:
        return [f"{part.tokens[0]}*" if part.prefix else part.tokens[0]]
    return [f"{first} {second}" for first, second in pairwise(part.tokens)]


def usual_share(anchor: str) -> float:
    """The share of articles that have an anchor, guessed from the anchor alone."""
    if anchor[0] == ":":
        return _SHARE_OF_LANGUAGE if anchor.startswith(":lang:") else _SHARE_OF_SITE
    if " " in anchor:
        return _SHARE_OF_PAIR
    if anchor[-1] == "*":
        return min(1.0, _ENDINGS * usual_share(anchor[:-1]))
    if anchor in _COMMON:
        return _SHARE_OF_COMMON
    length = len(anchor)
    return _SHARE_BY_LENGTH[length - 1] if length <= len(_SHARE_BY_LENGTH) else _SHARE_OF_LONGER


class Presearcher:
    """Queries by their anchors. A query is known by its place in the sequence given."""

    __slots__ = ("_always", "_by_pair", "_by_prefix", "_by_word", "_lengths")

    def __init__(self, roots: Sequence[Node]) -> None:
        self._always: tuple[int, ...] = ()  # those without anchors
        by_anchor = self._choose(roots)
        self._by_pair: dict[str, tuple[int, ...]] = {}
        self._by_prefix: dict[str, tuple[int, ...]] = {}
        self._by_word: dict[str, tuple[int, ...]] = {}
        for anchor, places in by_anchor.items():
            if " " in anchor:
                self._by_pair[anchor] = tuple(places)
            elif anchor[-1] == "*":
                self._by_prefix[anchor[:-1]] = tuple(places)
            else:
                self._by_word[anchor] = tuple(places)
        # By the first letters of a word, how long the prefixes are that it may have.
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for prefix in self._by_prefix:
            lengths[prefix[:SHORTEST_PREFIX]].add(len(prefix))
        self._lengths = {head: tuple(sorted(found)) for head, found in lengths.items()}

    def _choose(self, roots: Sequence[Node]) -> dict[str, list[int]]:
        named = Counter(anchor for root in roots for anchor in set(_all_anchors(root)))

        @cache
        def share(anchor: str) -> float:
            # One query alone says nothing of what is in the news.
            return max(usual_share(anchor), (named[anchor] - 1) / len(roots))

        chosen: defaultdict[str, list[int]] = defaultdict(list)
        for place, root in enumerate(roots):
            found = cover(root, share)
            if found is None:
                self._always += (place,)
            else:
                for anchor in found[1]:
                    chosen[anchor].append(place)
        return chosen

    def candidates(self, text: IndexedText) -> set[int]:
        """The places of all queries that may match, and of few others."""
        found = set(self._always)
        for anchor in text.postings.keys() & self._by_word.keys():
            found.update(self._by_word[anchor])
        for mark in text.marks:
            found.update(self._by_word.get(mark, ()))
        if self._by_prefix:
            for prefix in self._prefixes(text.postings):
                found.update(self._by_prefix[prefix])
        if self._by_pair:
            for pair in text.pairs & self._by_pair.keys():
                found.update(self._by_pair[pair])
        return found

    def _prefixes(self, spellings: Iterable[str]) -> set[str]:
        lengths, prefixes = self._lengths, self._by_prefix
        return {
            spelling[:length]
            for spelling in spellings
            if (some := lengths.get(spelling[:SHORTEST_PREFIX])) is not None
            for length in some
            if spelling[:length] in prefixes
        }


def _all_anchors(node: Node) -> Iterator[str]:
    """Every anchor that the query could be kept under, whatever surrounds it."""
    pending = [node]
    while pending:
        each = pending.pop()
        match each:
            case And(children) | Or(children) | Near(children):
                pending += children
            case Not(child):
                pending.append(child)
            case Phrase(parts):
                for part in parts:
                    yield from _anchors_of_part(part)
            case Leaf():
                yield _anchor(each)
