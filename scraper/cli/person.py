"""Who gives a command."""

from getpass import getuser

from storage.records import Actor


def person() -> Actor:
    """Who it is: the name by which the system knows that one."""
    try:
        name = getuser()
    except (KeyError, OSError):  # a container's number without a name
        name = "unknown"
    return Actor(name=name, via="command")
