"""A virtual environment outside the checkout that holds one of our wheels and what it requires, nothing else."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parents[2]
PROVIDER, EMULATOR = "pulumi-flowservice", "flowservice-emulator"
_FOLDERS = {PROVIDER: CHECKOUT, EMULATOR: CHECKOUT / "emulator"}


def make(folder: Path, distribution: str = PROVIDER) -> Path:
    """Build the wheel of a distribution, install it into a new environment in `folder`, and return that.

    The dependencies are linked from the environment that runs the tests: no network, and no doubt about versions.
    """
    wheel = build(folder / "dist", distribution)
    environment = folder / "environment"
    venv.create(environment, symlinks=True)
    [packages] = environment.glob("lib/python*/site-packages")
    _pip("install", "--no-deps", "--no-index", "--target", str(packages), str(wheel))
    # The engine asks pip what is installed.
    for required in (*requirements(distribution), "pip"):
        for name in {file.parts[0] for file in metadata.files(required) or () if file.parts[0] != ".."}:
            installed, target = Path(str(metadata.distribution(required).locate_file(name))), packages / name
            if installed.exists() and not target.exists():
                target.symlink_to(installed)
    return environment


def build(folder: Path, distribution: str = PROVIDER) -> Path:
    """Build the wheel of a distribution into `folder`, and return it."""
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(_FOLDERS[distribution]))
    [wheel] = folder.glob("*.whl")
    return wheel


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def requirements(distribution: str) -> set[str]:
    """Return the names of all distributions that one requires, without its extras, and of those that they require."""
    found: set[str] = set()
    waiting: list[tuple[str, set[str]]] = [(distribution, set())]
    while waiting:
        name, extras = waiting.pop()
        for line in metadata.requires(name) or ():
            requirement = Requirement(line)
            marker = requirement.marker
            wanted = marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))
            if wanted and requirement.name not in found:
                found.add(requirement.name)
                waiting.append((requirement.name, requirement.extras))
    return found
