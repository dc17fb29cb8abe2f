"""Indonesian and Malay: what is written on to a word's end; prefixes and -an derive words.

`-nya` (its, the), `-lah`, `-kah`, `-pun` are taken off on the text's side alone, in addition.
"""

from scraper.text.inflection.rules import Rules
from scraper.text.inflection.stems import Ending, Endings, Inflection

_WHOLE = (
    "masalah sekolah jumlah wilayah makalah langkah berkah hanya punya tanya kenya bertanya mulanya"
    " karunia nikah allah ialah adalah setelah sebelah telah olah kalah salah inilah pun ampun"
    " rumpun himpun maupun walaupun meskipun ataupun adapun adanya apakah serakah istilah"
    " muslimah pecah"
)

_MALAY = Inflection(
    sure=Endings(),
    maybe=Endings(
        Ending("nya lah kah pun", least=4),
        Ending("nyalah nyakah", least=4),
        Ending("nya", least=3),
    ),
    whole=frozenset(_WHOLE.split()),
)

LANGUAGES = dict.fromkeys(("id", "ms"), Rules(_MALAY.keys))
