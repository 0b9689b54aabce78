"""`make version VERSION=1.0.0`: name the next release in all files that are not generated."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from pathlib import Path

from tools.address import CHECKOUT, set_constant

VERSIONS = ("provider/pulumi_flowservice/version.py", "emulator/flowservice_emulator/version.py")
CHANGELOG = "CHANGELOG.md"
_OPEN = "## Not released\n"


def main() -> int:
    """Return 0 after writing the version, 1 after saying what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tools.release_version", description=__doc__)
    parser.add_argument("version", help="such as 1.0.0")
    try:
        write(CHECKOUT, parser.parse_args().version, datetime.datetime.now(datetime.timezone.utc).date())
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def write(checkout: Path, version: str, day: datetime.date) -> None:
    """Write version and day into the files of a checkout; all of them or none.

    Raises:
        ValueError: no version such as 1.0.0, or nothing in the changelog waits for a release.
    """
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise ValueError("The version must be like 1.0.0: make version VERSION=1.0.0")
    changes = (checkout / CHANGELOG).read_text(encoding="utf-8")
    if _OPEN not in changes:
        raise ValueError(f"{CHANGELOG} has no heading `{_OPEN.strip()}`, so nothing waits for a release.")
    heading = f"## {version} ({day.isoformat()})\n"
    (checkout / CHANGELOG).write_text(changes.replace(_OPEN, heading, 1), encoding="utf-8")
    for name in VERSIONS:
        set_constant(checkout / name, "__version__", version)


if __name__ == "__main__":
    sys.exit(main())
