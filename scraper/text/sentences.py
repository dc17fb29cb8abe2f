"""Where sentences end.

For cutting passages and comparing texts, not for linguistics: when in doubt two sentences stay
together, for a passage has a bound of its own.
"""

import re
from collections.abc import Iterator

from scraper.text.folding import fold

# An end, with the quotes and brackets that close after it. Latin stops need a space behind, for
# 3.5, U.S.-led and news.example have dots within; those of other scripts mean nothing else.
_CLOSING = "[\"'\u201d\u2019\u00bb)\\]\u300d\u300f\uff09]*"
_END = re.compile(
    rf"(?P<blank>\n[^\S\n]*\n)|(?<![.!?\u2026])(?P<stop>[.!?\u2026]++){_CLOSING}+(?=\s)"
    rf"|[\u3002\uff01\uff1f\uff61\u061f\u06d4\u0964\u0965\u0589\u1362\u104b\u17d4\u17d5]+{_CLOSING}"
)
_AT_END = re.compile(
    rf"[.!?\u2026\u3002\uff01\uff1f\uff61\u061f\u06d4\u0964\u0965\u0589\u1362\u104b\u17d4\u17d5]{_CLOSING}\s*\Z"
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"\u201c\u2018']*\Z")
_NEXT = re.compile(r"[\s\"'\u201c\u2018\u00ab(\[]*(\S?)")
_LONGEST_WORD = 20  # characters looked at before a stop
_DOTTED = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")  # an initial, U.S, p.m
_ORDINAL = re.compile(r"\d{1,2}")  # 3. Oktober

# Abbreviations after which a sentence goes on, folded, of the languages most read.
_ABBREVIATED = """
    mr mrs ms mx dr prof rev hon st sr jr gov sen rep gen col lt maj capt cpl sgt cmdr adm pres amb
    dept inc ltd co corp bros no nos vol ed eds fig approx est vs cf etc al
    feb jan mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri sat sun
    ave blvd rd mt ft mm mme mlle me mgr dir art av env min max sra srta dra excmo ee uu pag num
    hr fr nr bzw ca usw evtl ggf inkl zb bspw str dipl ing geb gest sig dott avv on ecc
    гг им ул руб коп млн млрд тыс стр см напр
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as (start, end), without the white space around them."""
    found = []
    start = 0
    for end in (*_ends(text), len(text)):
        sentence = text[start:end]
        inside = sentence.strip()
        if inside:
            first = start + len(sentence) - len(sentence.lstrip())
            found.append((first, first + len(inside)))
        start = end
    return found


def ends_sentence(text: str) -> bool:
    """Whether a text ends as sentences do, rather than as a headline does."""
    return _AT_END.search(text) is not None


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        if match["stop"] is None or _ends_sentence(text, match):
            yield match.end()


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = _NEXT.match(text, match.end())
    if following and following[1].islower():
        return False
    if match["stop"] != ".":
        return True
    before = _WORD_BEFORE.search(text[max(0, match.start() - _LONGEST_WORD) : match.start()])
    word = before[0] if before else ""
    if _DOTTED.fullmatch(word) or _ORDINAL.fullmatch(word):
        return False
    return fold(word) not in _ABBREVIATIONS
