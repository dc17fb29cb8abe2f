"""The commands. Exit codes: 0 done, 1 failed, 2 wrong usage or settings."""

import os
import sys
from collections.abc import Sequence

import click

import scraper
from scraper.cli.alerts import alert
from scraper.cli.articles import article, story
from scraper.cli.channels import channel
from scraper.cli.check import check, doctor, init
from scraper.cli.database import db
from scraper.cli.groups import SectionedGroup
from scraper.cli.pages import extract
from scraper.cli.run import once, run
from scraper.cli.show_demo import demo
from scraper.cli.sources import source
from scraper.cli.texts import cluster, match
from scraper.cli.watches import watch
from scraper.errors import TocsinError, UsageError
from storage.errors import DatabaseAddressError, StorageError

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


@click.group(cls=SectionedGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(scraper.__version__, prog_name="tocsin")
def tocsin() -> None:
    """Watch the news, and ring when an article matches a watch.

    Start with `tocsin init`, then `tocsin run`; or see it work on a news site of its own with
    `tocsin demo`.
    """


for _section, _commands in {
    "Service": (run, once, demo),
    "Setting up": (init, check, doctor),
    "What it watches": (source, watch, channel),
    "What it found": (article, story, alert),
    "Single pages and texts": (extract, match, cluster),
    "Upkeep": (db,),
}.items():
    for _command in _commands:
        tocsin.add_to(_section, _command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    try:
        result = tocsin.main(args=arguments, prog_name="tocsin", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort:
        return INTERRUPTED
    except (UsageError, DatabaseAddressError) as error:
        return _say(error, WRONG_USAGE)
    except (TocsinError, StorageError) as error:
        return _say(error, FAILED)
    except BrokenPipeError:
        # The reader of our output, `head` perhaps, has all it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0


def _say(error: Exception, code: int) -> int:
    click.echo(f"tocsin: {error}", err=True)
    return code
