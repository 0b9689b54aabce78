"""Make an environment with the lowest or the newest versions of all that the provider depends on.

`make versions` runs the main job in both. Within the ranges of pyproject.toml, the lowest must work, because some user
has them; the newest, because users install them before the lock file has them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}


def main(which: str) -> None:
    """Make the environment `.tools/versions/WHICH` anew."""
    folder = CHECKOUT / ".tools" / "versions" / which
    listed = folder.with_suffix(".txt")
    listed.parent.mkdir(parents=True, exist_ok=True)
    choice = ("--resolution", RESOLUTIONS[which], "--quiet", "--output-file", str(listed))
    _uv("pip", "compile", "pyproject.toml", "--all-extras", "--upgrade", "--no-header", *choice)
    _uv("venv", "--quiet", "--seed", "--clear", "--python", sys.executable, str(folder))
    python = ("--quiet", "--python", str(folder / "bin" / "python"))
    _uv("pip", "install", *python, "--requirement", str(listed))
    _uv("pip", "install", *python, "--no-deps", ".")


def _uv(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "uv", *arguments], cwd=CHECKOUT, check=True)


if __name__ == "__main__":
    main(sys.argv[1])
