"""A guess at the encoding of text that neither declares one nor is UTF-8.

A sample of the text around its non-ASCII bytes is decoded with every candidate, and every candidate
is judged by how much the result looks like a language written in it: the mean weight of its
non-ASCII characters. Letters (or the most used ideographs and syllables) of the language weigh
most; letters that the language does not have, symbols inside words, capitals after small letters,
Latin letters joined to others in one word, and characters that do not exist weigh against it. The
wrong encoding gives itself away quickly: rare ideographs, inverted case, letters of four languages
in one word.

The ideographs and syllables listed are the few hundred that make up about half of running text.
"""

import itertools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Final

SAMPLE_BYTES: Final = 6_144

_RUN = re.compile(rb"[^<>\r\n\x80-\xff]?[\x80-\xff][^<>\r\n]*")
_LONE = re.compile(r"(?<![\u0370-\u1fff])[\u0370-\u1fff](?![\u0370-\u1fff])")

_TYPOGRAPHY: Final = frozenset(
    "“”‘’„‚«»‹›–—…·•©®€£°§№½¼¾×´\u00a0¿¡、。，：；？！「」『』（）《》・ー"
)

_RUSSIAN: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
_ARABIC: Final = (
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىءآأؤإئةپچژگ"
    "\u060c\u061b\u061f\u064b\u064c\u064d\u064e\u064f\u0650\u0651"  # punctuation, vowel signs
)
_GREEK: Final = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
_HEBREW: Final = "אבגדהוזחטיכלמנסעפצקרשתךםןףץ"
_THAI: Final = "".join(map(chr, (*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E50))))
_KANA: Final = "".join(map(chr, range(0x3041, 0x3094))) + "".join(map(chr, range(0x30A1, 0x30F7)))

_SIMPLIFIED: Final = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电"
    "数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马"
)
_TRADITIONAL: Final = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過"
    "發後作里用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本"
    "前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很"
    "最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度"
    "門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電"
    "數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬"
)
_KANJI: Final = (
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方"
    "四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八"
    "六約主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多"
    "県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝"
)
_HANGUL: Final = (
    "이다의에는을은고가하지를로한서사기도대인어나자있시정해일리들부수과전보그라아제스만원여장으성국"
    "상주구게조것년위동공관신비연유세미문경우진무면안선할적모소화요되된였했습니까등개방당회명민업계"
    "생산물행식오트건크드마니며월더임말용호강북남발차중실내출력단"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoding as one language uses it. `letters` are lower-case, or have no case."""

    codec: str
    letters: frozenset[str]
    weight: float = 1.0  # of a letter; ideographs weigh more, for only about half are in the list
    frequent: frozenset[str] = frozenset()  # the dozen letters that make up most of a text


def _candidates() -> tuple[Candidate, ...]:
    """All candidates; of two that read a text alike, the first is taken."""
    latin = (
        ("cp1252", "éèêëàâçîïôùûœ"),  # French
        ("cp1252", "äöüßé"),  # German
        ("cp1252", "áéíóúñüçºª"),  # Spanish
        ("cp1252", "áâãàçéêíóôõú"),  # Portuguese
        ("cp1252", "àèéìòù"),  # Italian
        ("cp1252", "åäöæøéü"),  # Scandinavian languages, Finnish
        ("cp1252", "áðéíóúýþæö"),  # Icelandic
        ("cp1254", "çğıöşüâî"),
    )
    eastern = (
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîşţ",  # Romanian
        "čćđšž",  # Croatian, Bosnian, Slovenian
    )
    other = (
        ("cp1251", _RUSSIAN, "оеаинтсрвлкм"),
        ("cp1251", _RUSSIAN + "іїєґў", "оаинівтерскл"),  # Ukrainian, Belarusian
        ("cp1251", _RUSSIAN + "јљњћђџѓќѕ", "аоиентрсвкјд"),  # Serbian, Macedonian
        ("koi8_r", _RUSSIAN, "оеаинтсрвлкм"),
        ("koi8_u", _RUSSIAN + "іїєґ", "оаинівтерскл"),
        ("iso8859_5", _RUSSIAN, "оеаинтсрвлкм"),
        ("cp866", _RUSSIAN, "оеаинтсрвлкм"),
        ("cp1256", _ARABIC, "اليمنوترعبهد"),
        ("iso8859_6", _ARABIC, "اليمنوترعبهد"),
        ("cp1255", _HEBREW, "יוהלאתרמבשנח"),
        ("cp1253", _GREEK, "αοιετσνηυρπκ"),
        ("iso8859_7", _GREEK, "αοιετσνηυρπκ"),
        ("cp874", _THAI, "านรอกเงมยลวด"),
    )
    baltic = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")
    return (
        *(Candidate(codec, frozenset(letters)) for codec, letters in latin),
        *(
            Candidate(codec, frozenset(letters), frequent=frozenset(frequent))
            for codec, letters, frequent in other
        ),
        *(Candidate(codec, frozenset(letters)) for codec in _EASTERN for letters in eastern),
        *(Candidate("cp1257", frozenset(letters)) for letters in baltic),
        Candidate("gb18030", frozenset(_SIMPLIFIED), _IDEOGRAPH),
        Candidate("big5hkscs", frozenset(_TRADITIONAL), _IDEOGRAPH),
        Candidate("cp932", frozenset(_KANA + _KANJI), 1.5),
        Candidate("euc_jp", frozenset(_KANA + _KANJI), 1.5),
        Candidate("cp949", frozenset(_HANGUL), _IDEOGRAPH),
    )


_AFTER_LATIN: Final = "\u0370"
_EAST_ASIAN: Final = "\u2e80"
_EASTERN: Final = ("cp1250", "iso8859_2")
_IDEOGRAPH: Final = 2.5
_CANDIDATES: Final = _candidates()


def guess(body: bytes) -> str:
    """The Python codec that most likely reads `body`; cp1252 when nothing tells."""
    sample = _sample(body)
    best, best_score = "cp1252", 0.0
    texts: dict[str, tuple[Counter[str], int]] = {}
    for candidate in _CANDIDATES:
        if candidate.codec not in texts:
            text = sample.decode(candidate.codec, "replace")
            texts[candidate.codec] = Counter(text), _misfits(text)
        score = _score(candidate, *texts[candidate.codec])
        if score > best_score:
            best, best_score = candidate.codec, score
    return best


def _sample(body: bytes) -> bytes:
    """Stretches of text from just before a non-ASCII byte to the end of their line or element."""
    runs: list[bytes] = []
    size = 0
    for run in _RUN.finditer(body):
        runs.append(run[0][: SAMPLE_BYTES - size])
        size += len(runs[-1])
        if size >= SAMPLE_BYTES:
            break
    return b"\n".join(runs)


def _misfits(text: str) -> int:
    """How often neighbours do not go together, as is usual in the wrong encoding.

    A capital after a small letter, a Latin letter beside one of another script, and a letter of
    another script that stands alone (`©` of windows-1252 is a letter in the Thai encoding).
    """
    return len(_LONE.findall(text)) + sum(
        (before.islower() and after.isupper()) or _mixed(before, after) or _mixed(after, before)
        for before, after in itertools.pairwise(text)
        if not (before.isascii() and after.isascii())
    )


def _mixed(one: str, other: str) -> bool:
    """Whether a Latin letter stands beside one of another script, or a digit beside an alphabet's.

    Digits stand beside ideographs and syllables in every date.
    """
    if not one.isascii() or other < _AFTER_LATIN or not other.isalpha():
        return False
    return one.isalpha() or (one.isdigit() and other < _EAST_ASIAN)


def _score(candidate: Candidate, counts: Counter[str], misfits: int) -> float:
    """The mean weight of the non-ASCII characters."""
    total = -1.5 * misfits
    characters = 0
    for character, count in counts.items():
        if not character.isascii():
            total += count * _weigh(candidate, character)
            characters += count
    return total / characters if characters else 0.0


def _weigh(candidate: Candidate, character: str) -> float:
    if character in candidate.letters:
        rare = candidate.frequent and character not in candidate.frequent
        return 0.5 if rare else candidate.weight
    if character.lower() in candidate.letters or character in _TYPOGRAPHY:
        return 0.4
    category = unicodedata.category(character)
    if category[0] == "C" or character == "\ufffd":
        return -4.0
    if category == "Lo" and candidate.weight > 1:
        return _weigh_rare(candidate, character)
    return -1.0


def _weigh_rare(candidate: Candidate, character: str) -> float:
    """An ideograph or syllable that is not among the most used."""
    hangul = "\uac00" <= character <= "\ud7a3"
    if candidate.codec == "cp949":
        return 0.5 if hangul else -0.3
    ideograph = "\u4e00" <= character <= "\u9fff"
    return 0.1 if ideograph else -0.8
