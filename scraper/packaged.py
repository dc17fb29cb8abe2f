"""Files of config/: part of the installed package, or beside it in a checkout."""

from pathlib import Path


def packaged_file(name: str) -> Path:
    """The path of a file of config/."""
    here = Path(__file__).parent
    installed = here / "_config"
    return (installed if installed.is_dir() else here.parent / "config") / name
