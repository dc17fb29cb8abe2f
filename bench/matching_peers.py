"""What matching is measured beside: other ways to find literal words of many watches in a text.

    python -m bench.matching_peers NAME --watches N --articles M --seed S

Each runs in a process of its own, says what it measured as one line of JSON, and keeps to literals
(see Literals): none has a language of queries. A watch is kept under its rarest group of words, as
a percolator keeps it; what an article has of these gives candidates, which are decided in Python.

Two ways to get from a raw text to what they search:
- "fold": the text folded (scraper.text.folding), all that is no letter or digit made one space;
- "words": the words of scraper.text.words with a space between, those that hyphens hold together
  also as one. This is what makes them correct: U.S. is us, 13,000 is 13000, air-strike airstrike.
"""

import argparse
import gc
import json
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.matching_corpus import Corpus, Literals
from scraper.text.folding import fold
from scraper.text.words import is_unspaced, words
from scraper.watch import MatchText
from scraper.watch.forms import compounds

FIELDS = ("title", "standfirst", "body")
WARM_UP = 3_000  # articles, other ones than are measured: a daemon has read many
RUNS = 5  # parts that the articles are measured in; the median counts
_NO_WORD = re.compile(r"[\W_]+")
_PARAGRAPH = re.compile(r"\n\s*\n")


def by_fold(text: MatchText) -> str:
    """Folded, spaces around what seem to be words."""
    fields = " \n ".join(filter(None, (getattr(text, name) for name in FIELDS)))
    return f" {_NO_WORD.sub(' ', fold(fields))} "


def by_words(text: MatchText) -> str:
    """The words between spaces; characters of scripts without spaces as they stand."""
    pieces: list[str] = []
    joined: list[str] = []
    for name in FIELDS:
        for paragraph in _PARAGRAPH.split(getattr(text, name) or ""):
            found = words(paragraph)
            end, is_character = -1, False
            for word, start, after in found:
                was_character, is_character = is_character, is_unspaced(word)
                if start != end or not (was_character and is_character):
                    pieces.append(" ")
                pieces.append(word)
                end = after
            pieces.append(" \n")
            if "-" in paragraph or "’" in paragraph or "'" in paragraph:
                joined += (each.joined for each in compounds(paragraph, found))
    return f"{''.join(pieces)} {' | '.join(joined)} "


PREPARED: dict[str, Callable[[MatchText], str]] = {"fold": by_fold, "words": by_words}


def padded(literal: str) -> str:
    """A literal as it stands in a prepared text: whole, but within runs of characters."""
    return literal if is_unspaced(literal[-1]) else f" {literal} "


class Peer(Protocol):
    """Finds the watches that a prepared text satisfies, by their numbers."""

    def match(self, text: str) -> list[int]:
        """The numbers, ascending."""


class Percolator:
    """What the literal ways share: watches by their rarest group, and the decision.

    What is left of a watch is decided by a set of the text's words; only phrases, and what is of
    scripts without spaces, are sought in the text.
    """

    def __init__(self, watches: Sequence[Literals], shares: Counter[str]) -> None:
        self.watches_by_literal: defaultdict[str, list[int]] = defaultdict(list)
        self.words: list[tuple[tuple[str, ...], ...]] = []  # groups of single words, by watch
        self.rows: list[tuple[tuple[str, ...], ...]] = []  # groups with anything else
        self.without: list[tuple[str, ...]] = []
        for number, watch in enumerate(watches):
            groups = [tuple(map(padded, group)) for group in watch.all_of]
            rarest = min(groups, key=lambda group: sum(shares[each] for each in group))
            for literal in rarest:
                self.watches_by_literal[literal].append(number)
            groups.remove(rarest)
            single = [group for group in groups if all(map(_is_word, group))]
            self.words.append(tuple(tuple(each.strip() for each in group) for group in single))
            self.rows.append(tuple(group for group in groups if group not in single))
            self.without.append(tuple(map(padded, watch.none_of)))

    def decide(self, anchors: Iterable[str], text: str) -> list[int]:
        """Of the watches kept under these anchors those that the text satisfies."""
        candidates: set[int] = set()
        for anchor in anchors:
            candidates.update(self.watches_by_literal[anchor])
        words_of, rows, without = self.words, self.rows, self.without
        absent = set(text.split()).isdisjoint
        found = []
        for number in candidates:
            for group in words_of[number]:
                if absent(group):
                    break
            else:
                if (not rows[number] and not without[number]) or (
                    all(any(each in text for each in group) for group in rows[number])
                    and not any(each in text for each in without[number])
                ):
                    found.append(number)
        return sorted(found)


def _is_word(literal: str) -> bool:
    return literal[0] == " " and literal.count(" ") == 2


class AhoCorasick(Percolator):
    """ahocorasick_rs: one automaton of all anchors."""

    def __init__(self, watches: Sequence[Literals], shares: Counter[str]) -> None:
        import ahocorasick_rs  # noqa: PLC0415 - a process imports what it measures

        super().__init__(watches, shares)
        self.literals = list(self.watches_by_literal)
        self.automaton = ahocorasick_rs.AhoCorasick(self.literals)

    def match(self, text: str) -> list[int]:
        """The automaton over the text."""
        found = self.automaton.find_matches_as_indexes(text, overlapping=True)
        return self.decide({self.literals[index] for index, _, _ in found}, text)


class Hyperscan(Percolator):
    """hyperscan: one database of all anchors as pure literals, each reported once a text."""

    def __init__(self, watches: Sequence[Literals], shares: Counter[str]) -> None:
        import hyperscan  # noqa: PLC0415 - a process imports what it measures

        super().__init__(watches, shares)
        self.literals = list(self.watches_by_literal)
        self.database = hyperscan.Database()
        self.database.compile(
            expressions=[literal.encode() for literal in self.literals],
            ids=list(range(len(self.literals))),
            elements=len(self.literals),
            flags=hyperscan.HS_FLAG_SINGLEMATCH,
            literal=True,
        )
        self.found: list[int] = []
        self.seen = self._seen

    def _seen(self, index: int, *_: object) -> None:
        self.found.append(index)

    def match(self, text: str) -> list[int]:
        """The database over the text."""
        self.found.clear()
        self.database.scan(text.encode(), match_event_handler=self.seen)
        return self.decide([self.literals[index] for index in self.found], text)


class PurePython(Percolator):
    """No library: the words of the text looked up in a dict, characters pair by pair."""

    def __init__(self, watches: Sequence[Literals], shares: Counter[str]) -> None:
        super().__init__(watches, shares)
        # By its first word, or its first two characters, what an anchor is.
        self.by_start: defaultdict[str, list[str]] = defaultdict(list)
        for literal in self.watches_by_literal:
            self.by_start[_start(literal)].append(literal)

    def match(self, text: str) -> list[int]:
        """The words of the text, each looked up once."""
        starts = set(text.split())
        if not text.isascii():
            starts.update(text[at : at + 2] for at in range(len(text) - 1) if text[at] > "\u0e00")
        found = (each for start in starts & self.by_start.keys() for each in self.by_start[start])
        return self.decide([each for each in found if each in text], text)


def _start(literal: str) -> str:
    word = literal.split(maxsplit=1)[0]
    return word[:2] if is_unspaced(word[-1]) else word


class Expressions:
    """One regular expression a watch, tried one after the other."""

    def __init__(self, watches: Sequence[Literals], shares: Counter[str]) -> None:
        del shares
        self.compiled = [re.compile(_expression(watch)) for watch in watches]

    def match(self, text: str) -> list[int]:
        """All of them."""
        return [number for number, each in enumerate(self.compiled) if each.match(text)]


def _expression(watch: Literals) -> str:
    def one_of(literals: Iterable[str]) -> str:
        return "|".join(re.escape(padded(literal)) for literal in literals)

    wanted = "".join(f"(?=.*(?:{one_of(group)}))" for group in watch.all_of)
    return f"(?s){wanted}" + (f"(?!.*(?:{one_of(watch.none_of)}))" if watch.none_of else "")


PEERS: dict[str, Callable[[Sequence[Literals], Counter[str]], Peer]] = {
    "ahocorasick_rs": AhoCorasick,
    "hyperscan": Hyperscan,
    "percolator": PurePython,
    "regex": Expressions,
}
MOST_WATCHES = {"regex": 1_000}  # beyond, it takes minutes


def shares_of(corpus: Corpus, count: int = 300) -> Counter[str]:
    """In how many of some other articles each literal is, as far as it is a word."""
    counted: Counter[str] = Counter()
    for text in corpus.articles(count, stream=99):
        prepared = by_words(text)
        counted.update({f" {word} " for word in prepared.split()})
        if text.language == "zh":
            counted.update({prepared[at : at + 2] for at in range(len(prepared))})
    return counted


def median_ms(spent: Sequence[float]) -> float:
    """Milliseconds an article: the median of the means of the parts, of seconds for each."""
    size = max(1, len(spent) // RUNS)
    parts = [spent[at : at + size] for at in range(0, size * RUNS, size)]
    return 1000 * statistics.median(statistics.fmean(part) for part in parts if part)


def timed(work: Callable[[Any], Any], values: Iterable[Any]) -> tuple[list[Any], list[float]]:
    """What `work` gives for each of the values, and the seconds of CPU it took for each."""
    given, spent = [], []
    for value in values:
        started = time.process_time()
        result = work(value)
        spent.append(time.process_time() - started)
        given.append(result)
    return given, spent


def resident() -> int:
    """Bytes of memory that the process holds now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def measure(name: str, count: int, articles: int, seed: int) -> Iterator[dict[str, Any]]:
    """For each way to prepare the text: what the peer takes, and what it finds."""
    corpus = Corpus(seed)
    watches = [asked.literals for asked in corpus.watches(count)]
    shares = shares_of(corpus)
    before, started = resident(), time.process_time()
    peer = PEERS[name](watches, shares)
    built, held = time.process_time() - started, resident() - before
    warm = list(corpus.articles(WARM_UP, stream=1))
    texts = list(corpus.articles(articles))
    if name == "regex":
        warm, texts = warm[:5], texts[: max(RUNS, articles // 50)]
    for way, prepare in PREPARED.items():
        for text in warm:
            peer.match(prepare(text))
        prepared, preparing = timed(prepare, texts)
        found, matching = timed(peer.match, prepared)
        yield {
            "name": name,
            "way": way,
            "watches": count,
            "prepare_ms": median_ms(preparing),
            "match_ms": median_ms(matching),
            "build_s": built,
            "resident": held,
            "found": found,
        }


def main() -> None:
    """Say what was measured, a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("--watches", type=int, required=True)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    for line in measure(asked.name, asked.watches, asked.articles, asked.seed):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
