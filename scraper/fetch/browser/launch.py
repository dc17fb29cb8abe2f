"""Becomes Chromium, with the two pipes where Chromium looks for them.

Run as a script: launch.py READ WRITE PROGRAM ARGUMENT…  It needs nothing but the standard library.
"""

import os
import sys


def main(arguments: list[str]) -> None:
    """Move the descriptors READ and WRITE to 3 and 4, and become PROGRAM."""
    read, write = os.dup(int(arguments[0])), os.dup(int(arguments[1]))
    # Copies first: either may be 3 or 4 itself.
    read, write = (_above(descriptor) for descriptor in (read, write))
    os.dup2(read, 3)
    os.dup2(write, 4)
    os.closerange(5, max(read, write, 64) + 1)
    program = arguments[2]
    os.execv(program, [program, *arguments[3:]])  # noqa: S606 - there is no shell to be misled


def _above(descriptor: int) -> int:
    """The same file under a number above 4."""
    while descriptor <= 4:
        descriptor = os.dup(descriptor)
    return descriptor


if __name__ == "__main__":
    main(sys.argv[1:])
