"""Put the newest engine into .tools/pulumi-newest, for `make test CLI=newest`.

It has the language hosts of the other one: newer ones are in no Go module.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tools import pulumi_cli
from tools.pulumi_cli import go_build
from tools.pulumi_cli.programs import NEWEST, PROGRAMS, version_of

INSTALLATION = pulumi_cli.INSTALLATION.with_name("pulumi-newest")


def install(installation: Path = INSTALLATION) -> Path:
    """Return the folder of its programs, after building it if need be, which takes minutes. Raises: Unavailable."""
    programs = installation / "bin"
    if (programs / "pulumi").exists() and version_of(programs / "pulumi") == NEWEST:
        return programs
    pinned = pulumi_cli.get()
    unfinished = Path(tempfile.mkdtemp(prefix="newest-", dir=installation.parent))
    try:
        (unfinished / "bin").mkdir()
        package = go_build.PACKAGES["pulumi"][1]
        go_build.compile_program(
            go_build.find_go(), go_build.RECIPES / "newest", package, unfinished / "bin" / "pulumi", "the newest"
        )
        for name in PROGRAMS[1:]:
            if found := shutil.which(name, path=pinned.search_path):
                shutil.copy(found, unfinished / "bin" / name)
        shutil.rmtree(installation, ignore_errors=True)
        unfinished.chmod(0o755)
        unfinished.rename(installation)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return programs


if __name__ == "__main__":
    try:
        print(install())
    except pulumi_cli.Unavailable as failure:
        sys.exit(str(failure))
