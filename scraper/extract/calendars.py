"""Dates of other calendars as days of the Gregorian one.

Jalali (Iran, Afghanistan): the arithmetic 33-year approximation with Borkowski's breaks, exact for
the years that news is written in. Hijri: the tabular Islamic calendar (civil epoch), which is
within a day or two of the sighted one.

Algorithms after Reingold and Dershowitz, "Calendrical Calculations".
"""

from datetime import date
from typing import Final

_HIJRI_EPOCH: Final = 227_015  # the ordinal of 16 July 622 (Julian)
# Years in which the pattern of Jalali leap years shifts.
_JALALI_BREAKS: Final = (
    -61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060, 2097, 2192, 2262, 2324,
    2394, 2456, 3178,
)  # fmt: skip
_BUDDHIST_OFFSET: Final = 543


def jalali(year: int, month: int, day: int) -> date:
    """The day of a Jalali date; ValueError where there is none."""
    if not (1200 <= year <= 1500 and 1 <= month <= 12 and 1 <= day <= 31):
        message = f"no Jalali date: {year}-{month}-{day}"
        raise ValueError(message)
    march_day = _first_day_in_march(year)
    start = date(year + 621, 3, march_day).toordinal()
    days = (month - 1) * 31 - max(0, month - 7) + day - 1
    return date.fromordinal(start + days)


def _first_day_in_march(year: int) -> int:
    """The day of March on which a Jalali year begins."""
    leap = -14
    before = _JALALI_BREAKS[0]
    jump = 0
    for limit in _JALALI_BREAKS[1:]:
        jump = limit - before
        if year < limit:
            break
        leap += jump // 33 * 8 + jump % 33 // 4
        before = limit
    passed = year - before
    leap += passed // 33 * 8 + (passed % 33 + 3) // 4
    if jump % 33 == 4 and jump - passed == 4:
        leap += 1
    gregorian = year + 621
    gregorian_leap = gregorian // 4 - (gregorian // 100 + 1) * 3 // 4 - 150
    return 20 + leap - gregorian_leap


def hijri(year: int, month: int, day: int) -> date:
    """The day of a Hijri date by the tabular calendar; ValueError where there is none."""
    if not (1300 <= year <= 1600 and 1 <= month <= 12 and 1 <= day <= 30):
        message = f"no Hijri date: {year}-{month}-{day}"
        raise ValueError(message)
    months = 29 * (month - 1) + month // 2
    leap = (3 + 11 * year) // 30
    return date.fromordinal(day + months + (year - 1) * 354 + leap + _HIJRI_EPOCH - 1)


def buddhist(year: int) -> int:
    """The year of the common era for one of the Buddhist era, as Thailand counts."""
    return year - _BUDDHIST_OFFSET
