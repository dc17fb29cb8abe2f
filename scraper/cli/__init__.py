"""The commands. Exit codes: 0 done, 1 failed, 2 wrong usage or settings."""

import os
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

import click

import scraper
from scraper.cli.groups import SectionedGroup
from scraper.cli.output import say
from scraper.errors import TocsinError, UsageError
from storage.errors import DatabaseAddressError, StorageError

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


@dataclass(slots=True)
class Wishes:
    """What is asked of every command."""

    debug: bool = False


SECTIONS = {
    "Service": {
        "run": "scraper.cli.run",
        "once": "scraper.cli.run",
        "worker": "scraper.cli.run",
        "demo": "scraper.cli.show_demo",
    },
    "Setting up": {
        "init": "scraper.cli.check",
        "check": "scraper.cli.check",
        "doctor": "scraper.cli.check",
    },
    "What it watches": {
        "source": "scraper.cli.sources",
        "watch": "scraper.cli.watches",
        "set": "scraper.cli.sets",
        "channel": "scraper.cli.channels",
        "site": "scraper.cli.sites",
    },
    "What it found": {
        "article": "scraper.cli.articles",
        "story": "scraper.cli.stories",
        "alert": "scraper.cli.alerts",
        "entry": "scraper.cli.entries",
    },
    "Single pages and texts": {
        "extract": "scraper.cli.pages",
        "match": "scraper.cli.texts",
        "cluster": "scraper.cli.texts",
    },
    "Who may do what": {
        "user": "scraper.cli.users",
        "token": "scraper.cli.tokens",
        "audit": "scraper.cli.audit",
    },
    "Upkeep": {"db": "scraper.cli.database"},
}


@click.group(
    cls=SectionedGroup,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(scraper.__version__, prog_name="tocsin")
@click.option("--debug", is_flag=True, envvar="TOCSIN_DEBUG", help="Show tracebacks.")
@click.pass_obj
def tocsin(wishes: Wishes, *, debug: bool) -> None:
    """Watch the news, and ring when an article matches a watch.

    Start with `tocsin init`, then `tocsin run`; or see it work on a news site of its own with
    `tocsin demo`.
    """
    wishes.debug = debug


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    wishes = Wishes()
    os.umask(0o077)  # what we write is for whoever runs us: the database holds channels' secrets
    try:
        return _run(arguments, wishes)
    except Exception as error:  # noqa: BLE001 - the last resort: words, not a traceback
        if wishes.debug:
            traceback.print_exc()
        say(f"tocsin: an internal error: {type(error).__name__}: {error}", err=True)
        say("This is a mistake in Tocsin; tocsin --debug … shows where.", err=True)
        return FAILED


def _run(arguments: Sequence[str] | None, wishes: Wishes) -> int:
    try:
        result = tocsin.main(args=arguments, prog_name="tocsin", standalone_mode=False, obj=wishes)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort:
        return INTERRUPTED
    except (UsageError, DatabaseAddressError) as error:
        return _say(error, WRONG_USAGE)
    except (TocsinError, StorageError) as error:
        return _say(error, FAILED)
    except SystemExit:
        # Outside of its standalone mode click ends so in one case only: when the reader of our
        # output, `head` perhaps, has all it wanted.
        return 0
    return result if isinstance(result, int) else 0


def _say(error: Exception, code: int) -> int:
    say(f"tocsin: {error}", err=True)
    return code
