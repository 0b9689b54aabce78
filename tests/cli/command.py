"""Runs `pulumi-flowservice` as its users do: a process with an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
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
    width: int = 200,
) -> Result:
    """Run the command in `folder` against an emulator; standard input is no terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_flowservice.cli", *arguments],
        cwd=folder,
        env={
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            "PATH": os.defpath,
            "COLUMNS": str(width),
            "PYTHONUTF8": "1",
            **emulator.environment,
            **(variables or {}),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Result(done.returncode, done.stdout, done.stderr)
