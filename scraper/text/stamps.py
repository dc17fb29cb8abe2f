"""Lines that say when, or how often: times of day, ages, counts of comments. No news is in them.

A line is a stamp if every word of it is a number or belongs to one: the names of months and days,
"5 minutes ago" in the text's own language (both from the Unicode CLDR, which Babel carries), the
labels that publishers put before a time, and what they count beside an article. "Updated: 12 dead"
is none, for the dead are not counted by a publishing system.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Final, Literal

from scraper.text.words import texts

if TYPE_CHECKING:
    from babel import Locale

LONGEST: Final = 24  # words, or characters of scripts without spaces

_MOST_LANGUAGES: Final = 64  # whose vocabularies are kept
_UNITS: Final[tuple[Literal["second", "minute", "hour", "day", "week", "month", "year"], ...]] = (
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
)
_WIDTHS: Final[tuple[Literal["long", "short"], ...]] = ("long", "short")
_SECONDS: Final = (1, 60, 3_600, 86_400, 604_800, 2_592_000, 31_536_000)
_AMOUNTS: Final = (1, 2, 3, 5, 11)  # one of every plural form that languages have
_NEVER: Final = 10**9  # a threshold that no unit reaches, so that it is not put in a larger one

_NUMBER: Final = re.compile(r"\d[\d.:]*\w{0,3}")  # 12, 14h05, 5pm, 2nd, 1.2k

# What stands before a time, by those who publish in the language. An entry is words in a row.
_LABELS: Final = """
    updated|update|last updated|last update|published|first published|date published|posted|modified
    last modified|edited|date|as of|just now|ago|now|today|yesterday|min read|minute read
    minutes read|reading time|aktualisiert|zuletzt aktualisiert|veröffentlicht|stand|uhr
    mis à jour|mise à jour|dernière mise à jour|publié|modifié|lecture|temps de lecture|aujourd hui
    heute|gestern|lesezeit
    actualizado|actualizada|última actualización|publicado|publicada|hoy|ayer|lectura
    aggiornato|ultimo aggiornamento|pubblicato|modificato|oggi|ieri|lettura
    atualizado|última atualização|publicada em|hoje|ontem|leitura
    bijgewerkt|laatst bijgewerkt|laatste update|gepubliceerd|vandaag|gisteren|leestijd
    uppdaterad|publicerad|opdateret|udgivet|oppdatert|publisert|päivitetty|julkaistu|idag|igår
    zaktualizowano|aktualizacja|opublikowano|dzisiaj|wczoraj|aktualizováno|vydáno|frissítve|közzétéve
    actualizat|publicat|güncellendi|güncelleme|son güncelleme|yayınlanma|yayın tarihi|bugün|dün
    обновлено|опубликовано|сегодня|вчера|оновлено|опубліковано|сьогодні|вчора|актуализирано
    ενημερώθηκε|δημοσιεύθηκε|עודכן|פורסם|עדכון אחרון
    آخر تحديث|تحديث|تم التحديث|نشر|نشر في|تاريخ النشر|اليوم|أمس|به روزرسانی|بروزرسانی|انتشار
    अपडेट|अपडेटेड|अंतिम अपडेट|प्रकाशित|आज|कल|সর্বশেষ আপডেট|প্রকাশিত|আপডেট
    diperbarui|dikemas kini|diterbitkan|cập nhật|cập nhật lúc|đăng lúc|อัปเดต|อัพเดต|เผยแพร่
    更新|最后更新|最後更新|更新日時|更新于|更新於|发布|發布|发布时间|發佈|发表|配信|公開|掲載|刚刚|剛剛|今天|昨天|今日|昨日
    업데이트|수정|최종수정|입력|등록|송고|방금|오늘|어제
"""
# What is counted beside an article.
_COUNTED: Final = """
    comment|comments|view|views|like|likes|share|shares|read|reads|reply|replies|reactions|retweets
    followers|votes|viewers|watching|reading|people reading|viewing
    kommentar|kommentare|aufrufe|mal geteilt|leser|commentaire|commentaires|vues|partages|réactions
    comentario|comentarios|vistas|visitas|compartidos|lecturas|comentário|comentários|visualizações
    commento|commenti|visualizzazioni|condivisioni|reacties|weergaven|kommentarer|visningar
    komentarz|komentarze|komentarzy|wyświetleń|odsłon|komentářů|hozzászólás|yorum|görüntülenme|okunma
    комментарий|комментария|комментариев|просмотр|просмотра|просмотров|коментар|коментарів|переглядів
    σχόλια|תגובות|צפיות|تعليق|تعليقات|مشاهدة|مشاهدات|مشاركة|نظر|بازدید|टिप्पणी|टिप्पणियां|व्यूज
    komentar|dilihat|bình luận|lượt xem|ความคิดเห็น|ครั้ง
    评论|評論|条评论|阅读|閱讀|阅读量|浏览|瀏覽|次浏览|点赞|转发|分享|コメント|件|閲覧|シェア|댓글|조회|조회수|공유
"""
# What stands between the parts of a time.
_BETWEEN: Final = """
    at|on|the|of|by|and|in|a|am|pm|p|m|gmt|utc|bst|cet|cest|est|edt|et|pst|pdt|pt|ist|msk|jst
    cdt|mst|mdt|akst|hst|aest|aedt|sgt|hkt|pkt|wib|eat|sast|trt|bdt|pht|eastern|hrs|hr|hours
    local time|um|am|den|der|vor|le|à|h|il y a|el|la|las|los|de|del|a las|hace|alle|ore|il|del|fa|em
    às|há|k|atrás|min|om|op|uur|geleden|kl|klo|o|dnia|godz|в|г|мск|назад|о|saat|önce|في|الساعة|منذ|قبل
    مضت|ساعت|بجے|बजे|पहले
    年|月|日|号|號|時|时|点|點|分|秒|前|分钟|分鐘|小时|小時|天|于|於|で|に|일|월|년|시|분|초|전|오전|오후|น
"""


def is_stamp(line: str, language: str | None) -> bool:
    """Whether a line says no more than when it was written, or how often it was read.

    `language` is an ISO 639-1 code, perhaps with a region; None: not known.
    """
    found = texts(line)
    if not found or len(found) > LONGEST:
        return False
    return not any(_unexplained(found, _vocabulary(_code(language))))


def _code(language: str | None) -> str:
    return re.split("[-_]", (language or "en").casefold(), maxsplit=1)[0]


def _unexplained(
    line: Sequence[str], vocabulary: dict[str, tuple[tuple[str, ...], ...]]
) -> Iterator[str]:
    """The words of a line that are no number, and no part of a phrase of the vocabulary."""
    place = 0
    while place < len(line):
        word = line[place]
        phrases = vocabulary.get(word, ())
        length = next((len(p) for p in phrases if tuple(line[place : place + len(p)]) == p), 0)
        if not length and not _NUMBER.fullmatch(word):
            yield word
        place += length or 1


@lru_cache(maxsize=_MOST_LANGUAGES)
def _vocabulary(language: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Phrases by their first word, the longest first: those of everybody, and of the language."""
    phrases = {*_written(), *map(tuple, map(texts, _of_language(language)))}
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(filter(None, phrases), key=lambda phrase: (-len(phrase), phrase)):
        found.setdefault(phrase[0], []).append(phrase)
    return {word: tuple(each) for word, each in found.items()}


@lru_cache(maxsize=1)
def _written() -> frozenset[tuple[str, ...]]:
    entries = "|".join((_LABELS + _COUNTED + _BETWEEN).split("\n")).split("|")
    return frozenset(tuple(texts(entry)) for entry in entries)


def _of_language(language: str) -> Iterator[str]:
    """Its months, days, parts of the day and units, and the words of "5 minutes ago"."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - a tenth of a second to import

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    for names in (locale.months, locale.days, locale.day_periods):
        for context in names.values():
            for width, of_width in context.items():
                if width != "narrow":
                    yield from map(str, of_width.values())
    for ago in _ages(locale):
        yield re.sub(r"\d+", " ", ago)


def _ages(locale: "Locale") -> Iterable[str]:
    from babel.dates import format_timedelta  # noqa: PLC0415 - as above

    for unit, seconds in zip(_UNITS, _SECONDS, strict=True):
        for amount, width, told in product(_AMOUNTS, _WIDTHS, (True, False)):
            with suppress(KeyError):  # a locale that has no words for it
                yield format_timedelta(
                    timedelta(seconds=-amount * seconds),
                    granularity=unit,
                    threshold=_NEVER,
                    add_direction=told,
                    format=width,
                    locale=locale,
                )
