"""Articles and watches made up for the measurements of matching, from a seed.

What matters to a matcher is as in news: words are as unevenly common as Zipf's law has it, and
inflected; an article stays with its subject, so its names and some of its words come again; there
are titles, paragraphs, capitals, quotation marks, hyphens, possessives, numbers. Of the articles
and of the watches 70 % are English, 10 % German, 10 % Russian, 5 % Arabic, 5 % Chinese.

The words are no real ones: letters are drawn as the language's words begin, go on and end.
"""

import random
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from scraper.text.folding import fold
from scraper.watch import MatchText

LANGUAGES = {"en": 70, "de": 10, "ru": 10, "ar": 5, "zh": 5}  # percent
TOKENS = 500  # of an article, on average
_LEMMAS = {"en": 20_000, "de": 15_000, "ru": 15_000, "ar": 10_000, "zh": 12_000}
_ENTITIES = {"en": 10_000, "de": 4_000, "ru": 4_000, "ar": 2_000, "zh": 2_000}
# How common the word of a rank is: Zipf's law with Mandelbrot's shift, and a steeper one for rare
# words. Fitted to 2,000 English articles: of 500 words 263 are different, and 50 to 57 are new
# after 50,000 words, 25 to 30 after 100,000, 13 to 19 after 300,000 (made up: 264; 66, 36, 16).
_ZIPF_SHIFT = 2.7
_ZIPF = 1.12
_COMMON_WORDS = 3_000
_ZIPF_OF_RARER = 2.6
_ZIPF_OF_NAMES = 1.3
_SUBJECT = (0.35, 0.75)  # ranks of the words of a subject: powers of the number of words
_OPERATORS = {"and", "or", "not", "near", "onear"}  # no words, unless in quotes
_NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sounds:
    """What words of a language are put together from, and their regular endings."""

    onsets: Sequence[str]
    vowels: Sequence[str]
    codas: Sequence[str]
    endings: Sequence[str]  # of a form; "" among them
    prefixes: Sequence[str] = ("",)


# fmt: off
# ruff: noqa: E501  # lists of letters and words read best in a row
_SOUNDS = {
    "en": Sounds(
        ["b", "bl", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "pr", "qu", "r", "s", "sc", "sh", "sl", "sp", "st", "str", "t", "th", "tr", "v", "w"],
        ["a", "e", "i", "o", "u", "ai", "ea", "ee", "oa", "ou"],
        ["", "b", "ck", "ct", "d", "ft", "g", "l", "ld", "lt", "m", "mp", "n", "nd", "nt", "p", "pt", "r", "rd", "rk", "rm", "rn", "rt", "sk", "st", "t", "x"],
        ("", "", "", "", "", "", "s", "s", "ed", "ing"),
    ),
    "de": Sounds(
        ["b", "br", "d", "dr", "f", "fl", "fr", "g", "gr", "h", "k", "kl", "kr", "l", "m", "n", "pf", "pl", "r", "s", "sch", "schl", "schw", "sp", "st", "str", "t", "tr", "v", "w", "z"],
        ["a", "e", "i", "o", "u", "ä", "ö", "ü", "au", "ei", "eu", "ie"],
        ["", "b", "cht", "ck", "d", "ft", "g", "l", "ld", "lt", "m", "n", "nd", "ng", "nk", "r", "rd", "rg", "rt", "ss", "st", "t", "tz"],
        ("", "", "", "", "e", "en", "en", "er", "es"),
    ),
    "ru": Sounds(
        ["б", "бр", "в", "вр", "г", "гр", "д", "др", "ж", "з", "к", "кр", "л", "м", "н", "п", "пр", "р", "с", "св", "сл", "ст", "стр", "т", "тр", "ф", "х", "ц", "ч", "ш"],
        ["а", "е", "и", "о", "у", "я", "ю"],
        ["", "в", "д", "з", "к", "л", "м", "н", "р", "с", "ст", "т", "й", "нд", "рт"],
        ("", "", "а", "у", "ом", "е", "ы", "ов", "ам"),
    ),
    "ar": Sounds(
        ["ا", "ب", "ت", "ج", "ح", "خ", "د", "ر", "ز", "س", "ش", "ص", "ط", "ع", "غ", "ف", "ق", "ك", "ل", "م", "ن", "ه", "و"],
        ("", "", "ا", "ي", "و"),
        ("", "ب", "د", "ر", "س", "ع", "ل", "م", "ن", "ق"),
        ("", "", "", "ات", "ين"),
        ("", "", "ال", "ال", "و", "وال", "ب"),
    ),
}  # fmt: skip

_FUNCTION_WORDS = {
    "en": (
        "the of to and a in that is for on it with as was be by at are from has have he "
        "not this his which or an were they but will their one its been had who said "
        "after about two all would more when also there if out up we into other can over "
        "than some last people year she no first her new time only against could what day"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als "
        "auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie "
        "einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein "
        "wurde sei"
    ),
    "ru": (
        "и в не на я что он с как это по но из у к за от о так для его до она бы же вы "
        "все мы то они было года был их со еще при или после уже только ее может также "
        "время если нет этого под быть где когда чтобы есть"
    ),
    "ar": (
        "في من على أن إلى عن مع التي الذي هذا هذه ما لا كان بعد قال كما بين قبل كل أو لم "
        "إن وقال خلال ذلك حيث منذ غير عام أكثر يوم حتى عند أمام لكن"
    ),
}
_HAN = range(0x4E00, 0x4E00 + 2_500)
_FUNCTION_HAN = "的一是不了在人有我他这个们中来上大为和国"


@dataclass(frozen=True, slots=True)
class Literals:
    """A watch said with literal words alone: of every group of `all_of` one, and none of `none_of`.

    A literal is folded: a word, words with a space between, or Han characters in a row.
    """

    all_of: tuple[tuple[str, ...], ...]
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A watch in the whole language, and what is left of it when only literals may be used."""

    query: str
    literals: Literals


@dataclass(slots=True)
class Language:
    """The words and names of a language, the commonest first."""

    code: str
    lemmas: list[str]
    entities: list[tuple[str, str]]
    pairs: list[tuple[str, str]]  # words that often stand together
    weights: list[float] = field(default_factory=list)
    entity_weights: list[float] = field(default_factory=list)

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Lemmas as common as they are."""
        return chance.choices(self.lemmas, cum_weights=self.weights, k=count)

    def inflect(self, lemma: str, chance: random.Random) -> str:
        """A form of a lemma."""
        sounds = _SOUNDS.get(self.code)
        if sounds is None or lemma in _FUNCTIONS[self.code]:
            return lemma
        return chance.choice(sounds.prefixes) + lemma + chance.choice(sounds.endings)


_FUNCTIONS = {code: frozenset(words.split()) for code, words in _FUNCTION_WORDS.items()}
_FUNCTIONS["zh"] = frozenset(_FUNCTION_HAN)


class Corpus:
    """Articles and watches of one seed. The same calls in the same order give the same ones."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.seed = seed
        self.languages = {code: _language(code, chance) for code in LANGUAGES}
        self.acronyms = _distinct(
            lambda: "".join(chance.choices("ABCDEFGHIKLMNOPRSTU", k=chance.choice((2, 3, 3, 4)))),
            300,
        )
        self.sections = _distinct(lambda: self.languages["en"].lemmas[chance.randint(500, 900)], 12)
        self.sources = [f"The {name.title()} Post" for name in self.languages["en"].lemmas[400:440]]
        self.sites = [f"{name}.example" for name in self.languages["en"].lemmas[300:380]]

    def articles(self, count: int, *, stream: int = 0) -> Iterator[MatchText]:
        """So many articles; another stream gives others."""
        chance = random.Random(f"{self.seed} articles {stream}")
        codes = chance.choices(list(LANGUAGES), weights=list(LANGUAGES.values()), k=count)
        for number, code in enumerate(codes):
            yield _Writer(self, self.languages[code], chance).article(number)

    def watches(self, count: int) -> list[Asked]:
        """So many different watches; the first of more are the same as those of fewer."""
        chance = random.Random(f"{self.seed} watches")
        found: dict[str, Asked] = {}
        codes, weights = list(LANGUAGES), list(LANGUAGES.values())
        while len(found) < count:
            code = chance.choices(codes, weights=weights)[0]
            asked = _Asker(self, self.languages[code], chance).watch()
            found.setdefault(asked.query, asked)
        return list(found.values())

    @property
    def sets(self) -> dict[str, tuple[str, ...]]:
        """Saved lists that watches name: names of people, fifty each."""
        chance = random.Random(f"{self.seed} sets")
        people = self.languages["en"].entities
        return {
            f"people{number}": tuple(" ".join(each) for each in chance.sample(people, 50))
            for number in range(20)
        }


def _language(code: str, chance: random.Random) -> Language:
    if code == "zh":
        characters = list(map(chr, _HAN))
        chance.shuffle(characters)
        likely = list(accumulate(1 / (rank + 30) for rank in range(len(characters))))

        def word() -> str:
            return "".join(
                chance.choices(characters, cum_weights=likely, k=chance.choice((2, 2, 2, 3)))
            )

        lemmas = [*_FUNCTION_HAN, *_distinct(word, _LEMMAS[code])]
        names = _distinct(lambda: "".join(chance.choices(characters, k=3)), _ENTITIES[code])
        entities = [(name, "") for name in names]
    else:
        sounds = _SOUNDS[code]
        functions = list(dict.fromkeys(_FUNCTION_WORDS[code].split()))
        taken = set(functions)
        lemmas = functions + [
            word
            for word in _distinct(lambda: _word(sounds, chance), _LEMMAS[code])
            if word not in taken
        ]
        firsts = _distinct(lambda: _word(sounds, chance), 400)
        lasts = _distinct(lambda: _word(sounds, chance), _ENTITIES[code] * 3 // 4)
        entities = list(
            dict.fromkeys(
                (chance.choice(firsts), chance.choice(lasts)) for _ in range(_ENTITIES[code])
            )
        )
    pairs = [
        (chance.choice(lemmas[100:4_000]), chance.choice(lemmas[100:4_000])) for _ in range(3_000)
    ]
    return Language(
        code,
        lemmas,
        entities,
        pairs,
        list(accumulate(map(_frequency, range(len(lemmas))))),
        list(accumulate((rank + 20) ** -_ZIPF_OF_NAMES for rank in range(len(entities)))),
    )


def _frequency(rank: int) -> float:
    """How common a word is, but for a factor."""
    usual = (rank + _ZIPF_SHIFT) ** -_ZIPF
    if rank < _COMMON_WORDS:
        return usual
    return usual * (_COMMON_WORDS / rank) ** (_ZIPF_OF_RARER - _ZIPF)


def _word(sounds: Sounds, chance: random.Random) -> str:
    syllables = chance.choices((1, 2, 3), weights=(15, 60, 25))[0]
    if sounds is _SOUNDS["ar"]:
        syllables = chance.choice((2, 3))
    made = "".join(
        chance.choice(sounds.onsets) + chance.choice(sounds.vowels) for _ in range(syllables)
    )
    made += chance.choice(sounds.codas)
    return made if made not in _OPERATORS else _word(sounds, chance)


def _distinct(make: Callable[[], str], count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[make()] = None
    return list(found)


class _Writer:
    """Writes one article."""

    def __init__(self, corpus: Corpus, language: Language, chance: random.Random) -> None:
        self.corpus = corpus
        self.language = language
        self.chance = chance
        count = chance.randint(2, 6)
        self.people = chance.choices(
            language.entities, cum_weights=language.entity_weights, k=count
        )
        self.subject = [  # what it is about: rarer words, said again and again
            language.lemmas[int(len(language.lemmas) ** chance.uniform(*_SUBJECT))]
            for _ in range(8)
        ]
        self.named: set[tuple[str, str]] = set()

    def article(self, number: int) -> MatchText:
        """The article, with all that is known of it."""
        chance, corpus = self.chance, self.corpus
        length = max(120, int(chance.gauss(TOKENS, 150)))
        title = self.sentence(chance.randint(6, 11)).rstrip(".。")
        standfirst = self.sentence(chance.randint(15, 25)) if chance.random() < 0.7 else None
        body, left = [], length - 30
        while left > 0:
            sentences = []
            for _ in range(chance.randint(2, 5)):
                words = chance.randint(8, 28)
                sentences.append(self.sentence(words))
                left -= words
            body.append(("" if self.language.code == "zh" else " ").join(sentences))
        site, section = chance.choice(corpus.sites), chance.choice(corpus.sections)
        return MatchText(
            title=title,
            standfirst=standfirst,
            body="\n\n".join(body),
            caption=self.sentence(12) if chance.random() < 0.6 else None,
            language=self.language.code,
            source=chance.choice(corpus.sources),
            url=f"https://www.{site}/{section}/2026/{number}-{'-'.join(self.subject[:3])}",
            authors=(" ".join(chance.choice(corpus.languages["en"].entities)).title(),),
            section=section,
            tags=tuple(self.subject[:2]),
            published_at=_NOW - timedelta(minutes=chance.randint(0, 40_000)),
        )

    def sentence(self, count: int) -> str:
        """A sentence of about so many words."""
        chance, language = self.chance, self.language
        written = []
        for lemma in language.draw(chance, count):
            roll = chance.random()
            if roll < 0.05:
                written.append(self._name())
            elif roll < 0.11:
                written.append(language.inflect(chance.choice(self.subject), chance))
            elif roll < 0.14:
                written.append(self._unusual(lemma))
            elif roll < 0.15:
                written += chance.choice(language.pairs)
            else:
                written.append(language.inflect(lemma, chance))
        if language.code == "zh":
            at = chance.randint(0, len(written) - 1)
            return "".join(written[:at]) + "，" + "".join(written[at:]) + "。"
        if len(written) > 10 and chance.random() < 0.5:
            written[len(written) // 2] += ","
        if len(written) > 8 and chance.random() < 0.15:
            written[2], written[6] = "“" + written[2], written[6] + "”"
        made = " ".join(written)
        return made[0].upper() + made[1:] + "."

    def _name(self) -> str:
        person = self.chance.choice(self.people)
        full = person not in self.named or self.chance.random() < 0.2
        self.named.add(person)
        name = " ".join(filter(None, person)) if full else person[1] or person[0]
        name = name.title()
        if self.language.code == "en" and self.chance.random() < 0.15:
            name += self.chance.choice(("'s", "’s"))
        return name

    def _unusual(self, lemma: str) -> str:
        """What is not just a word: a number, an acronym, a compound."""
        chance = self.chance
        roll = chance.randrange(8)
        if roll < 3:
            return chance.choice(
                (str(chance.randint(2, 99)), f"{chance.randint(1, 99)},{chance.randint(100, 999)}",
                 f"{chance.randint(1, 9)}.{chance.randint(1, 9)}", "2026")
            )  # fmt: skip
        if roll < 5:
            return chance.choice(self.corpus.acronyms)
        if roll < 7 and self.language.code != "zh":
            return f"{chance.choice(self.subject)}-{self.language.lemmas[chance.randint(60, 260)]}"
        return lemma


class _Asker:
    """Writes one watch, as people do."""

    def __init__(self, corpus: Corpus, language: Language, chance: random.Random) -> None:
        self.corpus = corpus
        self.language = language
        self.chance = chance

    def watch(self) -> Asked:
        """A watch of some kind."""
        kind = _KINDS_IN_ORDER[bisect(_KIND_WEIGHTS, self.chance.random() * _KIND_WEIGHTS[-1])]
        if self.language.code == "zh" and kind in _OF_LETTERS:
            kind = _Asker.two
        return kind(self)

    def name(self) -> tuple[str, ...]:
        """A person, as often named in watches as in news, more or less."""
        people = self.language.entities
        return tuple(filter(None, people[int(len(people) * self.chance.random() ** 1.5)]))

    def word(self, commonest: int = 600) -> str:
        """A word such as one is watched for: neither one of the commonest nor one never seen."""
        low, high = commonest, len(self.language.lemmas) * 2 // 3
        return self.language.lemmas[int(low * (high / low) ** self.chance.random())]

    def person(self) -> Asked:
        """A name in quotation marks."""
        name = " ".join(self.name())
        return Asked(f'"{name.title()}"', _literals([name]))

    def surname(self) -> Asked:
        """A rare name by itself."""
        people = self.language.entities
        name = people[self.chance.randrange(len(people) // 3, len(people))]
        last = name[1] or name[0]
        return Asked(last.title(), _literals([last]))

    def one_word(self) -> Asked:
        """One word, a rare one."""
        word = self.word(4_000)
        return Asked(word, _literals([word]))

    def two(self) -> Asked:
        """Two words, or a word and a name."""
        one, other = self.word(), self.word()
        if self.chance.random() < 0.4:
            one = self.name()[-1]
        joint = self.chance.choice((" AND ", " "))
        return Asked(f"{one}{joint}{other}", _literals([one], [other]))

    def group(self) -> Asked:
        """A word and one of several."""
        one, others = self.word(), self._several()
        return Asked(f"{one} AND ({' OR '.join(others)})", _literals([one], others))

    def group_without(self) -> Asked:
        """The same, and something that must not be."""
        one, others, none = self.word(), self._several(), self.word(100)
        return Asked(
            f"{one} AND ({' OR '.join(others)}) NOT {none}", _literals([one], others, none=none)
        )

    def two_groups(self) -> Asked:
        """One of several, and one of several others."""
        some, others = self._several(1_500), self._several(1_500)
        return Asked(f"({' OR '.join(some)}) AND ({' OR '.join(others)})", _literals(some, others))

    def phrase(self) -> Asked:
        """Two words that belong together."""
        pair = self.chance.choice(self.language.pairs)
        literal = ("" if self.language.code == "zh" else " ").join(pair)
        return Asked(f'"{literal}"', _literals([literal]))

    def near(self) -> Asked:
        """Two words near each other."""
        one, other = self.word(200), self.chance.choice((self.word(200), self.name()[-1]))
        operator = self.chance.choice(("NEAR/5", "NEAR/10", "ONEAR/5"))
        return Asked(f"{one} {operator} {other}", _literals([one], [other]))

    def wildcard(self) -> Asked:
        """A word by its first letters; one in ten by its last; mostly with another."""
        word, other = self.word(4_000), self.word()
        stem = word[: max(3, len(word) - 2)]
        pattern = f"*{word[-5:]}" if self.chance.random() < 0.1 else f"{stem}*"
        if self.chance.random() < 0.3:
            return Asked(pattern, _literals([word]))
        return Asked(f"{pattern} AND {other}", _literals([word], [other]))

    def fuzzy(self) -> Asked:
        """A name whose spelling is not certain."""
        name = self.name()[-1]
        return Asked(f"{name}~1", _literals([name]))

    def regex(self) -> Asked:
        """A regular expression: a word with a choice within."""
        word = self.word(4_000)
        at = len(word) // 2
        return Asked(f"/{word[:at]}[a-z]?{word[at:]}(s|es)?/", _literals([word]))

    def in_field(self) -> Asked:
        """What stands in the headline, is tagged, or is written by someone."""
        word = self.word(200)
        if self.chance.random() < 0.2:
            author = " ".join(self.corpus.languages["en"].entities[self.chance.randrange(2_000)])
            return Asked(f'author:"{author.title()}" AND {word}', _literals([author], [word]))
        name = self.chance.choice(("title", "title", "title", "tag", "standfirst"))
        return Asked(f"{name}:{word}", _literals([word]))

    def exact(self) -> Asked:
        """A word in this form alone."""
        word, other = self.word(2_000), self.word(200)
        return Asked(f"={word} AND {other}", _literals([word], [other]))

    def capitals(self) -> Asked:
        """An acronym that is also a word, and a word."""
        acronym, word = self.chance.choice(self.corpus.acronyms), self.word(2_000)
        return Asked(f"case:{acronym} AND {word}", _literals([acronym.lower()], [word]))

    def at_least(self) -> Asked:
        """A word said more than once."""
        word = self.word(600)
        return Asked(f"ATLEAST/3 {word}", _literals([word]))

    def place(self) -> Asked:
        """A place in all languages, and a word."""
        name, word = self.chance.choice(_PLACES), self.word(300)
        return Asked(f"{name} AND {word}", _literals([name.partition(":")[2].lower()], [word]))

    def people(self) -> Asked:
        """One of a saved list, and a word."""
        name, names = self.chance.choice(list(self.corpus.sets.items()))
        word = self.word(300)
        return Asked(f"set:{name} AND {word}", _literals([names[0]], [word]))

    def _several(self, commonest: int = 900) -> list[str]:
        return [self.word(commonest) for _ in range(self.chance.randint(2, 4))]


_PLACES = (
    "place:Baghdad", "place:Paris", "place:London", "place:Kyiv", "place:Cairo", "place:Berlin",
    "country:Iraq", "country:Germany", "country:Ukraine", "country:Egypt",
)  # fmt: skip

# Kinds of watches and their shares, in tenths of a percent.
_KINDS: dict[Callable[[_Asker], Asked], int] = {
    _Asker.person: 220, _Asker.surname: 100, _Asker.one_word: 60, _Asker.two: 170,
    _Asker.group: 110, _Asker.group_without: 70, _Asker.two_groups: 40, _Asker.phrase: 40,
    _Asker.near: 60, _Asker.wildcard: 50, _Asker.fuzzy: 10, _Asker.regex: 5, _Asker.in_field: 25,
    _Asker.exact: 15, _Asker.capitals: 10, _Asker.at_least: 8, _Asker.place: 4, _Asker.people: 3,
}  # fmt: skip
_KINDS_IN_ORDER = list(_KINDS)
_OF_LETTERS = {_Asker.wildcard, _Asker.fuzzy, _Asker.regex}
_KIND_WEIGHTS = list(accumulate(_KINDS.values()))


def _literals(*groups: Sequence[str], none: str | None = None) -> Literals:
    return Literals(
        tuple(tuple(dict.fromkeys(map(fold, group))) for group in groups),
        (fold(none),) if none else (),
    )
