"""Input made to cost: what it takes of time and memory, each in a process with a bound.

python -m bench.matching_hostile NAME
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scraper.errors import QueryError
from scraper.watch import MatchText, WatchSet, compile_query
from scraper.watch.lists import Lists
from storage.records import Watch, WatchSpec

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120  # of CPU, after which the process is ended
MEGABYTES = 3_000

_STOCK = [f"word{number:x}" for number in range(40_000)]


def article(megabytes: float) -> MatchText:
    """A long one, of many words."""
    chance = random.Random(1)
    words = chance.choices(_STOCK, k=int(megabytes * 125_000))
    text = " ".join(words)
    return MatchText(title="A long article", body=text[: int(megabytes * 1_000_000)], language="en")


def outcome(query: str, text: MatchText, lists: Lists | None = None) -> str:
    """Whether it matched, or why it is refused."""
    try:
        compiled = compile_query(query, lists=lists or Lists())
    except QueryError as error:
        return f"refused: {error}"
    return "matches" if compiled.match(text) is not None else "does not match"


def in_a_set(queries: list[str], text: MatchText) -> str:
    """How many of several watches match."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    watches = WatchSet(
        Watch(
            id=number,
            spec=WatchSpec(name=str(number), query=query),
            origin="command",
            paused=False,
            created_at=now,
        )
        for number, query in enumerate(queries)
    )
    return f"{len(watches.match(text))} of {len(queries)} match"


CASES: dict[str, Callable[[], str]] = {
    "5 MB article, ten watches": lambda: in_a_set(
        ["worda", "worda*", "*orda*", "worda~2", '"worda wordb"~50', "worda NEAR/100 wordb",
         "/w.*[ab]+c/", "ATLEAST/100 word1", "worda AND NOT zzz", "case:WORDA"], article(5)
    ),
    "5 MB of one letter": lambda: outcome("a*", MatchText(body="a" * 5_000_000)),
    "5 MB of one word, near itself": lambda: outcome(
        "((a NEAR/100 a) NEAR/100 a) NEAR/100 b", MatchText(body="a " * 2_500_000)
    ),
    "5 MB of two words, loose phrase": lambda: outcome(
        '"a b a b a c"~100', MatchText(body="a b " * 1_250_000)
    ),
    "5 MB of hyphens between letters": lambda: outcome("a-b", MatchText(body="a-" * 2_500_000)),
    "5 MB of Han characters": lambda: outcome(
        "火箭 AND /火.*弹/", MatchText(body="火箭" * 833_000, language="zh")
    ),
    "expression that explodes": lambda: outcome("/(a*)*b/", MatchText(body="a" * 100_000)),
    "expression of a thousand states": lambda: outcome(
        "/(a|aa){500}(b?){400}c/", MatchText(body="a" * 100_000)
    ),
    "*a*": lambda: outcome("*a*", article(1)),
    "*a*a*a*a*a*b": lambda: outcome("*a*a*a*a*a*b", MatchText(body="a" * 1_000_000)),
    "set of 50,000 terms": lambda: outcome(
        "set:many", article(1), Lists({"many": [f"term{n} other{n}" for n in range(50_000)]})
    ),
    "10,000 brackets": lambda: outcome("(" * 10_000 + "a" + ")" * 10_000, MatchText(body="a")),
    "5,000 times NOT": lambda: outcome("a " + "NOT " * 5_000 + "b", MatchText(body="a")),
    "50,000 characters of OR": lambda: outcome(" OR ".join(["ab"] * 8_000), MatchText(body="a")),
}  # fmt: skip


def examine(name: str) -> str:
    """Seconds, memory and outcome of a case, run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.matching_hostile", name],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return f"ENDED with {done.returncode}: {last[:150]}"
    seen = json.loads(done.stdout)
    return f"{seen['seconds']:7.2f} s {seen['megabytes']:6.0f} MB  {seen['outcome'][:90]}"


def main() -> None:
    """Run one case within the bounds."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    started = time.process_time()
    seen = CASES[sys.argv[1]]()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = time.process_time() - started
    print(json.dumps({"seconds": spent, "megabytes": peak, "outcome": seen}))


if __name__ == "__main__":
    main()
