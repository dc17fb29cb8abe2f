"""The command `tocsin`."""

import sys

from scraper import cli
from scraper.collector import look_seldom


def main() -> int:
    """Run the command of `sys.argv`; its exit code."""
    look_seldom()  # a command's modules are loaded now: a tenth of that time
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
