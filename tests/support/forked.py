"""Runs `python -m MODULE` in a process of its own, forked from one that has imported what all commands need.

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
from collections.abc import Iterator, Mapping
from pathlib import Path

_COMMANDS = ("doctor", "list", "adopt", "validate", "compare", "drift", "test", "usage", "runs", "headline", "explain")
_IMPORTED = (f"pulumi_flowservice.cli.{name}" for name in _COMMANDS)
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([*_IMPORTED, "flowservice_emulator.server"])


def run(
    module: str, *arguments: str, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a module until it ends; standard input is empty. Without an `environment`, it has that of the tests."""
    variables = dict(os.environ if environment is None else environment)
    with tempfile.TemporaryDirectory(prefix="flowservice-command-") as outputs:
        paths = [Path(outputs) / "stdout", Path(outputs) / "stderr"]
        process = _context.Process(target=_run, args=(module, arguments, folder or Path.cwd(), variables, paths))
        process.start()
        process.join(120)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{module} {' '.join(arguments)} has not ended within two minutes")
        stdout, stderr = (path.read_text(encoding="utf-8") for path in paths)
    return subprocess.CompletedProcess([module, *arguments], process.exitcode, stdout, stderr)


def _run(module: str, arguments: tuple[str, ...], folder: Path, variables: dict[str, str], paths: list[Path]) -> None:
    """Be that command from here on."""
    # This process is the command's alone.
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    sys.argv = [module, *arguments]
    with _into(paths):
        runpy.run_module(module, run_name="__main__", alter_sys=True)


@contextlib.contextmanager
def _into(paths: list[Path]) -> Iterator[None]:
    """Write both outputs to files, the traceback of an exception too; then do what a process does at its end."""
    for number, path in enumerate(paths, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
    try:
        yield
    finally:
        # Among others, the measured coverage is written: multiprocessing leaves this out.
        atexit._run_exitfuncs()
        sys.stdout.flush()
