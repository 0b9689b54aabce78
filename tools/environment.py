"""`python -m tools.environment` makes the environment in `.venv`, with signs of life; the Makefile knows when.

Standard library only, because the environment is what it makes.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tools.output_lines import CommandError, output_lines
from tools.progress import Progress

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = ".venv"
OWN = (".", "./emulator")
# By the lock, measured on two processors.
USUALLY = {"requirements-quickstart.lock": "half a minute"}


def main(command: str, *arguments: str) -> int:
    """Run `create`, `install LOCK` or `install-own`; return 0, 1 after saying what failed, 130 after Ctrl-C."""
    commands: dict[str, Callable[..., None]] = {"create": create, "install": install, "install-own": install_own}
    try:
        commands[command](*arguments)
    except CommandError as failure:
        print(f"\n{failure}\n\nThe environment is not complete. `make` tries again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same `make` goes on from here.", file=sys.stderr)
        return 130
    return 0


def create() -> None:
    """Make an empty environment of the Python that runs this."""
    with Progress(f"Making the Python environment in {FOLDER}", usually="5 s"):
        _run([sys.executable, "-m", "venv", "--clear", FOLDER])


def install(lock: str) -> None:
    """Install what a lock lists into the environment that runs this; pip checks every file's hash.

    Raises:
        CommandError: pip failed.
    """
    total = len(re.findall(r"^[\w.-]+==", (CHECKOUT / lock).read_text(), re.M))
    usually = USUALLY.get(lock, "a minute or two")
    there = _installed()
    # What a lock lists is complete, so pip need not look for more.
    lines = _pip("--progress-bar", "off", "--require-hashes", "--no-deps", "--requirement", lock)
    with Progress("Fetching Python packages", total=total, usually=usually) as progress:
        wanted = _fetch(lines, progress, total)
    if wanted:
        with Progress("Installing Python packages", total=wanted, measure=lambda: _installed() - there):
            for _ in lines:
                pass


def _fetch(lines: Iterator[str], progress: Progress, total: int) -> int:
    """Follow pip until it installs, and return how many packages it will install."""
    for line in lines:
        if line.startswith("Ignoring "):
            # For another system or Python.
            total -= 1
            progress.expect(total)
        elif line.startswith(("Collecting ", "Requirement already satisfied")):
            progress.advance()
        elif line.startswith("Installing collected packages:"):
            return line.count(",") + 1
    return 0


def install_own() -> None:
    """Build and install both distributions of this repository.

    As wheels, not editable: the engine looks for pulumi-plugin.json where a distribution is installed.

    Raises:
        CommandError: pip failed.
    """
    with Progress("Building pulumi-flowservice and flowservice-emulator", usually="10 s"):
        for _ in _pip("--no-deps", "--no-build-isolation", *OWN):
            pass


def _pip(*arguments: str) -> Iterator[str]:
    if importlib.util.find_spec("pip") is None:
        # An earlier run was killed while it made the environment.
        _run([sys.executable, "-m", "ensurepip"])
    return _lines([sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *arguments])


def _run(command: Sequence[str]) -> None:
    for _ in _lines(command):
        pass


def _lines(command: Sequence[str]) -> Iterator[str]:
    return output_lines(command, CHECKOUT, {**os.environ, "PYTHONUNBUFFERED": "1"})


def _installed() -> int:
    """Return how many distributions the environment has."""
    return len(list(Path(sysconfig.get_path("purelib")).glob("*.dist-info")))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
