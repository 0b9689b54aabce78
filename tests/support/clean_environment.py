"""A virtual environment outside the checkout that holds our wheel and what the wheel requires, nothing else."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parents[2]


def make(folder: Path) -> Path:
    """Build the wheel, install it into a new environment in `folder`, and return that.

    The dependencies are linked from the environment that runs the tests: no network, and no doubt about versions.
    """
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "dist"), str(CHECKOUT))
    environment = folder / "environment"
    venv.create(environment, symlinks=True)
    [packages] = environment.glob("lib/python*/site-packages")
    [wheel] = (folder / "dist").glob("*.whl")
    _pip("install", "--no-deps", "--no-index", "--target", str(packages), str(wheel))
    # The engine asks pip what is installed.
    for distribution in (*_required("pulumi-flowservice"), "pip"):
        for name in {file.parts[0] for file in metadata.files(distribution) or () if file.parts[0] != ".."}:
            source, target = Path(str(metadata.distribution(distribution).locate_file(name))), packages / name
            if source.exists() and not target.exists():
                target.symlink_to(source)
    return environment


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def _required(distribution: str) -> set[str]:
    """Return the names of all distributions that one requires, without its extras, and of those that they require."""
    found: set[str] = set()
    waiting = [distribution]
    while waiting:
        for line in metadata.requires(waiting.pop()) or ():
            requirement = Requirement(line)
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if wanted and requirement.name not in found:
                found.add(requirement.name)
                waiting.append(requirement.name)
    return found
