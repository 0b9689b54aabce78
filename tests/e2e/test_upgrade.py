"""A state that this version records works elsewhere: imported into a new stack, it changes nothing."""

from __future__ import annotations

import sys

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.version import __version__

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Stack

PROGRAM = """\
import pulumi
from pulumi_flowservice import RedshiftConnection

common = dict(server="redshift.example.com", database="dev", username="loader",
              password=pulumi.Output.secret({password!r}))
plain = RedshiftConnection("plain", **common)
full = RedshiftConnection("full", port=5439, schema="public", name="Orders, all of them", description="Größe \\u2713",
                          connection_test="off", credentials_version=3, sandbox="stage", **common)
doubted = RedshiftConnection("doubted", port="5441", name="doubted", **common)
"""
PASSWORD = "correct-horse-0"
VERSIONED = """\
import pulumi
from pulumi_flowservice.native import RedshiftConnection

RedshiftConnection("plain", server="redshift.example.com", database="dev", username="loader", password="p",
                   opts=pulumi.ResourceOptions(version={version!r}))
"""


def record(stack: Stack, emulator: Emulator) -> str:
    """Make one plain connection, one with every input and one in doubt; return the exported state."""
    emulator.settings(connection_test="pass")
    stack.write(PROGRAM.format(password=PASSWORD))
    stack.up().ok()
    [doubted] = [each["id"] for each in emulator.connections() if each["name"] == "doubted"]
    emulator.change_connection(doubted, params={"password": PASSWORD})
    stack.refresh().ok()
    emulator.clear_log()
    return stack.run("stack", "export").ok().stdout


@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_a_recorded_state_changes_nothing(native: bool, make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """`up` sends nothing; a refresh reads, and carries the doubt about a password over.

    Then each connection is changed in place, and destroyed. No secret is in the exported state.
    """
    first, second = (make_stack(flowservice_emulator.environment, native=native) for _ in range(2))
    exported = record(first, flowservice_emulator)
    second.run("stack", "import", standard_input=exported).ok()
    second.write(PROGRAM.format(password=PASSWORD))

    unchanged = second.up("--expect-no-changes").ok()
    requests = flowservice_emulator.log()
    refreshed = second.up("--refresh", "--expect-no-changes").ok()
    doubted = second.resource("doubted")["outputs"]
    writes = [entry for entry in flowservice_emulator.log() if entry.method not in ("GET", "POST")]
    second.write(PROGRAM.format(password="battery-staple-1"))
    rotated = second.up().ok()
    passwords = {each["auth"]["params"]["password"] for each in flowservice_emulator.connections()}
    ended = second.destroy().ok()

    assert PASSWORD not in exported
    assert unchanged.changes == refreshed.changes == {"unchanged": 4}
    assert requests == writes == []
    assert second.folder != first.folder and "FS4004: connection 'doubted'" in refreshed.text
    assert (doubted["credentialsInDoubt"], doubted["state"]) == ("foreign", "enabled")
    assert rotated.changes == {"updated": 3, "unchanged": 1}
    assert passwords == {"battery-staple-1"}
    assert ended.changes == {"deleted": 4}
    assert flowservice_emulator.connections() == []


def test_a_new_plugin_alone(make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """A state names the version of its plugin. If only the next one is installed, one `up` moves the state to it and
    sends nothing; before, a refresh fails and names the missing version, and after it, everything works.
    """
    stack: Stack = make_stack(flowservice_emulator.environment, native=False)
    program = f"{sys.prefix}/bin/pulumi-resource-flowservice"
    flowservice_emulator.settings(connection_test="pass")
    stack.run("plugin", "install", "resource", "flowservice", "0.0.9", "--file", program).ok()
    stack.write(VERSIONED.format(version="0.0.9"))
    stack.up().ok()
    [installed] = stack.folder.glob("pulumi-home/plugins/resource-flowservice-v0.0.9")
    installed.rename(installed.with_name(f"resource-flowservice-v{__version__}"))
    stack.write(VERSIONED.format(version=__version__))
    flowservice_emulator.clear_log()

    refused = stack.refresh().failed().text
    moved = stack.up().ok()
    requests = flowservice_emulator.log()
    stack.refresh("--expect-no-changes").ok()

    assert "could not load provider" in refused and "0_0_9" in refused
    assert (moved.changes, requests) == ({"unchanged": 2}, [])
