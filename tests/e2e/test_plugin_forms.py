"""The three forms of the native plugin: a program of an environment, the folder `provider`, and one archive."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support import language_host
from tests.support.clean_environment import CHECKOUT
from tests.support.pulumi_stack import Stack, plugins

MakeProgram = Callable[..., Stack]


@pytest.fixture
def survivors() -> Iterator[list[psutil.Process]]:
    """Processes that outlive their engine; they end with the test."""
    found: list[psutil.Process] = []
    yield found
    for each in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


@pytest.fixture
def make_program(
    make_stack: MakeStack, flowservice_emulator: Emulator, inputs: dict[str, Any], tmp_path: Path
) -> MakeProgram:
    """Make a stack with a YAML program of one connection, and a host that can run plugins from source."""

    def make(**project: Any) -> Stack:
        stack: Stack = make_stack(flowservice_emulator.environment, native=False)
        resources = {"orders": {"type": "flowservice:RedshiftConnection", "properties": inputs}}
        (stack.folder / "Pulumi.yaml").write_text(
            yaml.safe_dump({"name": "e2e", "runtime": "yaml", "resources": resources, **project})
        )
        host = language_host.install(tmp_path / "host")
        stack.environment["PATH"] = f"{host}:{stack.environment['PATH']}"
        return stack

    return make


def source(folder: Path) -> Path:
    """Return a copy of the folder `provider`, without what Python has compiled."""
    return Path(shutil.copytree(CHECKOUT / "provider", folder, ignore=shutil.ignore_patterns("__pycache__", "venv")))


def kill_in_a_test(stack: Stack, emulator: Emulator, survivors: list[psutil.Process]) -> None:
    """Kill the engine alone while the database is about to refuse the login; return when its plugin has ended."""
    emulator.fault("GET", "/connections/*/test", kind="slow", seconds=1.0)
    process = stack.start_until(lambda: emulator.log("GET", "/connections/*/test"), "up", "--yes", "--skip-preview")
    survivors += psutil.Process(process.pid).children(recursive=True)
    # The hosts of languages end by themselves, minutes later.
    plugin = [each for each in survivors if "language" not in " ".join(each.cmdline())]
    with process:
        process.kill()
    assert plugin
    until = time.monotonic() + 60
    while not all(has_ended(each) for each in plugin):
        assert time.monotonic() < until
        # Not a child of the tests, so there is nothing to wait on.
        time.sleep(0.05)


def has_ended(process: psutil.Process) -> bool:
    """Whether a process is no more than an entry in the table of its parent."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    return True


@pytest.mark.parametrize("form", ["program", "folder"])
def test_a_killed_engine(
    make_program: MakeProgram,
    flowservice_emulator: Emulator,
    inputs: dict[str, Any],
    tmp_path: Path,
    survivors: list[psutil.Process],
    form: str,
) -> None:
    """What the plugin is doing is finished: it removes the connection that the database refuses, then it ends."""
    password, inputs["password"] = inputs["password"], "wrong-horse"
    found = plugins() if form == "program" else {"providers": [{"name": "flowservice", "path": ""}]}
    if form == "folder":
        found["providers"][0]["path"] = str(source(tmp_path / "provider"))
    stack = make_program(plugins=found)

    kill_in_a_test(stack, flowservice_emulator, survivors)

    assert len(flowservice_emulator.log("POST", "/connections")) == 1
    assert flowservice_emulator.connections() == []

    project = stack.folder / "Pulumi.yaml"
    project.write_text(project.read_text().replace("wrong-horse", password))
    stack.run("cancel", "--yes").ok()
    stack.up().ok()
    stack.up("--refresh", "--expect-no-changes").ok()
    assert len(flowservice_emulator.connections()) == 1
