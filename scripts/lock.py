"""Write the lock files: exact versions with hashes, for every platform, naming no index.

What is locked stays as it is, unless `--upgrade` is said.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = {
    "requirements.lock": "build",
    "requirements-dev.lock": "dev",
    "requirements-bench.lock": "bench",
}


def main() -> None:
    """Resolve each file; `--upgrade` takes the newest that the ranges in pyproject.toml allow."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    for name, group in LOCKS.items():
        command = [
            str(Path(sys.executable).with_name("uv")),
            "pip",
            "compile",
            "pyproject.toml",
            *("--universal", "--python-version", "3.11", "--all-extras", "--group", group),
            *("--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet", *upgrade),
            *("--output-file", name),
        ]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - all of it is written here


if __name__ == "__main__":
    main()
