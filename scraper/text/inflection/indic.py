"""Hindi: numbers and cases of nouns, the regular forms of verbs.

Keys are first forms: हमले, हमलों → हमला; सरकारें, सरकारों → सरकार; पार्टियों → पार्टी. A word in -े is
read as a form of one in -ा on the text's side alone, for it may also be itself.
"""

from scraper.text.inflection.endings import words
from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, unique

_FIRST = Endings(
    Ending("ियों ियां", becomes="ी", least=1),
    Ending("ाओं ाएं", becomes="ा", least=1),
    Ending("ुओं ुएं", becomes="ु", least=1),
    Ending("ों ें", least=2),
    Ending("ओं एं"),
)
_OTHERS = Endings(
    Ending("े ों", becomes="ा", least=1),
    Ending("ियों ियां", becomes="ि", least=1),
    Ending("ियों", becomes="िया", least=1),
    Ending("ुओं", becomes="ू", least=1),
    Ending("ए यों", becomes="या"),
    Ending("ओ ो", least=2),
    Ending("ियो", becomes="ी", least=1),
)
_WHOLE = words(
    "में नहीं हैं यहां वहां कहां जहां दोनों क्यों यों के से ने थे थीं उन्होंने उन्हें इन्हें हमें तुम्हें बाद नए इसमें"
    " उसमें जिसमें आगे पीछे नीचे सामने लिए पहले पूर्व डॉलर दिल्ली मुंबई"
)


# Of a verb, from the stem; first forms are in -ना.
_VERBS = Endings(
    Ending(
        "ने नी नीं ता ते ती तीं ा े ी ीं ेगा ेगी ेंगे ेंगी ूंगा ूंगी ो ोगे ें ूं कर के या यी ए ई ईं एगा एगी एंगे एंगी",
        becomes="ना",
        least=2,
    )
)


def hindi(word: str) -> tuple[str, ...]:
    """The keys of a folded word, its first form before others."""
    if word in _WHOLE:
        return (word,)
    return unique((_FIRST.stem(word) or word, word, *_OTHERS.stems(word), *_VERBS.stems(word)))


LANGUAGES = {"hi": Rules(hindi, None, ("devanagari",))}
