"""Build the site of the documentation into dist/site (`make docs`), or add a built one to the published versions."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pulumi_flowservice.version import REPOSITORY

from tools.site.check import problems
from tools.site.pages import copy_pages
from tools.site.versions import add_version

CHECKOUT = Path(__file__).parents[2]
BUILT = CHECKOUT / "dist" / "site"
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def main() -> int:
    """Return 0 if the site is built without a warning, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__)
    parser.add_argument("--repository", default=REPOSITORY, help="https://HOST/ORGANIZATION/NAME, for links to files")
    parser.add_argument("--publish", type=Path, metavar="FOLDER", help="add dist/site to the versions of this folder")
    parser.add_argument("--tag", help="vVERSION: what links to files name, and the version that --publish adds")
    arguments = parser.parse_args()
    if arguments.publish:
        add_version(BUILT, arguments.publish, arguments.tag or "")
        return 0
    files = f"{arguments.repository}/blob/{arguments.tag or 'main'}"
    wrong = build(CHECKOUT / "docs", CHECKOUT / "dist", files)
    print("\n".join(wrong) or f"The site: {BUILT.relative_to(CHECKOUT)}/index.html", file=sys.stderr)
    return 1 if wrong else 0


def build(docs: Path, folder: Path, files: str) -> list[str]:
    """Build `site` in a folder from the pages; return every warning of the generator and problem of the result.

    `files` is the address below which the repository's files are.
    """
    source = folder / "site-source"
    copy_pages(docs, source / "docs", files)
    shutil.copy(Path(__file__).with_name("zensical.toml"), source)
    shutil.rmtree(folder / "site", ignore_errors=True)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", "zensical.toml"]
    run = subprocess.run(command, cwd=source, capture_output=True, text=True)
    if run.returncode:
        said = _COLOUR.sub("", run.stdout + run.stderr)
        return [said.partition("Traceback (most recent call last)")[0].strip()]
    shutil.move(source / "site", folder / "site")
    return list(problems(folder / "site"))


if __name__ == "__main__":
    sys.exit(main())
