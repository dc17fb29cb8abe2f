"""Queries and texts for property tests, of the same few words, so that many match and many nearly.

A family is a script with what makes it hard: inflections, prefixes written on, capitals, accents,
compounds. A query and a text are drawn of one family (a text sometimes of two).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from scraper.watch import MatchText
from scraper.watch.lists import Lists
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
    Published,
    Regex,
    Run,
    Term,
    Wildcard,
)


class Family(NamedTuple):
    """Words as they stand in texts and as they are asked for, blanks between."""

    name: str
    languages: tuple[str, ...]
    text: str
    asked: str
    shapes: str  # wildcards, fuzzy words, expressions
    separators: tuple[str, ...] = (" ",)


FAMILIES = (
    Family(
        "English",
        ("en", "en-GB"),
        "rocket Rockets rocket's rocketry US us U.S. air strike airstrike air-strikes Baghdad "
        "F-16 F16 13,000 13\u00a0000 3.5 bombed bombing Reading o’clock Bagdhad",
        "rocket Rocket rockets US us airstrike air-strike strike Baghdad F16 F-16 13000 "
        "3.5 bomb reading",
        "rocket* *ock* r?cket *strike* Baghdad~1 Baghdad~2 rocked~ /rocket(s|ry)?/ "
        "/air.*/ /[ru].*/ "
        "/air strikes?/ case:/[A-Z]+/",
    ),
    Family(
        "accents",
        ("fr", "es", "pt", "pl", "cs", "en"),
        "café Cafe\u0301 cafes l’Élysée élysée d’Irak Łódź lodz naïve œuvre niño ninos "
        "garc\u0327on ＣＡＦＥ ﬁn fin",
        "cafe café Élysée irak l'irak łódź naive oeuvre niño garçon fin",
        "caf* ni?o l?dz cafe~1 /caf.{1,2}/ case:/[ÉE].+/ naif~1",
    ),
    Family(
        "German",
        ("de",),
        "Rakete Raketen Straße STRASSE Strassen Rakete-Abwehr Bagdads Müller mueller "
        "muller Häuser Haus",
        "Rakete rakete raketen Straße strasse Bagdad Müller haus Raketeabwehr",
        "rakete* *straße stra??e muller~1 rakate~ /raketen?/ /stra(ss|ße)e/",
    ),
    Family(
        "Turkish",
        ("tr",),
        "Bağdat Bağdat'ta ışık ISIK İstanbul istanbul roketler roket IRAK ırak",
        "bağdat Bağdat ışık isik İstanbul roket ırak Irak",
        "ba?dat roket* istanbol~1 /i[sş].*/ case:/I.*/",
    ),
    Family(
        "Russian",
        ("ru", "bg"),
        "ракета ракеты Ракетой Багдад Багдаде багдадский ёлка елки США сша по-русски Киев",
        "ракета ракеты Багдад багдаде ёлка США русски Киев",
        "ракет* ба?дад багдат~1 /ракет[аы]/ case:/[А-Я]+/",
    ),
    Family(
        "Ukrainian",
        ("uk",),
        "Київ Києва Киев ракета ракети обʼєкт об'єкт об’єкти їжа іжа",
        "Київ київ ракета об'єкт їжа іжа",
        "ки?в ракет* київ~1 /ракет./",
    ),
    Family(
        "Greek",
        ("el",),
        "Ελλάδα ΕΛΛΑΔΑ ελλαδας πύραυλος πύραυλοι ΠΥΡΑΥΛΟΣ ο οι",
        "Ελλάδα ελλαδα πύραυλος πυραυλος πυραυλοι",
        "ελλ* πυρα?λος πυραυλοσ~1 /ελλ.+/",
    ),
    Family(
        "Arabic",
        ("ar",),
        "بغداد ببغداد وبغداد البغدادي العراق والعراق للعراق عراق صواريخ صـواريخ صَاروخ "
        "الأمم الامم مدرسة مدرسه",
        "بغداد العراق عراق صواريخ صاروخ الأمم الامم مدرسة والعراق",
        "بغداد* *عراق ?عراق بغدد~1 /.?بغداد/ صاروغ~1",
    ),
    Family(
        "Persian",
        ("fa",),
        "بغداد ببغداد می‌رود میرود ایران ايران کتاب‌ها کتاب",
        "بغداد میرود ایران کتاب کتاب‌ها",
        "ایر* کت?ب ایرن~1 /کتاب.*/",
    ),
    Family(
        "Hebrew",
        ("he",),
        'בגדד בבגדד ובגדד שבבגדד צה"ל צה״ל צהל רקטה רקטות ל-ישראל ישראל',
        "בגדד צהל רקטה ישראל רקטות",
        "בג* ר?טה בגדת~1 /.?בגדד/",
    ),
    Family(
        "Hindi",
        ("hi", "mr"),
        "बगदाद बग़दाद हमला हमले हमलों राकेट रॉकेट दिल्ली",
        "बगदाद हमला हमले राकेट दिल्ली",
        "बग* हम?ा बगदद~1 /हमल.*/",
    ),
    Family(
        "Thai",
        ("th",),
        "กรุงเทพ กรุง เทพ น้ำ นํ้า จรวด",
        "กรุงเทพ กรุง เทพ น้ำ จรวด",
        "/กรุง.*/ /ก.*พ/ *",
        ("", "", " ", "ฯ "),
    ),
    Family(
        "Chinese",
        ("zh",),
        "火箭 火车 火 箭 弹 巴格达 中国 ２０２６ 火箭弹",
        "火箭 火 箭弹 巴格达 中国 格达",
        "/火.弹?/ /巴格.+/ /.箭/",
        ("", "", "", "，", " "),
    ),
    Family(
        "Japanese",
        ("ja",),
        "ロケット ﾛｹｯﾄ ロケ 東京 が バグダッド か\u3099",
        "ロケット ロケ 東京 が バグダッド",
        "/ロケ.*/ /東.?/",
        ("", "", "・", "、", " "),
    ),
    Family(
        "Korean",
        ("ko",),
        "로켓 로켓을 서울 바그다드에 로 \u1105\u1169",
        "로켓 서울 바그다드 로",
        "/로.?/ /바그.*/",
        ("", " ", " ", ". "),
    ),
    Family(
        "mixed",
        ("en", "ru", "zh", "ar"),
        "US rockets ракеты 火箭 F16 بغداد GPSは Москва-2 COVID-19 covid19 α-rays",
        "US rocket ракета 火箭 F16 بغداد GPS covid19 COVID-19",
        "rocket* covid~1 /火./ ракет* case:US case:/[A-Z]+/ *19",
        (" ", " ", "", "-"),
    ),
)


def _by_family(
    make: Callable[..., st.SearchStrategy[Any]],
) -> Callable[..., st.SearchStrategy[Any]]:
    """What `make` gives, made once for a family, and with a name in place of all that it is of."""
    once = lru_cache(maxsize=None)(make)

    @st.composite
    def drawn(draw: st.DrawFn, *arguments: Any, **options: Any) -> Any:
        return draw(once(*arguments, **options))

    return drawn


# Between words of every family; what is usual comes more often.
_BETWEEN = (
    " ", " ", " ", " ", " ", ", ", ". ", "\n\n", "\n \n", "\n", "-", "’", "'", "/", "\u200b",
    "\u00ad", "\u200d", "&nbsp;", "&amp;", "&#8211;", "\u3000", " – ", "\u00a0", "_", "... ",
    "", "\u2028", "\t",
)  # fmt: skip
_DATES = tuple(datetime(2026, 1, 30, tzinfo=UTC) + timedelta(hours=12 * n) for n in range(6))
_HOSTS = (
    "https://www.bbc.co.uk/news/rocket-2",
    "http://news.example.org/politics?q=US",
    "x://[",
    "",
)
_KINDS = ("article", "video", None)


@st.composite
def _prose(draw: st.DrawFn, family: Family, least: int, most: int) -> str:
    pieces = draw(
        st.lists(
            st.tuples(
                st.sampled_from(family.text.split(" ")),
                st.sampled_from((*family.separators * (20 // len(family.separators)), *_BETWEEN)),
            ),
            min_size=least,
            max_size=most,
        )
    )
    return "".join(word + between for word, between in pieces)


@st.composite
def texts(draw: st.DrawFn, family: Family) -> MatchText:
    """A text of a family, with what else may be known of an article."""
    other = draw(st.sampled_from((family, family, family, FAMILIES[0], FAMILIES[-1])))
    short = st.none() | _prose(family, 0, 3)
    return MatchText(
        title=draw(_prose(family, 1, 4)),
        standfirst=draw(short),
        body=draw(st.one_of(_prose(family, 8, 16), _prose(family, 8, 16), _prose(family, 0, 8)))
        + draw(st.sampled_from(("", "\n\n", " ")))
        + draw(_prose(other, 0, 6)),
        caption=draw(short),
        language=draw(st.sampled_from((*family.languages * 2, None, "en"))),
        source=draw(short),
        url=draw(st.sampled_from(_HOSTS)),
        authors=tuple(draw(st.lists(_prose(family, 0, 2), max_size=2))),
        section=draw(short),
        tags=tuple(draw(st.lists(_prose(family, 0, 2), max_size=2))),
        kind=draw(st.sampled_from(_KINDS)),
        published_at=draw(st.none() | st.sampled_from(_DATES)),
    )


def lists_of(family: Family) -> Lists:
    """The set that queries of a family name."""
    asked = family.asked.split(" ")
    entries = [
        asked[0],
        " ".join(asked[1:3]),
        f'"{asked[-1]} {asked[0]}"',
        f"={asked[-2]}",
        f"case:{asked[-1]}",
    ]
    return Lists({"some": entries, "one": entries[:1], "rows": entries[1:3]})


FIELDS = ("title", "standfirst", "body", "caption", "author", "source", "section", "tag", "url")


@_by_family
def _words(family: Family) -> st.SearchStrategy[str]:
    return st.sampled_from(family.asked.split(" "))


@_by_family
def _phrases(family: Family) -> st.SearchStrategy[str]:
    shapes = [each for each in family.shapes.split() if "/" not in each and "~" not in each]
    part = _words(family) | (st.sampled_from(shapes or family.asked.split(" ")))
    inside = st.lists(part | _words(family), min_size=2, max_size=3).map(" ".join)
    return st.builds('"{}"{}'.format, inside, st.sampled_from(("", "", "~0", "~1", "~2", "~4")))


@_by_family
def _places(family: Family) -> st.SearchStrategy[str]:
    word = _words(family)
    # Of several words, or in scripts without spaces, an expression stands in rows within rows, of
    # which the matcher takes the first and longest: whether there is one is compared as a leaf.
    runs = family.separators != (" ",)
    shapes = [each for each in _split_shapes(family.shapes) if " " not in each and each != "*"]
    shapes = [each for each in shapes if not (runs and "/" in each)] or family.asked.split(" ")
    return st.one_of(
        word,
        word,
        st.builds("{}{}".format, st.sampled_from(("=", "case:")), word),
        _phrases(family),
        st.sampled_from(shapes),
        st.sampled_from(("set:some", "set:one", "set:rows")),
    )


def _split_shapes(shapes: str) -> list[str]:
    found: list[str] = []  # an expression may have spaces
    for piece in shapes.split(" "):
        if found and found[-1].count("/") == 1:
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found


@_by_family
def _leaves(family: Family) -> st.SearchStrategy[str]:
    place = _places(family)
    shapes = [each for each in _split_shapes(family.shapes) if each != "*"]
    marks = [f"lang:{each[:2]}" for each in family.languages]
    marks += ["site:bbc.co.uk", "site:org", "kind:article", "kind:video", "url:politics"]
    marks += ["published:2026-01-31", "published:[2026-01-31 TO *]", "published:<2026-02-01"]
    return st.one_of(
        place,
        place,
        st.sampled_from(shapes),
        st.builds("{}:{}".format, st.sampled_from(FIELDS), place),
        st.sampled_from(marks),
    )


@_by_family
def _proximities(family: Family) -> st.SearchStrategy[str]:
    place = _places(family)
    operator = st.builds(
        "{}/{}".format, st.sampled_from(("NEAR", "NEAR", "ONEAR")), st.integers(1, 5)
    )
    group = st.builds("({} OR {})".format, place, place)
    field = st.sampled_from(("", "", "", "title:", "body:", "tag:"))
    pair = st.builds("{} {} {}".format, place | group, operator, place | group)
    three = st.builds("{} {} {}".format, place, operator, pair)
    nested = st.builds("({}) {} {}".format, pair, operator, place)
    return st.builds("{}({})".format, field, st.one_of(pair, pair, three, nested))


@_by_family
def _at_least(family: Family) -> st.SearchStrategy[str]:
    place = _places(family)
    inside = st.one_of(place, st.builds("({} OR {})".format, place, place), _proximities(family))
    return st.builds("ATLEAST/{} {}".format, st.integers(1, 3), inside)


@_by_family
def queries(family: Family) -> st.SearchStrategy[str]:
    """Queries as typed. Some of them are refused: those that only say what must not be."""
    leaf = _leaves(family)
    unit = st.one_of(leaf, leaf, leaf, _proximities(family), _at_least(family))

    def nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        operator = st.sampled_from(
            (" AND ", " ", " OR ", " OR ", " NOT ", " AND NOT ", " && ", " || ")
        )
        return st.builds("({}){}({})".format, inner, operator, inner)

    return st.recursive(unit, nest, max_leaves=5)


# Trees, put together without the parser: also those that no query is parsed to.


@_by_family
def trees(family: Family) -> st.SearchStrategy[Node]:
    """Trees of all kinds of nodes; those that only say what must not be, too."""
    leaf = st.one_of(_leaf_nodes(family), _leaf_nodes(family), _marks(family))

    def nest(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        children = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            st.builds(And, children),
            st.builds(Or, children),
            st.builds(Or, children),
            st.builds(Not, inner),
        )

    return st.recursive(
        st.one_of(
            leaf, leaf, _nears(family), st.builds(AtLeast, st.integers(1, 3), _operands(family))
        ),
        nest,
        max_leaves=5,
    )


def _tokens(family: Family) -> tuple[list[str], list[str]]:
    """Folded words with spaces between, and characters of scripts without."""
    from scraper.text.words import is_unspaced, words  # noqa: PLC0415 - a helper of two lines

    found = [word.text for word in words(family.text)]
    return (
        [each for each in found if not is_unspaced(each)],
        [each for each in found if is_unspaced(each)],
    )


def _parts(family: Family, within: st.SearchStrategy[str | None]) -> st.SearchStrategy[Leaf]:
    spaced, characters = _tokens(family)
    options: list[st.SearchStrategy[Leaf]] = []
    if spaced:
        token = st.sampled_from(spaced)
        plain = st.sampled_from((Mode.PLAIN, Mode.NAME, Mode.EXACT))
        options += [
            st.builds(Term, token, plain, st.just(""), within),
            st.builds(Term, token, plain, st.just(""), within),
            st.builds(
                lambda word, field: Term(word.lower(), Mode.CASED, word, field),
                st.sampled_from(
                    [
                        each
                        for each in ("US", "us", "F16", *spaced)
                        if each.lower() in {*spaced, "us"}
                    ]
                ),
                within,
            ),
            st.builds(
                lambda word, at, sign, field: Wildcard(word[:at] + sign + word[at + 1 :], field),
                token,
                st.integers(0, 3),
                st.sampled_from("*?"),
                within,
            ),
        ]
    if characters:
        options += [
            st.builds(
                lambda at, length, field: Run(tuple(characters[at : at + length]), field),
                st.integers(0, max(0, len(characters) - 3)),
                st.integers(2, 3),
                within,
            ),
            st.builds(Term, st.sampled_from(characters), st.just(Mode.EXACT), st.just(""), within),
        ]
    return st.one_of(options)


@_by_family
def _leaf_nodes(family: Family, *, scoped: bool = True) -> st.SearchStrategy[Leaf]:
    within = st.sampled_from((None, None, None, *FIELDS)) if scoped else st.none()
    spaced, _ = _tokens(family)
    part = _parts(family, st.none())
    phrase = st.builds(
        Phrase,
        st.lists(part, min_size=2, max_size=3).map(tuple),
        st.none(),
        st.sampled_from((None, None, 0, 1, 2, 3)),
        within,
    )
    options = [_parts(family, within), _parts(family, within), phrase]
    if spaced:
        token = st.sampled_from(spaced)
        options += [
            st.builds(Fuzzy, token, st.integers(1, 2), within),
            st.builds(
                lambda word, field: Regex(f"{word[:2]}.{{0,3}}", within=field), token, within
            ),
        ]
    entries = st.lists(
        st.one_of(part, phrase.map(lambda each: each.scoped(None))), min_size=1, max_size=4
    )
    some = st.builds(
        lambda leaves, field: AnyOf("set", "drawn", tuple(leaves), field), entries, within
    )
    return st.one_of(*options, some)


@_by_family
def _marks(family: Family) -> st.SearchStrategy[Leaf]:
    bounds = st.sampled_from((None, *_DATES))
    return st.one_of(
        st.builds(
            Mark, st.just("lang"), st.sampled_from(tuple(each[:2] for each in family.languages))
        ),
        st.builds(Mark, st.just("site"), st.sampled_from(("bbc.co.uk", "org", "co.uk", "c.co.uk"))),
        st.builds(Mark, st.just("kind"), st.sampled_from(("article", "video"))),
        st.builds(Published, bounds, bounds),
    )


@_by_family
def _operands(family: Family) -> st.SearchStrategy[Node]:
    leaf = _leaf_nodes(family, scoped=False)
    group = st.builds(Or, st.lists(leaf, min_size=2, max_size=3).map(tuple))
    return st.one_of(leaf, leaf, group, _chains(st.one_of(leaf, group), 2))


@_by_family
def _nears(family: Family) -> st.SearchStrategy[Node]:
    return _chains(_operands(family), 3)


@st.composite
def _chains(draw: st.DrawFn, operands: st.SearchStrategy[Node], most: int) -> Node:
    count = draw(st.integers(2, most))
    links = count - 1
    return Near(
        tuple(draw(st.lists(operands, min_size=count, max_size=count))),
        tuple(draw(st.lists(st.integers(1, 5), min_size=links, max_size=links))),
        tuple(draw(st.lists(st.booleans(), min_size=links, max_size=links))),
    )
