"""What looks like an operator and is none: near misses, and the operators of other tools.

None is passed over in silence, for the query would mean something else than its author thinks.
"""

import re

from scraper.errors import QueryError

_NEAR = re.compile(
    r"(?P<own>(?i:o?near))(?:[/:~=]|[_-](?=\d))(?P<number>\S*)"
    r"|(?P<bare>O?NEAR|ADJ)"
    r"|(?P<glued>(?i:o?near|adj))(?P<digits>\d+)"
    r"|(?P<other>(?i:w|within|pre|n|p|adj))/(?P<count>\d+|[spSP]?)"
)
_ORDERED = frozenset({"onear", "pre", "p", "adj"})
_ATLEAST = re.compile(r"ATLEAST|(?i:at-?least)[/:=_-]?(?:\d\S*)|(?i:at-?least)[/:=]\S*")
_OTHERS = {
    "ANDNOT": "AND NOT",
    "BUTNOT": "NOT",
    "XOR": "(this OR that) NOT (this AND that)",
}
_SINGLE_QUOTED = re.compile(
    "['\u2018\u201a\u201b]([^'\u2018\u2019()\"]*+)['\u2018\u2019](?=[\\s)]|\\Z)"
)
_SPACE = re.compile(r"\s")
_SLASH_NUMBER = re.compile(r"/(\d+)(?=[\s(]|\Z)")
_DASHES = "-\u2212\u2012\u2013\u2014\u2015"
_USUAL = 5  # words, in examples
_MOST = 100

# Signs that stand alone, and what is meant by them elsewhere.
_ALONE = {
    "&": "Write AND, or put it in quotes with the words beside it.",
    "|": "Write OR.",
    "+": "Leave it out, or write it straight before the word that must be there.",
    "!": "Write NOT, or ! straight before what is excluded.",
    "=": "Write it straight before the word, as in =rocket.",
    ":": "Write the field, the colon and the word without a space, as in title:rocket.",
    **dict.fromkeys(
        _DASHES, "Leave it out, or write it straight before the word that is excluded."
    ),
}


def check_word(written: str, position: int) -> None:
    """Refuse a word of letters and digits that was to be an operator."""
    if written[-1].isdigit() or written.isupper():
        _check(written, position)


def check_operator(query: str, written: str, position: int) -> None:
    """Refuse anything else that was to be an operator, and single quotes."""
    if written[0].isalpha():
        _check(written, position)
    elif written in _ALONE:
        raise QueryError(
            f"The sign {written} stands alone", position=position, remedy=_ALONE[written]
        )
    elif len(written) > 1 and written[0] in _DASHES and written[1] in _DASHES:
        raise QueryError(
            "Two signs in a row exclude nothing",
            position=position,
            remedy="Write one - straight before the word.",
        )
    elif (quoted := _SINGLE_QUOTED.match(query, position)) and _SPACE.search(quoted[1]):
        raise QueryError(
            "Single quotes make no phrase",
            position=position,
            remedy='Write the phrase in double quotes, as in "rocket attack".',
        )


def _check(written: str, position: int) -> None:
    if near := _NEAR.fullmatch(written):
        raise QueryError(
            f"{written} is no operator here",
            position=position,
            remedy=f"Write {_near(near)} for words so near to one another, in upper case and"
            f' with a number from 1 to {_MOST}; or "{written}" in quotes for the word.',
        )
    if _ATLEAST.fullmatch(written):
        number = _number("".join(filter(str.isdigit, written)), usual=3)
        raise QueryError(
            f"{written} is no operator here",
            position=position,
            remedy=f"Write ATLEAST/{number} before a word or a group, in upper case, as in"
            f' ATLEAST/{number} Baghdad; or "{written}" in quotes for the word.',
        )
    if meant := _OTHERS.get(written):
        raise QueryError(
            f"{written} is no operator here",
            position=position,
            remedy=f'Write {meant}, or "{written}" in quotes for the word.',
        )


def _near(match: re.Match[str]) -> str:
    name = match["own"] or match["bare"] or match["glued"] or match["other"]
    written = match["number"] or match["digits"] or match["count"] or ""
    return f"{'ONEAR' if name.lower() in _ORDERED else 'NEAR'}/{_number(written, usual=_USUAL)}"


def _number(written: str, *, usual: int) -> int:
    digits = re.match(r"\d{1,9}", written)
    return min(max(int(digits[0]), 1), _MOST) if digits else usual


def check_slash(written: str, position: int) -> None:
    """Refuse a slash that opens no regular expression."""
    if count := _SLASH_NUMBER.match(written):
        number = _number(count[1], usual=_USUAL)
        raise QueryError(
            f"/{count[1]} is no operator here",
            position=position,
            remedy=f"Write NEAR/{number} between the words, or put it in quotes.",
        )
    if written == "/" or written[1].isspace() or written.startswith("//"):
        raise QueryError(
            "The sign / stands alone",
            position=position,
            remedy="Leave it out; write OR for any of the words, AND for all of them. A regular"
            " expression follows / without a space.",
        )
