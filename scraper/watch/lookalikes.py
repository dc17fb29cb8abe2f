"""What looks like an operator and is none: near misses, and the operators of other tools.

None is passed over in silence, for the query would mean something else than its author thinks.
"""

import re

from scraper.errors import QueryError
from scraper.text.words import is_unspaced

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
    "ANDMAYBE": "nothing in its place, and leave out what follows, which need not be there",
}
# What other tools write straight before a parenthesis, in any case, and what it is here.
_FUNCTIONS = {
    **dict.fromkeys(("caps", "allcaps"), "case:"),
    **dict.fromkeys(("hlead", "headline", "hl", "title", "intitle", "allintitle"), "title:"),
    **dict.fromkeys(("lead", "ingress", "summary"), "standfirst:"),
    **dict.fromkeys(("body", "text", "intext", "allintext"), "body:"),
    **dict.fromkeys(("byline", "author"), "author:"),
    **dict.fromkeys(("source", "publication"), "source:"),
    **dict.fromkeys(("singular", "nostem", "exact"), "="),
    **{name: name.upper() for name in ("and", "or", "not")},
}
_COUNT = re.compile(r"\(\s*(\d+)\s*\)")
_NO_FIELD = re.compile(r"(_\w+):")
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
    if written[-1] == "!" and written[-2:-1].isalnum() and not is_unspaced(written[-2]):
        raise QueryError(
            "A ! behind a word stands for nothing",
            position=position + len(written) - 1,
            remedy=f"Write {written[:-1]}* for any ending, or leave the ! out.",
        )
    if written[0].isalpha():
        _check(written, position)
    elif named := _NO_FIELD.match(written):
        raise QueryError(
            f'There is no field "{named[1]}"',
            position=position,
            remedy="Leave it out, or say what a field must have, as in title:rocket.",
        )
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


def check_glued(query: str, written: str, position: int) -> None:
    """Refuse a word that a parenthesis follows straight: in other tools that is an operator.

    Where a script has no spaces, none can be missing.
    """
    end = position + len(written)
    if query[end : end + 1] != "(" or (written[-1].isascii() and not written[-1].isalnum()):
        return
    name = written.casefold()
    if name == "around":
        count = _COUNT.match(query, end)
        shown = f"{written}{count[0] if count else '('}"
        near = f"NEAR/{_number(count[1] if count else '', usual=_USUAL)}"
        remedy = f"Write {near}, as in rocket {near} airport"
    elif (meant := _FUNCTIONS.get(name)) is not None:
        shown = f"{written}("
        remedy = f"Write {meant}(" if meant.isupper() else f"Write {meant} before the word or ("
    elif any(map(is_unspaced, written[-2:] + query[end + 1 : end + 2])):
        return
    else:
        shown, remedy = f"{written}(", "Write an operator in upper case before (, as in AND ("
    raise QueryError(
        f"{shown} is no operator here",
        position=position,
        remedy=f"{remedy}; or write a space before ( if a word is meant.",
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
