"""States recorded by earlier versions: they refresh, update and destroy with both providers of this one.

For the native provider, `test_native.py` has the refresh.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Stack

RECORDED = Path(__file__).parents[1] / "fixtures" / "state-0.1.0.json"
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
PARAMS = ("server", "port", "database", "username", "schema")


def recreate(emulator: Emulator, recorded: dict[str, Any]) -> str:
    """Make at the server what the state has; the state's text with the ids and etags that it got there."""
    text = json.dumps(recorded)
    for resource in recorded["deployment"]["resources"]:
        outputs = resource.get("outputs", {})
        if "server" not in outputs:
            continue
        params = {name: str(outputs[name]) for name in PARAMS if name in outputs}
        body = {
            "name": outputs["name"],
            "auth": {"specName": "Basic Authentication", "params": {**params, "password": PASSWORD}},
            "connectionSpec": {"id": "3416976c-a9ca-4bba-901a-1f08f66978ff", "version": "1.0"},
        }
        if "description" in outputs:
            body["description"] = outputs["description"]
        made = emulator.request("POST", "/connections", body, sandbox=outputs["sandbox"]).json
        text = text.replace(resource["id"], made["id"])
        old, new = (json.dumps(json.dumps(etag)[1:-1])[1:-1] for etag in (outputs["etag"].lstrip("?"), made["etag"]))
        text = text.replace(json.dumps(outputs["etag"].lstrip("?"))[1:-1], json.dumps(made["etag"])[1:-1])
        assert old != new
    return text


@pytest.fixture(params=[False, True], ids=["dynamic", "native"])
def upgraded(make_stack: MakeStack, flowservice_emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A stack with the state of version 0.1.0: one plain connection, one with every input, one in doubt."""
    stack: Stack = make_stack(flowservice_emulator.environment, native=request.param)
    flowservice_emulator.settings(connection_test="pass")
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    stack.run("stack", "import", standard_input=recreate(flowservice_emulator, recorded)).ok()
    stack.write(PROGRAM.format(password=PASSWORD))
    flowservice_emulator.clear_log()
    return stack


# With the native provider, `test_native.py` does the same at the beginning of a move there and back.
@pytest.mark.parametrize("upgraded", [False], ids=["dynamic"], indirect=True)
def test_nothing_changes(upgraded: Stack, flowservice_emulator: Emulator) -> None:
    """`up` sends nothing; a refresh reads, and carries the doubt about a password over."""
    unchanged = upgraded.up("--expect-no-changes").ok()
    asked = flowservice_emulator.log()
    name = upgraded.resource("plain")["outputs"]["name"]
    refreshed = upgraded.up("--refresh", "--expect-no-changes").ok()

    doubted = upgraded.resource("doubted")["outputs"]
    assert unchanged.changes == refreshed.changes == {"unchanged": 4}
    assert asked == []
    assert upgraded.resource("plain")["outputs"]["name"] == name
    assert "FS4004: connection 'doubted'" in refreshed.text
    assert (doubted["credentialsInDoubt"], doubted["etag"][0], doubted["state"]) == ("foreign", '"', "enabled")
    assert [entry for entry in flowservice_emulator.log() if entry.method not in ("GET", "POST")] == []


def test_a_rotation_and_the_end(upgraded: Stack, flowservice_emulator: Emulator) -> None:
    """Each connection is changed in place, and destroyed, directly after the upgrade."""
    upgraded.write(PROGRAM.format(password="battery-staple-1"))

    rotated = upgraded.up().ok()
    passwords = {each["auth"]["params"]["password"] for each in flowservice_emulator.connections()}
    ended = upgraded.destroy().ok()

    assert rotated.changes == {"updated": 3, "unchanged": 1}
    assert passwords == {"battery-staple-1"}
    assert ended.changes == {"deleted": 4}
    assert flowservice_emulator.connections() == []
