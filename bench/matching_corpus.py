"""Articles and watches made up for the measurements of matching, from a seed.

What matters to a matcher is as in news: words are as unevenly common as Zipf's law has it, and
inflected; an article stays with its subject, so its names and some of its words come again; there
are titles, paragraphs, capitals, quotation marks, hyphens, possessives, numbers. Of the articles
and of the watches 70 % are English, 10 % German, 10 % Russian, 5 % Arabic, 5 % Chinese. Their
words are those of matching_language.py.
"""

import random
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from bench.matching_language import Language, distinct, language
from scraper.text.folding import fold
from scraper.watch import MatchText

LANGUAGES = {"en": 70, "de": 10, "ru": 10, "ar": 5, "zh": 5}  # percent
TOKENS = 500  # of an article, on average
_SUBJECT = (0.35, 0.75)  # ranks of the words of a subject: powers of the number of words
_NOW = datetime(2026, 11, 1, tzinfo=UTC)


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


class Corpus:
    """Articles and watches of one seed. The same calls in the same order give the same ones."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.seed = seed
        self.languages = {code: language(code, chance) for code in LANGUAGES}
        self.acronyms = distinct(
            lambda: "".join(chance.choices("ABCDEFGHIKLMNOPRSTU", k=chance.choice((2, 3, 3, 4)))),
            300,
        )
        self.sections = distinct(lambda: self.languages["en"].lemmas[chance.randint(500, 900)], 12)
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
