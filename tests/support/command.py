"""Runs `pulumi-flowservice` as its users do: a process with an environment of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flowservice_emulator.server import Emulator

from tests.support import forked
from tests.support.pulumi_stack import Stack

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
    environment = {**_environment(emulator), **(variables or {})}
    done = forked.run("pulumi_flowservice.cli", *arguments, folder=folder, environment=environment)
    return Result(done.returncode, done.stdout, done.stderr)


def run_beside(stack: Stack, emulator: Emulator, *arguments: str, **variables: str) -> Result:
    """Run the command in the folder and the environment of a stack, with other variables in place of its own."""
    return run(emulator, *arguments, folder=stack.folder, variables={**stack.environment, **variables})


def drift(stack: Stack, emulator: Emulator, *options: str, **variables: str) -> Result:
    """Run `drift` on a stack, in its folder and environment."""
    return run_beside(stack, emulator, "drift", "--stack", stack.name, *options, **variables)


def run_at_terminal(
    emulator: Emulator, folder: Path, *arguments: str, answers: Sequence[str] = (), columns: int = 200
) -> str:
    """Run the command at a terminal of its own, type the answers, and return all that it shows."""
    return forked.run_at_terminal(
        "pulumi_flowservice.cli",
        *arguments,
        folder=folder,
        environment=_environment(emulator),
        answers=answers,
        columns=columns,
    )


def _environment(emulator: Emulator) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {"PATH": os.defpath, "PYTHONUTF8": "1", "TERM": "xterm"}
    return {**kept, **own, **emulator.environment}
