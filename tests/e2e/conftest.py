"""Fixtures of the tests that drive the real Pulumi command line."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from flowservice_emulator.server import Emulator

from tests.support.pulumi_stack import Stack
from tools import pulumi_cli
from tools.local_database import LocalDatabase

MakeStack = Callable[..., Stack]


@pytest.fixture(scope="session")
def cli() -> pulumi_cli.Cli:
    """The real command line; gotten first where the machine has none, so no test is ever skipped for it."""
    return pulumi_cli.get()


@pytest.fixture(scope="session")
def empty_stack(cli: pulumi_cli.Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a stack that nobody has used, to be copied: that is faster than to make each one."""
    return Stack(cli, tmp_path_factory.mktemp("stack") / "empty", {}).folder


@pytest.fixture(scope="session")
def listed_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment of the tests, but what the engine asks it first in each command is answered from a file.

    `pip list` takes a fifth of a command's processor time, and its answer is the same each time.
    """
    folder = tmp_path_factory.mktemp("environment")
    listing = ["-m", "pip", "list", "-v", "--format", "json"]
    listed = subprocess.run([sys.executable, *listing], capture_output=True, text=True, check=True)
    (folder / "packages.json").write_text(listed.stdout)
    (folder / "bin").mkdir()
    for program in (Path(sys.prefix) / "bin").iterdir():
        (folder / "bin" / program.name).symlink_to(program)
    # The engine asks `python` in a virtual environment, and `python3` of the search path in a project without one.
    for name in ("python", "python3"):
        python = folder / "bin" / name
        python.unlink()
        python.write_text(
            f"#!/bin/sh\n[ \"$*\" = '{' '.join(listing)}' ] && exec cat '{folder}/packages.json'\n"
            f"exec '{sys.prefix}/bin/{name}' \"$@\"\n"
        )
        python.chmod(0o755)
    return folder


@pytest.fixture
def make_stack(cli: pulumi_cli.Cli, empty_stack: Path, listed_environment: Path, tmp_path: Path) -> MakeStack:
    """Make a stack with a state of its own; the first argument is its environment, such as `emulator.environment`."""
    made: list[Stack] = []

    def make(variables: dict[str, str], **options: Any) -> Stack:
        empty = None if "PULUMI_CONFIG_PASSPHRASE" in variables else empty_stack
        options.setdefault("python", listed_environment)
        made.append(Stack(cli, tmp_path / f"stack-{len(made)}", variables, empty=empty, **options))
        return made[-1]

    return make


@pytest.fixture
def stack(make_stack: MakeStack, flowservice_emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A new stack whose provider talks to a fresh emulator in this process."""
    native = False if request.node.get_closest_marker("dynamic") else None
    return make_stack(flowservice_emulator.environment, native=native)


@pytest.fixture
def inputs(database: LocalDatabase) -> dict[str, Any]:
    """The inputs of a connection to the real database, as a program gives them."""
    return {
        "server": database.host,
        "port": database.port,
        "database": database.database,
        "username": database.username,
        "password": database.password,
    }


@pytest.fixture
def survivors() -> Iterator[list[psutil.Process]]:
    """Processes that outlive their engine; they end with the test."""
    found: list[psutil.Process] = []
    yield found
    for each in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
