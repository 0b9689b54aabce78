"""`make address`: set where this repository is, for its home, a fork or a mirror.

The engine gets the plugin from the repository's tag of its version, or from PLUGINS: a folder with the archives of the
releases (https://…), or what Pulumi knows to have such (github://…, gitlab://…).
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
VERSION = "provider/pulumi_flowservice/version.py"
PROJECT = "pyproject.toml"
# Its name becomes the name of a folder, in which a colon would break Python's environments.
_REPOSITORY = re.compile(r"https://[\w.-]+(/[\w.~-]+){1,9}(?<!\.git)")
_PLUGINS = re.compile(r"(https|git|github|gitlab)://[^\s@\"\\]+")


def main() -> int:
    """Return 0 after writing the addresses, 1 after saying what is wrong with them."""
    parser = argparse.ArgumentParser(prog="python -m tools.address", description=__doc__)
    parser.add_argument("repository", help="https://HOST/ORGANIZATION/NAME, without a port and without .git")
    parser.add_argument("--plugins", default="", help="where the engine gets plugins, if not from the repository")
    arguments = parser.parse_args()
    try:
        write(CHECKOUT, arguments.repository, arguments.plugins)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def write(checkout: Path, repository: str, plugins: str = "") -> None:
    """Write the addresses into the files of a checkout that are not generated. Raises: ValueError."""
    if not _REPOSITORY.fullmatch(repository):
        raise ValueError("The repository must be like https://HOST/ORGANIZATION/NAME: no port, no user, no .git.")
    plugins = plugins or f"git://{repository.removeprefix('https://')}/provider"
    if not _PLUGINS.fullmatch(plugins):
        raise ValueError("PLUGINS must begin with https://, git://, github:// or gitlab://, and hold no user.")
    for name, key, address in (
        (VERSION, "REPOSITORY", repository),
        (VERSION, "PLUGIN_ADDRESS", plugins),
        (PROJECT, "Repository", repository),
    ):
        set_constant(checkout / name, key, address)


def set_constant(file: Path, key: str, value: str) -> None:
    """Write the value of a constant, which one line of a file sets to a string. Raises: ValueError if none does."""
    text = file.read_text(encoding="utf-8")
    before, found, after = re.split(rf'^({key}) = ".*"$', text, flags=re.M)
    file.write_text(f'{before}{found} = "{value}"{after}', encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
