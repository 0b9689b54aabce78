"""`make lint`: check the workflows with zizmor (security) and actionlint (syntax, expressions)."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from tools.pulumi_cli import Unavailable, go_build

CHECKOUT = Path(__file__).resolve().parents[2]
RECIPE = Path(__file__).with_name("actionlint")
PROGRAM = "github.com/rhysd/actionlint/cmd/actionlint"
FOLDERS = (CHECKOUT / ".github", CHECKOUT / "examples" / "gitops" / ".github")


def main() -> int:
    """Return 0 if both find nothing, 1 otherwise. Without Go there is no actionlint, which is said."""
    # Offline: what it could ask GitHub about, a machine without internet could not check.
    found = _fails([str(Path(sys.prefix) / "bin" / "zizmor"), "--offline", "--quiet", *map(str, FOLDERS)])
    try:
        actionlint = built()
    except Unavailable as reason:
        print(f"actionlint: not run: {reason}", file=sys.stderr)
        return int(found)
    files = [str(path) for folder in FOLDERS for path in sorted((folder / "workflows").glob("*.yml"))]
    # Its own check of scripts needs a further program.
    return int(_fails([str(actionlint), "-no-color", "-shellcheck=", "-pyflakes=", *files]) or found)


def built() -> Path:
    """Return the program, built once for each version of what it is made of. Raises: Unavailable."""
    pinned = hashlib.sha256((RECIPE / "go.sum").read_bytes()).hexdigest()[:12]
    program = CHECKOUT / ".tools" / f"actionlint-{pinned}"
    if not program.exists():
        go_build.compile_program(go_build.find_go(), RECIPE, PROGRAM, program)
    return program


def _fails(command: list[str]) -> bool:
    return subprocess.run(command, cwd=CHECKOUT).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
