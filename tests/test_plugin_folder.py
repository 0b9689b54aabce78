"""The folder `provider` is a plugin as it is: Pulumi's engine takes it from this repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.support.clean_environment import PROVIDER, requirements
from tools.release_files import pinned

ROOT = Path(__file__).parent.parent


def test_its_requirements_are_in_step() -> None:
    """What the plugin needs, all of it, in the versions and with the hashes of the lock; `make lock` writes both."""
    needed, lock = pinned(ROOT / "provider" / "requirements.txt"), pinned(ROOT / "requirements.lock")
    names = {re.sub(r"[-_.]+", "-", pinned.partition("==")[0]).lower() for pinned in needed}

    assert {name.lower().replace("_", "-").replace(".", "-") for name in requirements(PROVIDER)} - {"pip"} == names
    assert all(hashes for hashes in needed.values())
    # A marker may be narrower: other versions of Python have the package from something else.
    by_version = {pinned.partition(" ")[0]: hashes for pinned, hashes in lock.items()}
    assert {pinned.partition(" ")[0]: hashes for pinned, hashes in needed.items()}.items() <= by_version.items()


def test_the_repository_has_no_links() -> None:
    """Engines before 3.247 take no plugin from a repository that has one."""
    command = ["git", "ls-files", "--stage"]

    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert len(listed.splitlines()) > 100
    assert [line for line in listed.splitlines() if line.startswith("120000")] == []
