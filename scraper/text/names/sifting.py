"""Which of the other names that GeoNames has of a city are its names, and which are noise.

They come without a language or a word on what they are: Baghdad's are Bagdad, Bağdat, багдад, and
also BGW; Warsaw is "Phoenix City", Varna was once "Stalin", Gaza is "Gaz" in some language, and
Jerusalem is Zion, Salem and Moria. One that nothing else vouches for is kept if it

- is in one script, one that news is written in, and long enough not to be an abbreviation;
- is no ordinary word, and not what a larger or similar place is mainly called (Nice is Nis
  somewhere, but Niš is a city);
- sounds like a name that is vouched for, or comes in three scripts with the very same sound:
  Halab and Халеб and حلب cannot all be a nickname. Of a city that CLDR has in many languages, one
  in Latin letters, where most noise is, must sound exactly like one of those. Chinese characters,
  whose sound is not known, pass if half of them are in one that is vouched for, or if none is.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from scraper.text.names.naming import squeezed
from scraper.text.names.ordinary import is_byname, is_word
from scraper.text.names.sounds import like_any, script, sounds

# The scripts that news is written in, with the fewest letters that a name has in each.
_SHORTEST: Final = {
    "LATIN": 5,
    **dict.fromkeys(("CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN"), 4),
    **dict.fromkeys(("ARABIC", "HEBREW"), 3),
    **dict.fromkeys(
        ("DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA",
         "MALAYALAM", "SINHALA", "THAI", "LAO", "MYANMAR", "KHMER", "TIBETAN", "ETHIOPIC", "THAANA",
         "CJK", "KANA", "HANGUL"), 2),
}  # fmt: skip
_WITNESSES: Final = 3  # scripts in which a name that is not like the others must be written
_WELL_KNOWN: Final = 20  # spellings that are vouched for: there is little to add in Latin letters


def sift(
    alternates: Iterable[str], vouched: Collection[str], is_elsewhere: Callable[[str], bool]
) -> Iterator[str]:
    """The alternates that are names of the city, in their order.

    `vouched` are names that are known to be right; `is_elsewhere` says whether a squeezed name is
    the main one of another place of weight.
    """
    spellings = [(name, script(name), sounds(name)) for name in alternates]
    scripts = defaultdict(set)
    for _, written, sound in spellings:
        scripts[sound].add(written)
    known = {(script(name), sounds(name)) for name in vouched}
    is_well_known = len(known) >= _WELL_KNOWN
    likely = {sound for _, sound in known}
    characters = set().union(*(name for name in vouched if script(name) == "CJK"))
    fitting: dict[str, bool] = {"": likely == {""}}
    for name, written, sound in spellings:
        if written == "CJK":
            fits = not characters or 2 * len(characters & set(name)) >= len(set(name))
        elif is_well_known and written == "LATIN":
            fits = (written, sound) in known
        elif sound in fitting:
            fits = fitting[sound]
        else:
            fits = len(scripts[sound]) >= _WITNESSES or like_any(sound, likely)
            fitting[sound] = fits
        if fits and _may_be_one(name, written, is_elsewhere):
            yield name


def _may_be_one(name: str, written: str, is_elsewhere: Callable[[str], bool]) -> bool:
    key = squeezed(name)
    return (
        len(key) >= _SHORTEST.get(written, len(key) + 1)
        and not (written == "LATIN" and name.islower())  # written by a machine
        and not is_byname(name)
        and (written == "CYRILLIC" or not is_word(name))  # there capitals tell it from the word
        and not is_elsewhere(key)
    )
