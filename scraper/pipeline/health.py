"""Whether extraction still works on a site: pure decisions, from its own history.

Each article of a host is one outcome in several series: `body` (there was none, or far less text
than this site's usual), and `rule.NAME` for each thing that the site's own rule names (it was not
on the page). A series is broken when its latest outcomes are next to impossible by its history:

    history   failures and all outcomes, each counted FADE times for every later one, so that the
              last half a hundred make it up; without the window that is judged
    chance    of so many failures among n new outcomes, had nothing changed: the tail of the
              beta-binomial distribution, which is the binomial with a rate that is itself only
              known from the history (Laplace's rule of succession: one failure and one success
              more than were seen). A site on which half of the texts are short is so never judged
              by them, nor one of which little is known.

While a series is broken it adds nothing to its history: what is broken must not become the usual.
It is well again when its latest outcomes are what its history lets expect.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, lgamma, log
from typing import Final

from storage.records import ArticleKind, Series, SiteHealth

BODY: Final = "body"
RULE: Final = "rule."

WINDOWS: Final = (6, 10, 20, 40)  # latest outcomes that are judged together
RECENT: Final = WINDOWS[-1]  # outcomes kept one by one
FADE: Final = 0.98  # the history's weight is 1 / (1 - FADE) at most: 50 outcomes
ENOUGH: Final = 20.0  # weight of the history without which nothing is said
# Every article of every site is a chance to be wrong. At a thousand sites with fifty articles a day
# this is one false notice in three weeks, if their outcomes were independent of each other.
ALARM: Final = 1e-6
CALM: Final = 0.1
LEAST_SHARE: Final = 0.5  # of a window that must have failed
_CALMING: Final = 12  # outcomes by which a broken series is judged

SHRUNKEN: Final = 1 / 4  # of the usual number of words
WORDY: Final = 80.0  # words from which a site's usual text is long enough to shrink
_LENGTHS_KNOWN: Final = 10.0  # texts that the usual number of words needs
# Kinds whose text is short by nature.
_WORDLESS: Final = frozenset({ArticleKind.VIDEO, ArticleKind.GALLERY, ArticleKind.INDEX})
# What a rule names of these is on every page of its site: that is taken for its history at first.
_ALWAYS_THERE: Final = frozenset(
    RULE + name for name in ("container", "body", "title", "published_at")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What the extraction of one new article came to.

    `matched` and `missed` are what the site's own rule names; `rule` is None where it has none.
    `readable` is False for a page without any text, on which no rule was tried.
    """

    host: str
    words: int
    kind: ArticleKind = ArticleKind.ARTICLE
    rule: str | None = None
    matched: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A site after a sighting: `broke` if extraction just broke on it, `recovered` if it is well.

    `changed`: it was broken and is, but not in the same things. `told` says it in a sentence, for
    the operator.
    """

    health: SiteHealth
    broke: bool = False
    changed: bool = False
    recovered: bool = False
    told: str = ""


def observe(known: SiteHealth | None, sighting: Sighting, now: datetime) -> Watched:
    """What a sighting makes of what is known of its site."""
    health = known or SiteHealth(host=sighting.host, updated_at=now)
    has_failed = _is_failure(health, sighting)
    outcomes = {BODY: has_failed}
    series = dict(health.series)
    if sighting.readable:
        outcomes |= {RULE + name: False for name in sighting.matched}
        outcomes |= {RULE + name: True for name in sighting.missed}
        # What the rule names no more, or what another rule named, is nobody's trouble any longer.
        is_same = sighting.rule == health.rule
        series = {
            name: each
            for name, each in series.items()
            if name == BODY or (is_same and name in outcomes)
        }
    broken = {name for name in health.broken if name in series}
    for name, failed in outcomes.items():
        after, is_broken = _extended(
            series.get(name, Series()), name, failed=failed, was_broken=name in broken
        )
        series[name] = after
        broken = broken | {name} if is_broken else broken - {name}
    health = replace(
        health if has_failed or BODY in broken else _measured(health, sighting),
        rule=sighting.rule if sighting.readable else health.rule,
        articles=health.articles + 1,
        series=series,
        broken=tuple(sorted(broken)),
        updated_at=now,
    )
    return _watched(health, known.broken if known else ())


def _watched(health: SiteHealth, was: tuple[str, ...]) -> Watched:
    """What is to be told of a site of which `was` was broken before."""
    if health.broken == was:
        return Watched(health=health)
    if not health.broken:
        told = f"{health.host}: extraction works again"
        return Watched(health=health, recovered=True, told=told)
    return Watched(health=health, broke=not was, changed=bool(was), told=told_of(health))


def usual_words(health: SiteHealth) -> int | None:
    """How long the site's texts usually are: their geometric mean. None while little is known."""
    return round(exp(health.length)) if health.lengths >= _LENGTHS_KNOWN else None


def failures(series: Series) -> tuple[int, int]:
    """Of how many of the latest outcomes how many failed: (failed, all)."""
    return sum(series.recent), len(series.recent)


def told_of(health: SiteHealth) -> str:
    """What is wrong with a site, in a sentence."""
    parts = []
    if BODY in health.broken:
        failed, count = failures(health.series[BODY])
        usual = usual_words(health)
        than = f" than the usual {usual} words" if usual else " than usual"
        parts.append(f"of the last {count} articles {failed} have no text, or far less of it{than}")
    missed = [name.removeprefix(RULE) for name in health.broken if name != BODY]
    if missed == ["remove"]:
        parts.append(f"{health.rule} finds nothing to remove any more")
    elif missed:
        what = ", ".join(missed)
        parts.append(
            f"{health.rule} does not match any more ({what}), so that the general reading stands "
            "in for it"
        )
    return f"{health.host}: {'; '.join(parts)}"


def _is_failure(health: SiteHealth, sighting: Sighting) -> bool:
    """Whether there is no text, or far less than usual."""
    if sighting.words == 0:
        return True
    usual = usual_words(health) or 0
    return sighting.kind not in _WORDLESS and usual >= WORDY and sighting.words < SHRUNKEN * usual


def _measured(health: SiteHealth, sighting: Sighting) -> SiteHealth:
    """The site with one more text's length in its mean.

    For texts that are no failures: far shorter ones would be the usual before they are told of.
    """
    if sighting.kind in _WORDLESS:
        return health
    weight = FADE * health.lengths + 1
    mean = health.length + (log(sighting.words) - health.length) / weight
    return replace(health, length=mean, lengths=weight)


def _extended(series: Series, name: str, *, failed: bool, was_broken: bool) -> tuple[Series, bool]:
    """The series with one more outcome, and whether it is broken now."""
    prior = ENOUGH if name in _ALWAYS_THERE else 0.0
    recent = (*series.recent, failed)
    if was_broken:
        latest = recent[-_CALMING:]
        if chance(sum(latest), len(latest), series, prior=prior) < CALM:
            return replace(series, recent=recent[-RECENT:]), True
        return replace(series, recent=latest), False
    if failed:
        for window in WINDOWS:
            before, latest = recent[:-window], recent[-window:]
            history = faded(series, before)
            if len(latest) == window and _is_alarming(latest, history, prior):
                return replace(history, recent=latest), True
    gone = recent[:-RECENT]
    return replace(faded(series, gone), recent=recent[-RECENT:]), False


def _is_alarming(latest: tuple[bool, ...], history: Series, prior: float) -> bool:
    count, size = sum(latest), len(latest)
    return (
        count >= LEAST_SHARE * size
        and history.seen + prior >= ENOUGH
        and chance(count, size, history, prior=prior) < ALARM
    )


def faded(series: Series, outcomes: tuple[bool, ...]) -> Series:
    """The series with these outcomes, oldest first, in its history."""
    seen, failed = series.seen, series.failed
    for outcome in outcomes:
        seen, failed = FADE * seen + 1, FADE * failed + outcome
    return replace(series, seen=seen, failed=failed)


def chance(count: int, size: int, history: Series, *, prior: float = 0.0) -> float:
    """The probability of `count` or more failures among `size` outcomes, by the history alone.

    `prior`: successes that are taken for granted. https://en.wikipedia.org/wiki/Beta-binomial_distribution
    """
    a = history.failed + 1
    b = history.seen - history.failed + prior + 1
    return sum(_beta_binomial(each, size, a, b) for each in range(count, size + 1))


def _beta_binomial(count: int, size: int, a: float, b: float) -> float:
    ways = lgamma(size + 1) - lgamma(count + 1) - lgamma(size - count + 1)
    return exp(ways + _log_beta(count + a, size - count + b) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
