"""Get a `pulumi` command line together with its language hosts, in the first of three ways that works.

1. One that the machine has: on PATH, in `$PULUMI_HOME/bin` or `~/.pulumi/bin`.
2. The official release, verified against its published checksums.
3. Built with Go, for networks that reach a Go module proxy and little else.

The second and third way install into `.tools/pulumi` of the checkout, where the next run finds it; a program that an
earlier installation does not have yet is added to it. Standard library only: this runs before any environment exists.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from tools.pulumi_cli import go_build, machine, release
from tools.pulumi_cli.programs import FOR_PYTHON, LANGUAGE_HOSTS, PROGRAMS, VERSION, Cli, Unavailable, version_of

CHECKOUT = Path(__file__).resolve().parents[2]
INSTALLATION = CHECKOUT / ".tools" / "pulumi"

# Puts the named programs into a folder.
Fill = Callable[[Path, Collection[str]], None]

__all__ = ["FOR_PYTHON", "Cli", "Unavailable", "get"]


def get(
    installation: Path = INSTALLATION, releases: str = release.RELEASES, programs: Collection[str] = PROGRAMS
) -> Cli:
    """Return a usable command line that has these programs, installing one if need be.

    `releases` is the address of the folder that holds the official archives, or of a mirror.

    Raises:
        Unavailable: none of the three ways works here; the text says what was tried and what to install.
    """
    hosts = [name for name in LANGUAGE_HOSTS if name in programs]
    found = machine.find(hosts) or _installed(installation, programs)
    if found:
        return found
    with _only_one(installation):
        # Another run may have installed it while this one waited.
        return _installed(installation, programs) or _install(installation, releases, programs)


def _installed(installation: Path, programs: Collection[str]) -> Cli | None:
    """Return what an earlier run installed, if it has these programs in the version wanted now."""
    if not _is_current(installation) or _absent(installation / "bin", programs):
        return None
    return Cli(installation / "bin" / "pulumi", VERSION, "installed earlier")


def _is_current(installation: Path) -> bool:
    stamp = installation / "version"
    return stamp.exists() and stamp.read_text() == VERSION


def _absent(folder: Path, names: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if not (folder / name).is_file())


def _install(installation: Path, releases: str, programs: Collection[str]) -> Cli:
    """Try the release, which has all programs, then the build of those that are wanted."""
    ways: tuple[tuple[str, Fill], ...] = (
        ("official release", lambda folder, _: release.download(folder, PROGRAMS, releases)),
        ("built with Go", go_build.build),
    )
    failures = []
    for way, fill in ways:
        try:
            return _install_by(fill, installation, way, programs)
        except Unavailable as failure:
            say(f"Pulumi CLI: {failure}")
            failures.append(f"{way}: {failure}")
    raise Unavailable(_advice(failures))


def _install_by(fill: Fill, installation: Path, way: str, programs: Collection[str]) -> Cli:
    """Fill a temporary folder with what is missing, try what is in it, and move it to its place in one step."""
    is_current = _is_current(installation)
    wanted = _absent(installation / "bin", programs) if is_current else tuple(programs)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=installation.parent))
    try:
        made = unfinished / "bin"
        made.mkdir()
        fill(made, wanted)
        if absent := _absent(made, wanted):
            raise Unavailable(f"{', '.join(absent)} missing in it")
        if is_current:
            # Other runs may use what is there.
            for name in wanted:
                (made / name).rename(installation / "bin" / name)
        else:
            version_of(made / "pulumi")
            (unfinished / "version").write_text(VERSION)
            shutil.rmtree(installation, ignore_errors=True)
            unfinished.chmod(0o755)
            unfinished.rename(installation)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Cli(installation / "bin" / "pulumi", VERSION, way)


@contextlib.contextmanager
def _only_one(installation: Path) -> Iterator[None]:
    """Let one run install while others wait; the system frees the lock of a run that was killed."""
    folder = installation.parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Pulumi CLI: another run is installing it; waiting for that one.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in folder.glob("unfinished-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def _advice(failures: list[str]) -> str:
    return (
        "No Pulumi CLI with its language hosts on this machine, and none of the ways to get one worked. "
        f"PATH, {os.environ.get('PULUMI_HOME', '~/.pulumi')}/bin: none found. {' '.join(failures)} "
        f"Install Pulumi {VERSION} or newer (https://www.pulumi.com/docs/install/), or Go {go_build.GO} or newer with "
        "a module proxy in reach, or name a mirror of the releases: make cli PULUMI_RELEASES=https://mirror.example.com/pulumi"
    )


def say(line: str) -> None:
    """Tell the user at once, also where the output goes to a file; results alone go to standard output."""
    print(line, file=sys.stderr, flush=True)
