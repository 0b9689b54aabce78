"""The three forms of the native plugin: a program of an environment, the folder `provider`, and one archive."""

from __future__ import annotations

import contextlib
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from flowservice_emulator.server import Emulator
from pulumi_flowservice.version import __version__

from tests.e2e.conftest import MakeStack
from tests.support import clean_environment, language_host, release_server
from tests.support.clean_environment import CHECKOUT
from tests.support.pulumi_stack import Stack
from tests.support.waiting import wait_until
from tools import plugin_archive


@pytest.fixture
def archive_server(tmp_path: Path) -> Iterator[str]:
    """A static file server with the archive of this version, under its name for this system."""
    folder = tmp_path / "files"
    folder.mkdir()
    machine = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
    name = plugin_archive.name(__version__, f"{platform.system().lower()}-{machine}")
    (folder / name).write_bytes(plugin_archive.pack(clean_environment.build(tmp_path / "dist")))
    with release_server.serve_files(folder) as url:
        yield url


def in_folder(folder: Path) -> dict[str, Any]:
    """Return what Pulumi.yaml says of a plugin in a folder."""
    return {"plugins": {"providers": [{"name": "flowservice", "path": str(folder)}]}}


@pytest.fixture(params=["program", "folder", "archive"])
def project(request: pytest.FixtureRequest, tmp_path: Path, inputs: dict[str, Any]) -> dict[str, Any]:
    """A YAML program of one connection, with the plugin in each of its forms."""
    orders: dict[str, Any] = {"type": "flowservice:RedshiftConnection", "properties": inputs}
    found = {"name": "e2e", "runtime": "yaml", "resources": {"orders": orders}}
    if request.param == "archive":
        url = request.getfixturevalue("archive_server")
        orders["options"] = {"version": __version__, "pluginDownloadURL": url}
        return found
    if request.param == "program":
        return {**found, **in_folder(Path(sys.prefix) / "bin")}
    # Without what Python has compiled.
    without = shutil.ignore_patterns("__pycache__", "venv")
    return {**found, **in_folder(shutil.copytree(CHECKOUT / "provider", tmp_path / "provider", ignore=without))}


def kill_in_a_test(stack: Stack, emulator: Emulator, survivors: list[psutil.Process]) -> None:
    """Kill the engine alone while the database is about to refuse the login; return when its plugin has ended."""
    emulator.fault("GET", "/connections/*/test", kind="slow", seconds=1.0)
    process = stack.start_until(lambda: emulator.log("GET", "/connections/*/test"), "up", "--yes", "--skip-preview")
    survivors += psutil.Process(process.pid).children(recursive=True)
    # The hosts of languages end much later, or stay.
    plugin = [each for each in survivors if "language" not in " ".join(each.cmdline())]
    with process:
        process.kill()
    assert plugin
    wait_until(lambda: all(has_ended(each) for each in plugin))


def has_ended(process: psutil.Process) -> bool:
    """Whether a process is no more than an entry in the table of its parent."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    return True


def test_a_killed_engine(
    make_stack: MakeStack,
    flowservice_emulator: Emulator,
    project: dict[str, Any],
    tmp_path: Path,
    survivors: list[psutil.Process],
) -> None:
    """The engine installs and starts it. What the plugin is doing when the engine is killed is finished: it removes the
    connection that the database refuses, then it ends. The next run makes one, and the one after it changes nothing.
    """
    stack: Stack = make_stack(flowservice_emulator.environment, native=False)
    stack.environment["PATH"] = f"{language_host.install(tmp_path / 'host')}:{stack.environment['PATH']}"
    given = project["resources"]["orders"]["properties"]
    wrong = {**project, "resources": {"orders": {**project["resources"]["orders"]}}}
    wrong["resources"]["orders"]["properties"] = {**given, "password": "wrong-horse"}
    file = stack.folder / "Pulumi.yaml"
    file.write_text(yaml.safe_dump(wrong))
    if "options" in project["resources"]["orders"]:
        # The engine installs it first, which takes its time.
        stack.preview().ok()

    kill_in_a_test(stack, flowservice_emulator, survivors)
    posted, left = flowservice_emulator.log("POST", "/connections"), flowservice_emulator.connections()
    stack.run("cancel", "--yes").ok()
    file.write_text(yaml.safe_dump(project))
    stack.up().ok()
    stack.up("--refresh", "--expect-no-changes").ok()

    assert (len(posted), left) == (1, [])
    assert len(flowservice_emulator.connections()) == 1
