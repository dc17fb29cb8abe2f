"""The arithmetic of the scores: measures over pages, their intervals, and the tables."""

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

Row = dict[str, Any]  # what score.py says of one page
Sums = Sequence[float]
RESAMPLES = 1000
SEED = 20260101
NOTHING = "–"


class Measure(NamedTuple):
    """A measure that is a function of sums over pages.

    `page` gives a page's part of the sums, or None where the set has no truth for it.
    `field` is that of the predictions, `place` where score.py's summary holds the same number.
    """

    name: str
    field: str
    page: Callable[[Row], Sums | None]
    combine: Callable[[Sums], float]
    place: tuple[str, str]


class Value(NamedTuple):
    """A measure over some pages, with the 95 % interval of its bootstrap."""

    value: float
    low: float
    high: float
    pages: int


def _f1(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def _body(row: Row) -> Sums | None:
    if "shingle" not in row:
        return None
    true, false, missed = row["shingle"]
    given, there = true + false, true + missed
    return (
        true / given if given else 0.0, float(given > 0),
        true / there if there else 0.0, float(there > 0),
    )  # fmt: skip


def _combine_body(sums: Sums) -> float:
    precision, given, recall, there = sums
    return _f1(precision / given if given else 0.0, recall / there if there else 0.0)


def _combine_snippets(sums: Sums) -> float:
    true, false, missed = sums
    return _f1(
        true / (true + false) if true + false else 0.0,
        true / (true + missed) if true + missed else 0.0,
    )


def _share(key: str, at: int | None = None) -> Callable[[Row], Sums | None]:
    def page(row: Row) -> Sums | None:
        if key not in row:
            return None
        return (float(row[key] if at is None else row[key][at]), 1.0)

    return page


def _mean(sums: Sums) -> float:
    return sums[0] / sums[1] if sums[1] else 0.0


MEASURES = (
    Measure("body", "body", _body, _combine_body, ("body", "f1")),
    Measure(
        "snippets",
        "body",
        lambda row: row["snippets"][:3] if "snippets" in row else None,
        _combine_snippets,
        ("snippets", "f1"),
    ),
    Measure("start", "body", _share("start"), _mean, ("start", "match")),
    Measure("title", "title", _share("title", 0), _mean, ("title", "exact")),
    Measure("authors", "authors", _share("authors", 0), _mean, ("authors", "exact")),
    Measure("invented", "authors", _share("author_invented"), _mean, ("authors", "invented")),
    Measure("date", "date", _share("date", 0), _mean, ("date", "same_day")),
    Measure("picture", "lead_image", _share("image"), _mean, ("lead_image", "match")),
)


def totals(parts: Iterable[Sums]) -> Sums:
    """The sums over pages."""
    return [sum(column) for column in zip(*parts, strict=True)]


def bootstrap(
    parts: Sequence[Sums], combine: Callable[[Sums], float], resamples: int = RESAMPLES
) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of a measure over pages drawn with replacement.

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. The same number of
    pages draws the same pages, so extractors are compared on the same draws.
    """
    rng = random.Random(SEED)
    found = sorted(combine(totals(rng.choices(parts, k=len(parts)))) for _ in range(resamples))
    edge = int(resamples * 0.025)
    return found[edge], found[-1 - edge]


def measure(
    rows: Sequence[Row], given: Collection[str], resamples: int = RESAMPLES
) -> dict[str, Value]:
    """Each measure that the truth of these pages allows, of the fields that an extractor gives."""
    found = {}
    for each in MEASURES:
        if each.field not in given:
            continue
        parts = [part for part in map(each.page, rows) if part is not None]
        if parts:
            low, high = bootstrap(parts, each.combine, resamples)
            found[each.name] = Value(each.combine(totals(parts)), low, high, len(parts))
    return found


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share of a sorted list lies (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Speed(NamedTuple):
    """What an extractor costs over the pages of the speed sets: seconds of CPU, bytes."""

    pages: int
    median: float
    late: float  # 95th percentile
    mean: float
    peak: int


def speed(seconds: Sequence[float], peak: int) -> Speed | None:
    """None where no page was read."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    middle = len(ordered) // 2
    median = (ordered[middle] + ordered[~middle]) / 2
    mean = sum(ordered) / len(ordered)
    return Speed(len(ordered), median, percentile(ordered, 0.95), mean, peak)


class Goal(NamedTuple):
    """What is to be reached with one measure on one set; per cent."""

    set: str
    measure: str
    least: float | None = None
    most: float | None = None


GOALS = (
    Goal("aeb", "body", 97.5),
    Goal("aed", "body", 95.0),
    Goal("fundus_tests", "body", 97.5),
    Goal("fundus_eval", "body", 97.0),
    Goal("wcxb_article", "body", 95.5),
    Goal("trafilatura_eval", "snippets", 94.0),
    Goal("daniel", "body", 92.0),
    Goal("zh_handmade", "body", 92.0),
    Goal("aed", "title", 93.0),
    Goal("fundus_tests", "title", 90.0),
    Goal("aed", "authors", 85.0),
    Goal("fundus_tests", "authors", 88.0),
    Goal("aed", "invented", most=10.0),
    Goal("wcxb_article", "invented", most=10.0),
    Goal("trafilatura_eval", "invented", most=10.0),
    Goal("aed", "date", 92.0),
    Goal("fundus_tests", "date", 98.5),
    Goal("htmldate", "date", 96.0),
    Goal("fundus_tests", "picture", 85.0),
)


def percent(value: float | None) -> str:
    """One digit after the point."""
    return NOTHING if value is None else f"{value * 100:.1f}"


def lines_of(table: Sequence[Sequence[str]]) -> list[str]:
    """Columns beside each other: the first to the left, the others to the right."""
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    return [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def set_table(found: dict[str, dict[str, Value]]) -> list[str]:
    """One set: a line for each extractor (or part of the pages), a column for each measure."""
    names = [each.name for each in MEASURES if any(each.name in row for row in found.values())]
    heads = [""]
    for name in names:
        heads += [name, "95 %"] if name in {"body", "snippets"} else [name]
    table = [heads]
    for label, values in found.items():
        row = [label]
        for name in names:
            value = values.get(name)
            row.append(percent(value.value if value else None))
            if name in {"body", "snippets"}:
                span = f"{percent(value.low)}-{percent(value.high)}" if value else NOTHING
                row.append(span)
        table.append(row)
    return lines_of(table)


def speed_table(found: dict[str, Speed], beside: str) -> list[str]:
    """What each costs, and how many times as many pages it reads as the one named."""
    table = [["", "pages/s", "× " + beside, "95th, ms", "mean, ms", "peak, MB"]]
    base = found.get(beside)
    for name, each in found.items():
        table.append(
            [
                name,
                f"{1 / each.median:.0f}",
                f"{base.median / each.median:.2f}" if base else NOTHING,
                f"{each.late * 1e3:.1f}",
                f"{each.mean * 1e3:.1f}",
                f"{each.peak / 1e6:.0f}",
            ]
        )
    return lines_of(table)


def goal_table(
    sets: dict[str, dict[str, dict[str, Value]]], ours: Sequence[str], peers: Sequence[str]
) -> list[str]:
    """What is to be reached, beside ours (each part of the pages) and the best of the peers."""
    table = [["", "to reach", *ours, "best of the others"]]
    for goal in GOALS:
        values = {name: row.get(goal.measure) for name, row in sets.get(goal.set, {}).items()}
        if not any(values.values()):
            continue
        cells = [percent(value.value if value else None) for value in map(values.get, ours)]
        better = min if goal.most is not None else max
        known = [(value.value, name) for name in peers if (value := values.get(name))]
        best = better(known) if known else None
        sign, bound = ("≤", goal.most) if goal.most is not None else ("≥", goal.least)
        table.append(
            [
                f"{goal.measure}, {goal.set}",
                f"{sign} {bound}",
                *cells,
                f"{percent(best[0])} {best[1]}" if best else NOTHING,
            ]
        )
    return lines_of(table)
