"""Settings: one TOML file, with every key also as TOCSIN__SECTION__KEY in the environment.

`load` reads them and `check` looks across them (queries, channels' options, names). Whatever is
wrong is listed at once, each with file, line and remedy. Only entry points read settings.
"""

from scraper.settings.load import (
    FILE_NAME,
    InvalidSettingsError,
    Loaded,
    Problem,
    find_file,
    load,
    parse,
)
from scraper.settings.model import Settings
from scraper.settings.units import format_duration, parse_duration, parse_size

__all__ = [
    "FILE_NAME",
    "InvalidSettingsError",
    "Loaded",
    "Problem",
    "Settings",
    "find_file",
    "format_duration",
    "load",
    "parse",
    "parse_duration",
    "parse_size",
]
