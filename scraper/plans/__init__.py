"""When an alert goes to a channel: at once, in a digest, after quiet hours, or when there is room.

    times.py   timetables ("daily at 07:00 Europe/Berlin") and quiet hours, in wall-clock time
    rates.py   "6/h": so many in a sliding span of time
    plan.py    what is set for a watch and a channel, and the decision for one alert

All of it is pure: the time and what was sent before are passed in.
"""

from scraper.plans.plan import INSTANT, PLAN_KEYS, Hold, Plan, Priority, decide, plan_of
from scraper.plans.rates import Rate, parse_rate
from scraper.plans.times import Quiet, Timetable, parse_quiet, parse_timetable

__all__ = [
    "INSTANT",
    "PLAN_KEYS",
    "Hold",
    "Plan",
    "Priority",
    "Quiet",
    "Rate",
    "Timetable",
    "decide",
    "parse_quiet",
    "parse_rate",
    "parse_timetable",
    "plan_of",
]
