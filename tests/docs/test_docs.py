"""What the documentation says is what is there."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from pydantic import BaseModel

from scraper.settings import Settings
from scraper.settings.model import Channel, Source, TermSet, Watch

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
ALLOWED_LICENCES = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Unlicense|Zlib|LGPL|"
    r"Lesser General Public",
    re.IGNORECASE,
)


def keys(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)


@pytest.mark.parametrize(
    ("section", "model"),
    [
        (name, field.annotation)
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    ]
    + [("source", Source), ("channel", Channel), ("set", TermSet), ("watch", Watch)],
)
def test_every_setting_is_documented(section, model):
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    heading = rf"## `\[+{section}\]+`\n(.*?)(?=\n## |\Z)"
    found = re.search(heading, page, re.DOTALL)
    assert found, f"docs/settings.md has no section for [{section}]"
    assert [key for key in keys(model) if f"`{key}`" not in found[1]] == []


def test_every_command_is_documented_as_it_is():
    done = subprocess.run(
        [sys.executable, "scripts/commands.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, "docs/commands.md is out of date: run scripts/commands.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_documentation_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_the_readme_names_targets_that_the_makefile_has():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(
        re.findall(r"^    make ([a-z]+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    )
    assert named
    assert named <= targets


def test_lock_files_have_hashes_and_name_no_index():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        text = (ROOT / name).read_text("utf-8")
        requirements = re.findall(
            r"^[a-z0-9][^\n]*==[^\n]*(?:\n    --hash[^\n]*)*", text, re.MULTILINE
        )
        assert len(requirements) > 20
        assert all("--hash=sha256:" in requirement for requirement in requirements)
        assert "://" not in text
        assert "index-url" not in text


def test_licences_of_what_is_shipped_allow_it():
    names = re.findall(
        r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "MIT"
    unknown = []
    for name in names:
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # for another platform
        said = " ".join(
            [
                about.get("License-Expression") or "",
                about.get("License") or "",
                *(line for line in about.get_all("Classifier") or [] if line.startswith("License")),
            ]
        )
        if not ALLOWED_LICENCES.search(said):
            unknown.append((name, said[:80]))
    assert unknown == []
