"""What a single term of a query may say, and yet is hardly meant."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from scraper.text.words import is_unspaced
from scraper.watch.fields import LANGUAGE_CODES
from scraper.watch.lists import Lists
from scraper.watch.matchtext import AS_WRITTEN
from scraper.watch.nodes import (
    AnyOf,
    Fuzzy,
    Leaf,
    Mark,
    Mode,
    Phrase,
    Published,
    Regex,
    Run,
    Term,
    Wildcard,
)
from scraper.watch.patterns import expression


class Said(NamedTuple):
    """What a warning says: see QueryWarning."""

    message: str
    position: int
    remedy: str


# Words, folded, that most articles of a language have: en, de, fr, es, it, pt, nl, sv, pl, tr, ru,
# uk, el, ar, fa, he.
_EVERYWHERE: Final = """
    the of and to in a is that for it on with as was by at from be are this has have not but an or
    he his they we who which will were their its had been more said also
    der die das und den von zu mit sich des auf fur ist im dem nicht ein eine als auch es an er
    le la les de des et un une du en est que dans pour qui sur par au pas plus ce il se
    el los las y del que en por con para una su al lo como mas
    il di e che per non sono della dei nel alla gli con del da
    o os as do da em um uma nao com para na no dos
    het een van dat op te zijn met voor niet aan
    och att det som en av ar inte den pa
    w i na z sie nie do to jest ze
    ve bir bu da de icin ile cok
    и в не на что с по как это но из у за от о к а же
    і у та що не до з є
    και το η ο των του της με για στο που
    من في على ان الى التي عن الذي هذا ما و لا
    و در به از كه اين را با است
    של את על לא זה הוא כי עם
    0 1 2 3 4 5 6 7 8 9
"""
EVERYWHERE: Final = frozenset(_EVERYWHERE.split())
# What is a name in capitals, and an ordinary word without.
_ORDINARY: Final = frozenset(
    ("aid", "ice", "act", "start", "save", "care", "cop", "mad", "rice", "seal", "pen", "who")
)
_OPERATOR_WORDS: Final = frozenset(("and", "or", "not", "near"))
_LONGEST: Final = 60  # characters of a term
_SHORTEST_SHAPE: Final = 3  # letters beside wildcards
_WORD: Final = re.compile(r"[^\W\d_]+")
_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK")
# Of an expression: what makes no sign of itself, and signs that no word has.
_NO_SIGNS: Final = re.compile(
    r"\[(?:\\.|[^\]\\])*\]|\(\?[A-Za-z-]*[:)]|\(\?P?<\w+>|\{[\d,]*\}|\\[A-Za-z]|\\\\"
)
_SIGNS: Final = re.compile(r"\\?([-'\u2019\u2010\u2013@#:;,\"_&%/])")
_SAMPLES: Final = ("zqxv", "a", "rocket", "baghdadi", "\u0628\u063a\u062f\u0627\u062f", "2026")
_TOP_LEVEL: Final = frozenset(("com", "org", "net", "gov", "edu", "mil", "int", "info", "news"))


def of_leaf(leaf: Leaf, at: int, lists: Lists, now: datetime | None) -> Iterator[Said]:
    """What is to be said of a term that stands at a position of the query."""
    if len(leaf.written) > _LONGEST and not isinstance(leaf, Phrase | Published | Regex | Mark):
        yield Said(
            f"The word has {len(leaf.written)} characters: no article has it",
            at,
            "Write a space where one is missing.",
        )
    yield from _mixed_scripts(leaf, at)
    if isinstance(leaf, Published):
        yield from _published(leaf, at, now)
    elif isinstance(leaf, AnyOf):
        yield from _any_of(leaf, at, lists)
    elif (check := _CHECKS.get(type(leaf))) is not None:
        yield from check(leaf, at)


def _term(leaf: Term, at: int) -> Iterator[Said]:
    token, written = leaf.token, leaf.written
    if leaf.mode is Mode.CASED or leaf.within in AS_WRITTEN:
        return
    bare = written.strip('"=').replace(".", "")
    if token in _OPERATOR_WORDS and written.isalpha():
        yield Said(
            f"{written} is looked for as a word here",
            at,
            f'Leave it out, or write "{written}" in quotes.',
        )
    elif bare.isupper() and (
        (len(token) <= 2 and token.isascii() and token.isalpha())
        or token in EVERYWHERE
        or token in _ORDINARY
    ):
        yield Said(
            f"{bare} finds {token}, too: capitals make no difference",
            at,
            f"Write case:{bare}.",
        )
    elif len(token) <= 2 and token.isascii() and token.isalpha() and token not in EVERYWHERE:
        yield Said(
            f"{token} finds every abbreviation and initial of that spelling",
            at,
            f"Write it in a phrase with what stands beside it, or case:{token.upper()} for the"
            " abbreviation.",
        )
    elif written.startswith('"') and leaf.mode is Mode.EXACT and _looks_inflectable(bare):
        yield Said(
            f"{written} in quotes leaves out its inflections",
            at,
            f"Write {bare} without quotes to find its other forms, too.",
        )


def _looks_inflectable(word: str) -> bool:
    if len(word) < 4 or not word.isalpha() or is_unspaced(word):
        return False
    cyrillic = "\u0400" <= word[0] <= "\u04ff"
    return word.islower() or (cyrillic and not word.isupper())


def _wildcard(leaf: Wildcard, at: int) -> Iterator[Said]:
    literal = leaf.pattern.replace("*", "").replace("?", "")
    if len(literal) < 2 or (leaf.pattern[0] in "*?" and len(literal) < _SHORTEST_SHAPE):
        yield Said(
            f"{leaf.pattern} stands for very many words",
            at,
            "Write more letters, as in rocket*.",
        )
    if leaf.written.endswith('?"'):
        yield _question(leaf, at)
    elif leaf.pattern[-1] == "?" and "*" not in leaf.pattern:
        word = leaf.written.rstrip("?\u061f")
        yield Said(
            f"{leaf.written} does not find {word}: each ? stands for just one letter",
            at,
            f"Write {word}* for any ending, or leave out what only ends a question.",
        )


def _question(leaf: Leaf, at: int) -> Said:
    return Said(
        "The ? at the end of the phrase stands for one more letter",
        at + max(leaf.written.rfind("?"), 0),
        "Leave it out if it only ends a question.",
    )


def _fuzzy(leaf: Fuzzy, at: int) -> Iterator[Said]:
    if len(leaf.token) < 2 + 2 * leaf.edits:
        yield Said(
            f"Very many words are as close to so short a word as {leaf.token}",
            at,
            f"Write {leaf.token}~1 or the spellings with OR between."
            if leaf.edits > 1 and len(leaf.token) >= 4
            else "Write the spellings with OR between.",
        )


def _phrase(leaf: Phrase, at: int) -> Iterator[Said]:
    last = leaf.parts[-1]
    if isinstance(last, Wildcard) and leaf.written.endswith('?"'):
        yield _question(leaf, at)


def _run(leaf: Run, at: int) -> Iterator[Said]:
    if "*" in leaf.written:
        yield Said(
            "* adds nothing in a script without spaces",
            at + leaf.written.index("*"),
            "Leave it out: longer words are found anyway.",
        )


def _regex(leaf: Regex, at: int) -> Iterator[Said]:
    compiled = expression(leaf.pattern, cased=leaf.cased)
    if compiled.fullmatch(""):
        yield Said(
            "The expression also matches an empty word",
            at,
            "Write + in place of *, or letters that must be there.",
        )
    if all(compiled.fullmatch(sample) for sample in _SAMPLES):
        yield Said(
            "The expression matches nearly every word",
            at,
            "Write letters that must be there.",
        )
    signs = _NO_SIGNS.sub(lambda match: " " * len(match[0]), leaf.pattern)
    if not leaf.cased and any(map(str.isupper, signs)):
        yield Said(
            "Capitals make no difference in an expression",
            at,
            f"Write case:{leaf.written} if they are meant.",
        )
    if sign := _SIGNS.search(signs):
        yield Said(
            f"No word has the sign {sign[1]}: the expression never matches it",
            at,
            "Leave it out; compounds are compared as if written as one.",
        )


def _mark(leaf: Mark, at: int) -> Iterator[Said]:
    if leaf.within == "lang" and leaf.value not in LANGUAGE_CODES:
        yield Said(
            f"No language has the code {leaf.value}",
            at,
            "Write the two letters of ISO 639-1, as in lang:en.",
        )
    path = leaf.written.strip('"').partition("//")[2] or leaf.written.strip('"')
    if leaf.within == "site" and "/" in path.rstrip("/"):
        yield Said(
            "site: looks at the host alone, not at what follows it",
            at,
            f"Write url:{path} for the rest of the address.",
        )
    is_bare = leaf.within == "site" and "." not in leaf.value
    if is_bare and len(leaf.value) != 2 and leaf.value not in _TOP_LEVEL:
        yield Said(
            f"No host is just {leaf.value}",
            at,
            f"Write all of the host, as in site:{leaf.value}.com; or source:{leaf.value} for the"
            " name you gave the source.",
        )


def _published(leaf: Published, at: int, now: datetime | None) -> Iterator[Said]:
    if now is None:
        return
    if leaf.before is not None and leaf.before <= now:
        yield Said(
            "These dates are past: no new article is published then",
            at,
            "Leave them out, or leave the end open, as in published:>=2026-01-31.",
        )
    elif leaf.since is not None and leaf.since > now:
        yield Said(
            "These dates are to come: nothing matches until then",
            at,
            "Check the year, or leave them out.",
        )


def _any_of(leaf: AnyOf, at: int, lists: Lists) -> Iterator[Said]:
    if leaf.kind == "set":
        if not leaf.leaves:
            yield Said(f'The set "{leaf.name}" is empty', at, "Add terms to it.")
        return
    names = lists.place(leaf.kind, leaf.name)
    if names is not None and names.others:
        shown = ", ".join(names.others[:3])
        country = lists.place("country", names.country) if names.country else None
        where = f" in {country.english}" if country else " of most people"
        yield Said(
            f"Several places are called {leaf.name}: taken is the one{where}",
            at,
            f'For another write {leaf.kind}:"{names.others[0]}"; there are {shown}.',
        )
    if not leaf.leaves:
        yield Said(f"{leaf.name} has no name left", at, "Give it one, or leave it out.")


def _mixed_scripts(leaf: Leaf, at: int) -> Iterator[Said]:
    """A letter of another script that only looks the same: a Cyrillic о in rocket."""
    if leaf.written.isascii() or isinstance(leaf, Mark | Published | Regex):
        return
    for word in _WORD.finditer(leaf.written):
        scripts = [_script(letter) for letter in word[0]]
        known = {script for script in scripts if script}
        if len(known) > 1:
            usual = max(known, key=scripts.count)
            odd = next(index for index, script in enumerate(scripts) if script not in {usual, ""})
            prefix = len(leaf.within) + 1 if leaf.within else 0
            yield Said(
                f"{word[0]} has letters of two scripts: {word[0][odd]} is"
                f" {scripts[odd].capitalize()}",
                at + prefix + word.start() + odd,
                f"Type it anew, in {usual.capitalize()} letters.",
            )
            return


def _script(letter: str) -> str:
    if letter.isascii():
        return "LATIN"
    name = unicodedata.name(letter, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "")


_CHECKS: Final[dict[type[Leaf], Callable[..., Iterator[Said]]]] = {
    Term: _term,
    Wildcard: _wildcard,
    Fuzzy: _fuzzy,
    Phrase: _phrase,
    Run: _run,
    Regex: _regex,
    Mark: _mark,
}
