"""Greek: cases and numbers of nouns and adjectives, the most regular forms of verbs.

Keys are what a word's first form may be, by its paradigm: masculine (πύραυλοι, πυραύλου →
πυραυλοσ), neuter (πετρελαίου → πετρελαιο, παιδιά → παιδι) and the feminines with their like
(Βαγδάτης → βαγδατα; στρατιώτες → στρατιωτα; -η and -α are one). So χώρα is not χώρος, though its
genitive plural, χωρών, may be either's. Adjectives have the forms of all three.
"""

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, unique

# What adjectives' stems end in, whose feminine and plural are also read as forms of -ος.
_ADJECTIVES = (
    "ικ", "ιν", "ακ", "εν", "ιμ", "στ", "κτ", "πτ", "ερ", "ηλ", "ι", "ε", "αν", "ον", "ητ", "ωτ",
    "νατ", "λλ", "κρ", "χρ", "φρ", "θν", "υρ", "γαλ", "πολ", "αλ", "ισ", "ηρ",
    "λαρ", "κολ", "ορθ", "ρτ", "ετρ", "μεσ", "ορφ", "ημν", "υπν", "αρθ", "δικ", "ρισ", "λογ",
)  # fmt: skip

_FIRST = Endings(
    Ending("οσ οι ουσ", becomes="οσ"),
    Ending("ου ων", becomes="οσ"),
    Ending("ο", becomes="ο"),
    Ending("α ασ εσ η ησ εισ εωσ εων", becomes="α"),
    Ending("ματοσ ματα ματων", becomes="μα"),
    Ending("ι", becomes="ι"),
    Ending("ιου ιων", becomes="ι", least=3),
)
_OTHERS = Endings(
    Ending("ου ων α", becomes="ο"),
    Ending("ο η ου ων", becomes="οσ"),
    Ending("ε", becomes="οσ"),
    Ending("ων ουσ", becomes="α"),
    Ending("ια ιου ιων", becomes="ι"),
    Ending("εισ εων", becomes="εα"),
    Ending("ιου ιων", becomes="ιοσ"),
    Ending("ιου ιων", becomes="ιο"),
    Ending("ιων", becomes="ια"),
    Ending("αδεσ αδων ηδεσ ηδων", becomes="α"),
)
_VERBS = Endings(
    Ending("ει ουν ουμε ετε εισ", becomes="ω"),
    Ending("ησε ησαν ησει ησουν ησουμε", becomes="ω"),
    Ending("ισε ισαν ισει ισουν ιζε ιζαν", becomes="ιζω"),
    Ending("ωσε ωσαν ωσει ωσουν", becomes="ωνω"),
    Ending("ευσε ευσαν ευσει ευσουν εψε εψαν εψει εψουν", becomes="ευω"),
    Ending("εται ονται ονταν οταν", becomes="ομαι"),
    Ending("ηθηκε ηθηκαν ηθει ηθουν", becomes="ουμαι"),
)
_OF_ADJECTIVES = Endings(Ending("α ασ εσ ησ", becomes="οσ"))

_WHOLE = words("νατο ευρω ηπα εε οηε ραδιο βιντεο κιλο τοκιο οσλο μπακου και για απο")


def greek(word: str) -> tuple[str, ...]:
    """The keys of a folded word, its likeliest first form before the others."""
    if word in _WHOLE:
        return (word,)
    adjectives = (found for found in _OF_ADJECTIVES.stems(word) if found[:-2].endswith(_ADJECTIVES))
    return unique(
        (
            *(tuple(_FIRST.stems(word)) or (word,)),
            *_OTHERS.stems(word),
            *_VERBS.stems(word),
            *adjectives,
        )
    )


LANGUAGES = {"el": Rules(greek, None, ("greek",))}
