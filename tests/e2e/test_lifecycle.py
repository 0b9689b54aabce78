"""The life of a connection, as `pulumi` shows it and as the server sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.programs import HEAD, Expression, one_connection
from tests.support.pulumi_stack import Stack

Inputs = dict[str, Any]


def methods(emulator: Emulator, path: str = "/connections**") -> list[str]:
    """List the methods of the requests to connections, in their order; look-ups and tests of connections too."""
    return [entry.method for entry in emulator.log() if entry.path.startswith("/connections")]


def test_up_makes_one_connection_and_then_nothing(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """The first `up` makes it, the second finds nothing to do and asks nobody, `destroy` removes it."""
    stack.write(one_connection(inputs))

    first = stack.up().ok()
    [made] = flowservice_emulator.connections("dev")
    flowservice_emulator.clear_log()
    second = stack.up("--expect-no-changes").ok()

    assert first.changes == {"created": 2}
    assert second.changes == {"unchanged": 2}
    assert flowservice_emulator.log() == []
    assert stack.outputs() == {"id": made["id"], "name": made["name"]}
    stack.destroy().ok()
    assert flowservice_emulator.connections() == []


def test_preview_of_a_new_stack_sends_nothing(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Not even a token is asked for, so a preview works without credentials, as in a fork's pull request."""
    stack.write(one_connection(inputs))
    credentials = {name: "" for name in flowservice_emulator.environment if "CLIENT" in name}

    shown = stack.run("preview", variables=credentials).ok()

    assert shown.changes == {"to create": 2}
    assert flowservice_emulator.log() == []


def test_preview_with_inputs_that_are_not_known_yet(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """A server that another resource of the program brings about is unknown in the preview and right in the `up`."""
    program = one_connection(inputs, head=HEAD + CLUSTER, server=Expression("cluster.endpoint"))
    stack.write(program.replace("'127.0.0.1'", repr(inputs["server"])))

    shown = stack.preview().ok()
    assert shown.changes == {"to create": 3}
    assert flowservice_emulator.log() == []
    stack.up().ok()

    [made] = flowservice_emulator.connections("dev")
    assert made["auth"]["params"]["server"] == inputs["server"]


def test_changes_are_made_in_place(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """A new description is one PATCH of the same connection."""
    stack.write(one_connection(inputs))
    stack.up().ok()
    before = stack.outputs()
    flowservice_emulator.clear_log()
    stack.write(one_connection(inputs, description="Loads the orders"))

    changed = stack.up().ok()

    assert changed.changes == {"updated": 1, "unchanged": 1}
    assert stack.outputs() == before
    assert methods(flowservice_emulator) == ["PATCH"]
    assert flowservice_emulator.connections("dev")[0]["description"] == "Loads the orders"


def test_a_change_at_the_server_shows_in_refresh_and_is_repaired(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """Somebody changes the user in the UI: `refresh` takes note, the next `up` puts back exactly that."""
    stack.write(one_connection(inputs))
    stack.up().ok()
    connection_id = stack.outputs()["id"]
    flowservice_emulator.change_connection(connection_id, params={"username": "intruder"})

    noted = stack.refresh().ok()
    seen = stack.resource("warehouse")["outputs"]["username"]
    repaired = stack.up().ok()

    assert noted.changes == {"updated": 1, "unchanged": 1}
    assert seen == "intruder"
    assert repaired.changes == {"updated": 1, "unchanged": 1}
    [connection] = flowservice_emulator.connections("dev")
    assert (connection["id"], connection["auth"]["params"]["username"]) == (connection_id, inputs["username"])


def test_a_connection_deleted_at_the_server_is_made_again(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """`refresh` finds it gone, the next `up` makes a new one of the same name."""
    stack.write(one_connection(inputs))
    stack.up().ok()
    before = stack.outputs()
    flowservice_emulator.delete_connection(before["id"])

    gone = stack.refresh().ok()
    stack.up().ok()

    assert gone.changes == {"deleted": 1, "unchanged": 1}
    [connection] = flowservice_emulator.connections("dev")
    assert connection["id"] == stack.outputs()["id"] != before["id"]
    assert connection["name"] == before["name"]


def test_another_sandbox_makes_the_new_one_first(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Only `sandbox` replaces: the new connection is there before the old one goes."""
    stack.write(one_connection(inputs, sandbox="dev"))
    stack.up().ok()
    flowservice_emulator.clear_log()
    stack.write(one_connection(inputs, sandbox="stage"))

    moved = stack.up().ok()

    assert moved.changes == {"replaced": 1, "unchanged": 1}
    writes = [(entry.method, entry.sandbox) for entry in flowservice_emulator.log() if entry.method in WRITES]
    assert [write for write in writes if write[1]] == [("POST", "stage"), ("DELETE", "dev")]
    assert flowservice_emulator.connections("dev") == []
    assert [connection["id"] for connection in flowservice_emulator.connections("stage")] == [stack.outputs()["id"]]


@pytest.mark.dynamic
def test_the_state_holds_the_password_as_ciphertext_only(stack: Stack, inputs: Inputs) -> None:
    """A program that gives the password as a plain string does not leak it, and the provider is stored by reference."""
    stack.write(one_connection(inputs))
    stack.up().ok()

    state = stack.export()
    warehouse = stack.resource("warehouse")

    assert inputs["password"] not in state
    for place in ("inputs", "outputs"):
        assert "ciphertext" in warehouse[place]["password"]
        assert isinstance(warehouse[place]["__provider"], str)
        assert len(warehouse[place]["__provider"]) <= 100


def test_the_automatic_name_is_the_previews(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """The name shown by `preview` is the one that `up` gives, so that `up --plan` accepts the saved plan."""
    stack.write(one_connection(inputs))
    experimental = {"PULUMI_EXPERIMENTAL": "true"}

    shown = json.loads(stack.run("preview", "--json").ok().stdout)
    stack.run("preview", "--save-plan", "plan.json", variables=experimental).ok()
    stack.run("up", "--yes", "--plan", "plan.json", variables=experimental).ok()

    [planned] = [step["newState"] for step in shown["steps"] if step["urn"].endswith("::warehouse")]
    [made] = flowservice_emulator.connections("dev")
    assert planned["inputs"]["name"] == made["name"] == stack.outputs()["name"]


def test_commands_look_for_no_plugin(stack: Stack, inputs: Inputs) -> None:
    """A distribution named `pulumi-…` is taken for a plugin to download, unless its pulumi-plugin.json says no."""
    stack.write(one_connection(inputs))

    for command in (("preview",), ("up", "--yes", "--skip-preview"), ("destroy", "--yes", "--skip-preview")):
        logged = stack.run(*command, "-v=5", "--logtostderr").ok().stderr

        assert "deployment_executor" in logged
        assert [line for line in logged.splitlines() if "downloading" in line.lower()] == []


WRITES = ("POST", "PATCH", "DELETE")

CLUSTER = """
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class ClusterProvider(ResourceProvider):
    def create(self, props):
        return CreateResult("cluster", {"endpoint": "127.0.0.1"})

class Cluster(Resource):
    endpoint: pulumi.Output[str]
    def __init__(self, name):
        super().__init__(ClusterProvider(), name, {"endpoint": None})

cluster = Cluster("cluster")
"""
