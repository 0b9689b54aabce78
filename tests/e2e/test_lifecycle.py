"""The life of a connection, as `pulumi` shows it and as the server sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.programs import HEAD, Expression, one_connection
from tests.support.pulumi_stack import Result, Stack

Inputs = dict[str, Any]


def test_the_life_of_a_connection(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """What `pulumi` shows and what is sent: preview, creation, nothing to do, a change, another sandbox, the end.

    No command looks for a plugin: a distribution named `pulumi-…` is taken for a plugin to download, unless its
    pulumi-plugin.json says no.
    """
    stack.write(one_connection(inputs, sandbox="dev"))

    # Not even a token is asked for, so a preview works without credentials, as in a fork's pull request.
    credentials = {name: "" for name in flowservice_emulator.environment if "CLIENT" in name}
    shown = stack.run("preview", *VERBOSE, variables=credentials).ok()
    assert shown.changes == {"to create": 2}
    told = shown.stdout.partition("Diagnostics:")[2]
    assert told.count("FS1002: `pulumi up` would fail: the configuration cannot be used: no credentials") == 1
    assert "pulumi config set --secret flowservice:clientSecret\n" in told
    assert flowservice_emulator.log() == []
    assert_no_plugin_is_looked_for(shown)

    first = stack.up(*VERBOSE).ok()
    [made] = flowservice_emulator.connections("dev")
    outputs = stack.outputs()
    assert first.changes == {"created": 2}
    assert outputs == {"id": made["id"], "name": made["name"]}
    assert_no_plugin_is_looked_for(first)

    # The second `up` finds nothing to do and asks nobody.
    flowservice_emulator.clear_log()
    second = stack.up("--expect-no-changes").ok()
    assert second.changes == {"unchanged": 2}
    assert flowservice_emulator.log() == []

    # A new description is one PATCH of the same connection, without look-up or test.
    stack.write(one_connection(inputs, sandbox="dev", description="Loads the orders"))
    changed = stack.up().ok()
    assert changed.changes == {"updated": 1, "unchanged": 1}
    assert stack.outputs() == outputs
    logged = [entry for entry in flowservice_emulator.log() if entry.path.startswith("/connections")]
    assert [entry.method for entry in logged] == ["PATCH"]
    assert flowservice_emulator.connections("dev")[0]["description"] == "Loads the orders"

    # Only `sandbox` replaces: the new connection is there before the old one goes.
    flowservice_emulator.clear_log()
    stack.write(one_connection(inputs, sandbox="stage", description="Loads the orders"))
    moved = stack.up().ok()
    assert moved.changes == {"replaced": 1, "unchanged": 1}
    writes = [(entry.method, entry.sandbox) for entry in flowservice_emulator.log() if entry.method != "GET"]
    assert [write for write in writes if write[1]] == [("POST", "stage"), ("DELETE", "dev")]
    assert flowservice_emulator.connections("dev") == []
    assert [connection["id"] for connection in flowservice_emulator.connections("stage")] == [stack.outputs()["id"]]

    gone = stack.destroy(*VERBOSE).ok()
    assert flowservice_emulator.connections() == []
    assert_no_plugin_is_looked_for(gone)


def assert_no_plugin_is_looked_for(verbose: Result) -> None:
    """The engine's log, which is there, says nothing of a download."""
    assert "StepExecutor worker" in verbose.stderr
    assert [line for line in verbose.stderr.splitlines() if "downloading" in line.lower()] == []


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


def test_a_plan_with_an_unknown_input(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """A server that another resource of the program brings about is unknown in the preview and right in the `up`.

    The automatic name that `preview` shows is the one that `up` gives, so that `up --plan` accepts the saved plan.
    """
    program = one_connection(inputs, head=HEAD + CLUSTER, server=Expression("cluster.endpoint"))
    stack.write(program.replace("'127.0.0.1'", repr(inputs["server"])))
    experimental = {"PULUMI_EXPERIMENTAL": "true"}

    preview = stack.run("preview", "--json", "--save-plan", "plan.json", variables=experimental).ok()
    asked = flowservice_emulator.log()
    stack.run("up", "--yes", "--skip-preview", "--plan", "plan.json", variables=experimental).ok()

    shown = json.loads(preview.stdout)
    [planned] = [step["newState"] for step in shown["steps"] if step["urn"].endswith("::warehouse")]
    [made] = flowservice_emulator.connections("dev")
    assert shown["changeSummary"] == {"create": 3}
    assert asked == []
    assert planned["inputs"]["name"] == made["name"] == stack.outputs()["name"]
    assert made["auth"]["params"]["server"] == inputs["server"]


# Options that show the engine's own log on standard error.
VERBOSE = ("-v=5", "--logtostderr")

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
