"""Runs `python -m MODULE` in a process of its own, forked from one that has imported what all commands need.

Its outputs go to files, or to a terminal of its own.
To start Python and import takes half a second of processor time, a command itself a tenth of that.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from multiprocessing.connection import wait
from pathlib import Path

from tests.support import at_terminal

_COMMANDS = ("doctor", "list", "adopt", "validate", "compare", "drift", "test", "usage", "runs", "headline", "explain")
_IMPORTED = (f"pulumi_flowservice.cli.{name}" for name in _COMMANDS)
_SECONDS = 120
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([*_IMPORTED, "flowservice_emulator.server"])


def run(
    module: str, *arguments: str, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a module until it ends; standard input is empty. Without an `environment`, it has that of the tests."""
    variables = dict(os.environ if environment is None else environment)
    with tempfile.TemporaryDirectory(prefix="flowservice-command-") as outputs:
        paths = [Path(outputs) / "stdout", Path(outputs) / "stderr"]
        process = _context.Process(
            target=_run, args=(module, arguments, folder or Path.cwd(), variables, _into_files, paths)
        )
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{module} {' '.join(arguments)} has not ended within two minutes")
        stdout, stderr = (path.read_text(encoding="utf-8") for path in paths)
    return subprocess.CompletedProcess([module, *arguments], process.exitcode, stdout, stderr)


def run_at_terminal(
    module: str,
    *arguments: str,
    folder: Path,
    environment: Mapping[str, str],
    answers: Sequence[str] = (),
    columns: int = 80,
) -> str:
    """Run a module until it ends, type the answers, and return all that was sent to its terminal."""
    ours, theirs = at_terminal.opened(columns)
    os.write(ours, at_terminal.typed(answers))
    terminal = Path(os.ttyname(theirs))
    process = _context.Process(
        target=_run, args=(module, arguments, folder, dict(environment), _into_terminal, [terminal])
    )
    process.start()
    shown = b""
    while process.sentinel not in (ready := wait([ours, process.sentinel], _SECONDS)):
        if not ready:
            process.kill()
            raise TimeoutError(f"{module} {' '.join(arguments)} has shown nothing for two minutes")
        shown += os.read(ours, 65536)
    process.join()
    # Open until here: the process opens the terminal by its name.
    os.close(theirs)
    return (shown + at_terminal.rest(ours)).decode()


def _run(
    module: str,
    arguments: tuple[str, ...],
    folder: Path,
    variables: dict[str, str],
    into: Callable[[list[Path]], AbstractContextManager[None]],
    paths: list[Path],
) -> None:
    """Be that command from here on."""
    # This process is the command's alone.
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    sys.argv = [module, *arguments]
    with into(paths):
        runpy.run_module(module, run_name="__main__", alter_sys=True)


@contextlib.contextmanager
def _into_files(paths: list[Path]) -> Iterator[None]:
    """Write both outputs to files, the traceback of an exception too; then do what a process does at its end."""
    for number, path in enumerate(paths, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
    with _ended():
        yield


@contextlib.contextmanager
def _into_terminal(paths: list[Path]) -> Iterator[None]:
    """Read from and write to a terminal, which is this process's own; then do what a process does at its end."""
    os.setsid()
    terminal = os.open(paths[0], os.O_RDWR)
    for number in range(3):
        os.dup2(terminal, number)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", 1, encoding="utf-8", closefd=False) for number in (1, 2))
    with _ended():
        yield


@contextlib.contextmanager
def _ended() -> Iterator[None]:
    try:
        yield
    finally:
        # Among others, the measured coverage is written: multiprocessing leaves this out.
        atexit._run_exitfuncs()
        sys.stdout.flush()
