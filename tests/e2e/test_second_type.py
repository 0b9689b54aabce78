"""A made-up second type of resource under the real engine, with either provider."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeStack
from tests.support.library.server import LibraryServer
from tests.support.pulumi_stack import Stack

ROOT = Path(__file__).parents[2]
PLUGIN = """\
#!/bin/sh
exec '{python}' -m tests.support.library.provider "$@"
"""


@pytest.fixture
def lingering() -> Iterator[LibraryServer]:
    """A library whose readers are not ready at once, and not gone at once."""
    with LibraryServer(linger=1.0, initializing=0.5) as running:
        yield running


@pytest.fixture(params=["Dynamic", "Native"])
def reading(make_stack: MakeStack, lingering: LibraryServer, tmp_path: Path, request: pytest.FixtureRequest) -> Stack:
    """A stack whose engine finds the providers of this folder; its class of readers is in `provider`."""
    stack: Stack = make_stack({**lingering.environment, "PYTHONPATH": str(ROOT)}, native=False)
    plugin = tmp_path / "plugin" / "pulumi-resource-flowservice"
    plugin.parent.mkdir()
    plugin.write_text(PLUGIN.format(python=sys.executable))
    plugin.chmod(0o755)
    project = stack.folder / "Pulumi.yaml"
    found = {"providers": [{"name": "flowservice", "path": str(plugin.parent)}]}
    project.write_text(json.dumps({**json.loads(project.read_text()), "plugins": found}))
    stack.environment["READER"] = f"{request.param}Reader"
    return stack


def program(stack: Stack, **inputs: object) -> None:
    """Let the program have one reader of these inputs."""
    kind, given = stack.environment["READER"], {"level": 1, "language": "en", "mode": "opened", **inputs}
    arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
    stack.write(f"from tests.support.library.provider import {kind}\n{kind}('ann', {arguments})\n")


def test_its_life(reading: Stack, lingering: LibraryServer) -> None:
    """Preview, creation, nothing to do, changes of each field, drift, a replacement, the end: nothing is left."""
    stack = reading
    program(stack)
    assert stack.preview().ok().changes == {"to create": 2}
    assert lingering.log == []
    assert stack.up().ok().changes == {"created": 2}
    [made], racks = lingering.all("readers"), lingering.ids("racks")
    assert (made["level"], made["mode"], [made["rackId"]]) == (1, "opened", racks)
    assert stack.resource("ann")["outputs"]["rackId"] == made["rackId"]

    lingering.log.clear()
    assert stack.up("--expect-no-changes").ok().changes == {"unchanged": 2}
    assert lingering.log == []

    program(stack, level=2, mode="closed", notes="Likes maps", name="beth")
    assert stack.up().ok().changes == {"updated": 1, "unchanged": 1}
    [found] = lingering.all("readers")
    assert [found[name] for name in ("id", "level", "mode", "notes", "name")] == [
        made["id"],
        2,
        "closed",
        "Likes maps",
        "beth",
    ]

    lingering.library.change("readers", made["id"], level=7, mode="paused")
    assert stack.refresh().ok().changes == {"updated": 1, "unchanged": 1}
    assert stack.resource("ann")["outputs"]["mode"] == "paused"
    program(stack, level=2, mode="closed", name="beth")
    assert stack.up().ok().changes == {"updated": 1, "unchanged": 1}
    [found] = lingering.all("readers")
    assert (found["level"], found["mode"], "notes" in found) == (2, "closed", False)

    lingering.log.clear()
    program(stack, level=2, mode="closed", name="beth", language="de")
    assert stack.up().ok().changes == {"replaced": 1, "unchanged": 1}
    assert lingering.writes() == ["POST /racks", "POST /readers", "DELETE /readers/*", "DELETE /racks/*"]
    [found] = lingering.all("readers")
    assert (found["language"], lingering.ids("racks")) == ("de", [found["rackId"]])
    assert found["id"] != made["id"]

    stack.destroy().ok()
    assert (lingering.ids("readers"), lingering.ids("racks")) == ([], [])
