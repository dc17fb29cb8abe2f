"""Python's cyclic garbage collector: less of it where much is loaded, or page after page read."""

import gc
from typing import Final

_OBJECTS: Final = 50_000  # made and not yet freed, before the collector looks: ten pages' worth


def settle() -> None:
    """Take what is loaded for permanent, and have the collector look seldom at the rest.

    Reading a page leaves no cycles behind (tests/extract/test_cycles.py holds that), so that what
    it made is freed at its end without the collector. Left as it was, the collector takes about a
    twentieth of the time, most of it for going through modules and tables that never go away.
    """
    gc.collect()
    gc.freeze()
    look_seldom()


def look_seldom() -> None:
    """Have the collector look seldom: most of what is made while a program is loaded stays."""
    gc.set_threshold(_OBJECTS, 20, 20)
