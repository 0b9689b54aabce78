"""Runs `pulumi-flowservice` as its users do: a process with an environment of its own."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flowservice_emulator.server import Emulator

KEPT = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "TMPDIR")


@dataclass(frozen=True)
class Result:
    """How the command ended and what it printed."""

    exit_code: int
    stdout: str
    stderr: str


def run(
    emulator: Emulator,
    *arguments: str,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> Result:
    """Run the command in `folder` against an emulator; standard input is no terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_flowservice.cli", *arguments],
        cwd=folder,
        env={**_environment(emulator), **(variables or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def run_at_terminal(
    emulator: Emulator, folder: Path, *arguments: str, answers: Sequence[str] = (), columns: int = 200
) -> str:
    """Run the command at a terminal of its own, type the answers, and return all that it shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "pulumi_flowservice.cli", *arguments],
        cwd=folder,
        env=_environment(emulator),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    shown = b""
    # Linux ends a terminal whose other side is closed with an error instead of an empty read.
    with contextlib.suppress(OSError):
        while chunk := os.read(ours, 65536):
            shown += chunk
    os.close(ours)
    process.wait(timeout=120)
    return shown.decode()


def _environment(emulator: Emulator) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {"PATH": os.defpath, "PYTHONUTF8": "1", "TERM": "xterm"}
    return {**kept, **own, **emulator.environment}
