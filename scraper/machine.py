"""Which machine this is, and which of its processes live."""

import os
import platform
import sys
from functools import cache
from pathlib import Path
from uuid import getnode, uuid4

_PROC = Path("/proc")


@cache
def machine(proc: Path = _PROC) -> str:
    """The name of this process table: who shares it is told apart by the process id.

    A host name would not do: containers may share one, each with a process 1 of its own. So it is
    the kernel's boot and the PID namespace. Where they cannot be read, nobody shares the name, and
    a dead worker is found by its silence.
    """
    node = platform.node()
    if sys.platform != "linux":  # no PID namespaces, so host and network card will do
        return f"{node} {getnode():012x}"
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text("ascii").strip()
        namespace = (proc / "self/ns/pid").stat().st_ino
    except OSError:
        return f"{node} {uuid4()}"
    return f"{node} {boot}/{namespace}"


def node_of(name: str) -> str:
    """The host's name in that of a process table."""
    return name.split(" ", 1)[0]


def is_alive(pid: int) -> bool:
    """Whether there is such a process on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
