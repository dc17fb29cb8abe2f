"""Times as machines write them, and dates as people read them, in some forty languages.

A `Stamp` keeps what was written: the day, and the time of day and the offset from UTC if there were
any. Only `Stamp.at` turns it into a moment, with the page's own offset for what lacks one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final, TypeAlias

from scraper.extract import calendars, months

_LONGEST: Final = 400  # characters in which a date is looked for
_DIGITS: Final = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙",
    "0123456789" * 5,
)  # fmt: skip

# Hours from UTC. IST is read as India's, BST as Britain's, CST as America's: the more news by far.
ZONES: Final[dict[str, float]] = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "IST": 5.5, "CET": 1, "MEZ": 1, "CEST": 2,
    "MESZ": 2, "WEST": 1, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "AST": -4, "EST": -5, "EDT": -4,
    "ET": -5, "CST": -6, "CDT": -5, "CT": -6, "MST": -7, "MDT": -6, "MT": -7, "PST": -8, "PDT": -7,
    "PT": -8, "AKST": -9, "HST": -10, "BRT": -3, "ART": -3, "SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1,
    "IRST": 3.5, "GST": 4, "PKT": 5, "NPT": 5.75, "ICT": 7, "WIB": 7, "SGT": 8, "HKT": 8,
    "WITA": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "WIT": 9, "ACST": 9.5, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip

_ISO: Final = re.compile(
    r"""\s*([12]\d{3})([-/.]?)(1[0-2]|0?[1-9])\2(3[01]|[12]\d|0?[1-9])(?![\d])
    (?:[T\s_]+(?:at\s+)?(\d{1,2}):?(\d{2})(?::?(\d{1,2})(?:[.,:]\d{1,9})?)?
    \s*(?:([AaPp])\.?[Mm]\.?)?\s*([A-Za-z]{1,5}\b|(?:GMT|UTC)?\s*[+-−]\s?\d{1,2}:?\d{2}|[+-]\d{1,2}\b)?)?""",
    re.VERBOSE,
)
_YEAR_FIRST: Final = re.compile(
    r"(?<!\d)([12]\d{3})\s?(?:[年년./-]|-)\s?(1[0-2]|0?[1-9])\s?(?:[月월./-])\s?(3[01]|[12]\d|0?[1-9])(?!\d)\s?[日일]?"
)
_DAY_FIRST: Final = re.compile(
    r"(?<![\d.:])(3[01]|[12]\d|0?[1-9])([./-])\s?(1[0-2]|0?[1-9])\2\s?(20\d\d|19\d\d|2[4-6]\d\d|1[34]\d\d|\d\d)(?![\d.]\d)"
)
_MONTH_FIRST: Final = re.compile(
    r"(?<![\d.:])(1[0-2]|0?[1-9])([./-])(3[01]|[12]\d|0?[1-9])\2(20\d\d|19\d\d|\d\d)(?![\d.]\d)"
)
_LETTERS: Final = (
    # Vowel signs are no letters to re; what is one must not match twice, or it takes forever.
    r"[^\W\d_]+(?:(?:[.'\u2019]|(?!\w)[\u0900-\u0dff\u0e00-\u0e7f])[^\W\d_]*)*"
)
_LITTLE: Final = (
    r"(?:\s|,|\.|/|-|–|\bde[l]?\b|\bof\b|\bdi\b|\bd['’]|،|\bm\.|พ\.ศ\.|\btháng\b|\bг\b)*"
)
_DAY_MONTH_YEAR: Final = re.compile(
    rf"(?<!\d)(3[01]|[12]\d|0?[1-9])(?!\d)(?:\.|º|ª|°|st|nd|rd|th|er|-?го|-?е)?{_LITTLE}"
    rf"({_LETTERS}(?:(?:[\s-]+|\s?/\s?){_LETTERS})?){_LITTLE}([12]\d{{3}})(?!\d)",
    re.IGNORECASE,
)
_DAY_YEAR: Final = re.compile(
    r"(?<!\d)(3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|a)?(?!\d)[\s,.]+(?:at\s+)?([12]\d{3})(?!\d)",
    re.IGNORECASE,
)
_MONTH_BEFORE: Final = re.compile(rf"({_LETTERS})\s*$")
_YEAR_MONTH_DAY: Final = re.compile(
    rf"(?<!\d)([12]\d{{3}})[.,]?\s+(?:m\.\s+)?({_LETTERS})\s+(3[01]|[12]\d|0?[1-9])(?!\d)"
)
_VIETNAMESE: Final = re.compile(
    r"(?<!\d)(3[01]|[12]\d|0?[1-9])\s+th[áa]ng\s+(1[0-2]|0?[1-9])(?:\s*,|\s+n[ăa]m)?\s*(20\d\d)",
    re.IGNORECASE,
)
_WRITTEN_WITH_MONTH: Final = (
    (_DAY_MONTH_YEAR, "dmy"),
    (_YEAR_MONTH_DAY, "ymd"),
    (_VIETNAMESE, "dmy"),
)
# The second group is the sign between the numbers.
_AMERICAN: Final = ((_MONTH_FIRST, "m-dy"), (_DAY_FIRST, "d-my"))
_OTHERS: Final = ((_DAY_FIRST, "d-my"), (_MONTH_FIRST, "m-dy"))
_SIGNS: Final = frozenset("./-")
_AFTER_A_FIRST_YEAR: Final = frozenset("./-年년월月")
_Day: TypeAlias = tuple[date, int, int]  # and where it stands
_Way: TypeAlias = Callable[[str, str | None], _Day | None]
# Years of all calendars, and the end of a date in numbers. The rest of a date stands around them.
_YEAR: Final = re.compile(
    r"(?<!\d)(?:19|20|1[3-5]|2[456])\d\d(?!\d)|\d[./-]\s?\d{1,2}[./-]\s?\d\d(?!\d)"
)
_BEFORE_YEAR: Final = 40  # characters
_AFTER_YEAR: Final = 30
_LONGEST_MONTH: Final = 24  # characters of the name of a month and what parts it from the day
_CLOCK: Final = re.compile(
    r"""(?<![\d:.])([01]?\d|2[0-4])\s?(?::|\.|h|時|点|시|Uhr)\s?([0-5]\d)?(?::([0-5]\d))?(?![\d:]|[./]\d)\s*分?
    (?:\s*([ap])\.?\s?m\b\.?|\s*(ص|صباحا|م|مساء)(?!\w))?
    \s*\(?\s*((?:GMT|UTC)\s*[+-−]\s?\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}|[A-Z]{2,5}\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_AGO: Final = re.compile(
    r"(?<!\d)(\d{1,3})\s*(min|minute|minuten|minutes|minutos|minuti|hour|hr|h|stunde|stunden|heure|"
    r"heures|hora|horas|ore|ora|day|days|tag|tagen|jour|jours|d[ií]as?|giorni|hours|hrs|mins|"
    r"минут\w*|час\w*|дн\w+|дней|день|分钟|分鐘|小时|小時|天|分|時間|日|분|시간|일|دقيقة|دقائق|ساعة|ساعات|"
    r"أيام|يوم|دقیقه|ساعت|روز|dakika|saat|gün|godzin\w*|minut\w*|dni)\s*"
    r"(?:ago|前|전|назад|önce|temu|پیش|قبل)?",
    re.IGNORECASE,
)
_AGO_MARK: Final = re.compile(
    r"\bago\b|前|전|назад|önce|\btemu\b|پیش|قبل|منذ|\bvor\b|il y a|\bhace\b|\bfa\b|\bhá\b|"
    r"för|siden",
    re.IGNORECASE,
)
# Today (the group), or yesterday.
_DAY_NAMED: Final = re.compile(
    r"\b(today|heute|aujourd['’]hui|hoy|hoje|oggi|vandaag|idag|i dag|сегодня|сьогодні|bugün|"
    r"dziś|dzisiaj|dnes|danas|tänään|astăzi|azi|σήμερα|hari ini|hôm nay)\b|"
    r"(今天|今日|오늘|اليوم|امروز|आज|আজ|วันนี้|היום)|"
    r"\b(?:yesterday|gestern|hier|ayer|ontem|ieri|gisteren|igår|i går|вчера|вчора|dün|wczoraj|"
    r"včera|jučer|eilen|tegnap|χθες|kemarin|hôm qua)\b|"
    r"昨天|昨日|어제|أمس|امس|دیروز|গতকাল|เมื่อวาน|אתמול",
    re.IGNORECASE,
)
_LONGEST_RELATIVE: Final = 80  # characters of a line that tells of a time so
_MONTH_FIRST_LANGUAGES: Final = frozenset({"en-us", "en-ph", "es-us"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as it was written; `offset` is that from UTC, None where none was given."""

    day: date
    clock: time | None = None
    offset: timedelta | None = None

    def at(self, offset: timedelta | None) -> datetime:
        """The moment in UTC; `offset` counts where none was written."""
        zone = self.offset if self.offset is not None else offset
        if self.clock is None:
            return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        there = datetime.combine(self.day, self.clock, tzinfo=timezone(zone or timedelta()))
        return there.astimezone(UTC)

    @property
    def written(self) -> str:
        """As ISO 8601, with no more than was written."""
        if self.clock is None:
            return self.day.isoformat()
        zone = timezone(self.offset) if self.offset is not None else None
        return datetime.combine(self.day, self.clock, tzinfo=zone).isoformat()


def plausible(day: date, now: datetime | None) -> bool:
    """Whether news can bear this date: not before the web, not after tomorrow."""
    if day.year < 1990:
        return False
    return now is None or day <= (now + timedelta(days=1)).date()


def read_machine(value: str) -> Stamp | None:
    """A time that is meant for machines: ISO 8601 and what passes for it, RFC 2822, epochs."""
    value = value.strip()[:_LONGEST]
    if not value.isascii():
        value = value.translate(_DIGITS)
    if value.isdecimal() and len(value) in {10, 13}:
        return _epoch(int(value[:10]))
    match = _ISO.match(value)
    if match:
        year, _, month, day, hour, minute, second, half, zone = match.groups()
        return _stamp(_gregorian(int(year), int(month), int(day)), hour, minute, second, half, zone)
    return _read_mail(value)


def _read_mail(value: str) -> Stamp | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return Stamp(moment.date(), moment.time().replace(microsecond=0), moment.utcoffset())


def _epoch(seconds: int) -> Stamp | None:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Stamp(moment.date(), moment.time(), timedelta())


def read(text: str, *, language: str | None = None, now: datetime | None = None) -> Stamp | None:
    """The first date in a text that people read, with its time of day if one stands beside it.

    `language` (en, en-us …) settles whether 06/07 is in June or July. With `now`, "2 hours ago" is
    understood too.
    """
    text = text[:_LONGEST]
    if not text.isascii():
        text = text.translate(_DIGITS)
    found = _first_day(text, language)
    if found is not None:
        day, start, end = found
        return _with_clock(day, text, start, end)
    return _relative(text, now) if now is not None else None


def _first_day(text: str, language: str | None) -> _Day | None:
    """The first day that a text names, and where; only what stands around years is looked at."""
    for year in _YEAR.finditer(text):
        start = max(0, year.start() - _BEFORE_YEAR)
        near = text[start : year.end() + _AFTER_YEAR]
        for read_days in _ways(text, year.start(), year.end()):
            found = read_days(near, language)
            if found is not None:
                return found[0], found[1] + start, found[2] + start
    return None


def _ways(text: str, start: int, end: int) -> tuple[_Way, ...]:
    """The ways to write a date, the likeliest first for a year that stands from start to end."""
    if text[end : end + 2].lstrip()[:1] in _AFTER_A_FIRST_YEAR:
        return _year_first, _in_numbers, _with_month
    if text[max(0, start - 2) : start].rstrip()[-1:] in _SIGNS or not text[start:end].isdigit():
        return _in_numbers, _with_month
    return _with_month, _in_numbers


def _year_first(text: str, _language: str | None) -> _Day | None:
    return _matched(text, ((_YEAR_FIRST, "ymd"),))


def _in_numbers(text: str, language: str | None) -> _Day | None:
    american = (language or "").lower() in _MONTH_FIRST_LANGUAGES
    return _matched(text, _AMERICAN if american else _OTHERS)


def _with_month(text: str, _language: str | None) -> _Day | None:
    for match in _DAY_YEAR.finditer(text):
        before = max(0, match.start() - _LONGEST_MONTH)
        month = _MONTH_BEFORE.search(text[before : match.start()])
        if month is not None:
            day = _named_day((month[1], *match.groups()), "mdy")
            if day is not None:
                return day, before + month.start(), match.end()
    return _matched(text, _WRITTEN_WITH_MONTH)


def _matched(text: str, patterns: tuple[tuple[re.Pattern[str], str], ...]) -> _Day | None:
    for pattern, order in patterns:
        for match in pattern.finditer(text):
            day = _named_day(match.groups(), order)
            if day is not None:
                return day, match.start(), match.end()
    return None


def _named_day(parts: tuple[str, ...], order: str) -> date | None:
    """The day that the parts of a date name; `order` tells which of them is which."""
    values = dict(zip(order, parts, strict=True))
    year, month, day = int(values["y"]), values["m"], int(values["d"])
    if len(values["y"]) == 2:
        year += 2000
    if month.isdecimal():  # "³" is a digit, but no number
        return _of_any_calendar(year, int(month), day)
    return _with_month_name(year, month, day)


def _with_month_name(year: int, name: str, day: int) -> date | None:
    folded = months.fold(name).strip(" .'-")
    parts = folded.replace("/", " ").split() or [""]
    for form in (folded.rstrip("."), parts[0].rstrip("."), parts[-1].rstrip(".")):
        if form in months.GREGORIAN and not 1300 <= year <= 1500:
            return _of_any_calendar(year, months.GREGORIAN[form], day)
        if form in months.JALALI and 1300 <= year <= 1500:
            return _try(calendars.jalali, year, months.JALALI[form], day)
        if form in months.HIJRI and 1300 <= year <= 1600:
            return _try(calendars.hijri, year, months.HIJRI[form], day)
    return None


def _of_any_calendar(year: int, month: int, day: int) -> date | None:
    if 1300 <= year <= 1450:
        return _try(calendars.jalali, year, month, day)
    if 2440 <= year <= 2643:
        year = calendars.buddhist(year)
    return _gregorian(year, month, day)


def _try(calendar: object, year: int, month: int, day: int) -> date | None:
    try:
        return calendar(year, month, day)  # type: ignore[operator, no-any-return]  # date, or a calendar's own
    except (ValueError, OverflowError):
        return None


def _gregorian(year: int, month: int, day: int) -> date | None:
    return _try(date, year, month, day)


def _stamp(
    day: date | None,
    hour: str | None,
    minute: str | None,
    second: str | None,
    half: str | None,
    zone: str | None,
) -> Stamp | None:
    if day is None:
        return None
    if hour is None:
        return Stamp(day)
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    if hours == 24:
        hours = 0
    try:
        clock = time(hours, int(minute or 0), min(59, int(second or 0)))
    except ValueError:
        return Stamp(day)
    return Stamp(day, clock, _offset(zone))


def _offset(zone: str | None) -> timedelta | None:
    """An offset as written: +02:00, GMT+3, CEST; None for what is none."""
    if not zone:
        return None
    zone = zone.strip().upper().replace("−", "-").replace(" ", "")
    if zone in ZONES:
        return timedelta(hours=ZONES[zone])
    match = re.fullmatch(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?", zone)
    if not match:
        return None
    found = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if found > timedelta(hours=14):
        return None
    return -found if match[1] == "-" else found


def _with_clock(day: date, text: str, start: int, end: int) -> Stamp:
    """The day with the time that stands shortly after it, or right before."""
    near = text[end : end + 40]
    match = _clock(near)
    if match is None or match.start() > 20:
        before = text[max(0, start - 25) : start]
        match = _clock(before) or match
    if match is None:
        return Stamp(day)
    half = match[4] or {"ص": "a", "صباحا": "a", "م": "p", "مساء": "p"}.get(match[5] or "")
    return _stamp(day, match[1], match[2], match[3], half, match[6]) or Stamp(day)


def _clock(text: str) -> re.Match[str] | None:
    for match in _CLOCK.finditer(text):
        if match[2] or match[4] or match[5]:
            return match
    return None


_UNITS: Final = (
    ("min|мин|分钟|分鐘|분|دقي|دقا|dakika|minut|分", timedelta(minutes=1)),
    ("h|stund|heure|ora|ore|час|小时|小時|時間|시간|ساع|saat|godz", timedelta(hours=1)),
    ("d|tag|jour|giorn|дн|天|日|일|أيام|يوم|روز|gün", timedelta(days=1)),
)


def _relative(text: str, now: datetime) -> Stamp | None:
    """The moment that "2 hours ago" or "yesterday, 14:30" means."""
    if len(text) > _LONGEST_RELATIVE:
        return None
    match = _AGO.search(text)
    if match and _AGO_MARK.search(text):
        unit = match[2].lower()
        for beginnings, length in _UNITS:
            if re.match(beginnings, unit):
                moment = now.astimezone(UTC) - int(match[1]) * length
                return Stamp(moment.date(), moment.time().replace(microsecond=0), timedelta())
    clock = _clock(text)
    named = _DAY_NAMED.search(text) if clock is not None else None
    if named is None:
        return None
    today = named[1] or named[2]
    day = now.astimezone(UTC).date() - timedelta(days=not today)
    stamp = _with_clock(day, text, named.start(), named.end())
    return stamp if stamp.clock is not None else None
