"""The projects of the examples, which somebody may run one after the other in the same sandbox."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml

from tests.support.git_repository import EXAMPLES

ROOT = Path(__file__).parents[2]


def test_their_names_are_their_own() -> None:
    """Automatic names follow from project, stack and resource: two projects of one name would collide."""
    files = [ROOT / "Pulumi.yaml", *EXAMPLES.glob("*/Pulumi.yaml")]
    names = [yaml.safe_load(file.read_text())["name"] for file in files]
    # That of the first program that the documentation tells to save.
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    told = {name for page in pages for name in re.findall(r"`?name: ([\w-]+)", page.read_text())}

    assert len(names) > 5
    assert len(set(names)) == len(names)
    assert "warehouse" in told and "warehouse" not in names


def test_running_them_leaves_the_repository_clean() -> None:
    """Git ignores what Pulumi and npm write beside a program."""
    examples = [file.parent for file in EXAMPLES.glob("*/Pulumi.yaml")]
    written = [example / name for example in examples for name in ("Pulumi.mine.yaml", "node_modules/x", ".venv/x")]

    command = ["git", "check-ignore", "--verbose", *map(str, written)]
    ignored = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout

    assert len(ignored.splitlines()) == len(written)
