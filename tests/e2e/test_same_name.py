"""An explicit name that another entry of the manifest had: the entry renamed, or removed while another one is added."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Stack

Inputs = dict[str, Any]
ENTRIES = {"orders": {"name": "Orders"}, "invoices": {"name": "Invoices"}, "returns": {"name": "Returns"}}
# The next version of the file: with a connection of the same name and parameters under another key.
CHANGES: dict[str, dict[str, dict[str, str]]] = {
    "renamed": {"sales": {"name": "Orders"}, **{key: ENTRIES[key] for key in ("invoices", "returns")}},
    "removed and added": {
        **{key: ENTRIES[key] for key in ("invoices", "returns")},
        "campaigns": {"name": "Orders", "description": "Campaign results", "connectionTest": "off"},
    },
}


@pytest.fixture(params=[False, True], ids=["dynamic", "native"])
def stack(
    request: pytest.FixtureRequest, make_stack: MakeStack, flowservice_emulator: Emulator, inputs: Inputs
) -> Stack:
    """A stack with either provider and three connections of a manifest."""
    flowservice_emulator.settings(connection_test="pass")
    made = make_stack({**flowservice_emulator.environment, "PASSWORD": inputs["password"]}, native=request.param)
    made.write(
        "from pulumi_flowservice.manifest import connections\n"
        f"connections('connections.yaml', native={request.param})\n"
    )
    write(made, inputs, ENTRIES)
    made.up().ok()
    return made


def write(stack: Stack, inputs: Inputs, entries: dict[str, dict[str, str]]) -> None:
    """Write the manifest: what the entries have in common is the address of the database."""
    defaults = {key: inputs[key] for key in ("server", "port", "database", "username")}
    document = {"defaults": {**defaults, "password": {"env": "PASSWORD"}}, "connections": entries}
    (stack.folder / "connections.yaml").write_text(json.dumps(document))


def ids(emulator: Emulator) -> dict[str, str]:
    """The ids of all connections by name; there are no two of one name."""
    found = {each["name"]: each["id"] for each in emulator.connections()}
    assert len(found) == len(emulator.connections())
    return found


def writes(emulator: Emulator) -> list[str]:
    """The requests that change something, such as `POST /connections`."""
    return [
        f"{entry.method} {entry.path}"
        for entry in emulator.log()
        if entry.method != "GET" and "/ims/" not in entry.path
    ]


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_that_refreshes_does_it_at_once(
    stack: Stack, flowservice_emulator: Emulator, inputs: Inputs, change: str
) -> None:
    """The new connection is made before the old one is deleted; the others stay as they are."""
    before = ids(flowservice_emulator)
    write(stack, inputs, CHANGES[change])
    flowservice_emulator.clear_log()

    done = stack.up("--refresh").ok()

    after = ids(flowservice_emulator)
    assert {name for name in before if before[name] != after[name]} == {"Orders"}
    assert writes(flowservice_emulator) == ["POST /connections", f"DELETE /connections/{before['Orders']}"]
    assert done.changes == {"created": 1, "deleted": 1, "changes": 2, "unchanged": 3}
    assert stack.up("--refresh", "--expect-no-changes").ok().changes == {"unchanged": 4}


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_that_does_not_refresh_names_the_ways_out(
    stack: Stack, flowservice_emulator: Emulator, inputs: Inputs, change: str
) -> None:
    """Nothing is changed, and whichever way is chosen, the next run is green."""
    before = ids(flowservice_emulator)
    write(stack, inputs, CHANGES[change])

    told = stack.up().failed().text

    assert "FS3002: creating connection 'Orders' in sandbox 'dev'" in told
    for way in ("an alias (in YAML, `previously`)", "`pulumi up --refresh`", f'adopt="{before["Orders"]}"'):
        assert way in told
    assert ids(flowservice_emulator) == before
    assert stack.resource("orders")["id"] == before["Orders"]
    stack.up("--refresh").ok()
    assert ids(flowservice_emulator).keys() == before.keys()


def test_a_rename_with_its_former_name_keeps_the_connection(
    stack: Stack, flowservice_emulator: Emulator, inputs: Inputs
) -> None:
    """After a run that named this way; nothing is written at the server."""
    before = ids(flowservice_emulator)
    write(stack, inputs, CHANGES["renamed"])
    stack.up().failed()
    write(stack, inputs, {**CHANGES["renamed"], "sales": {"name": "Orders", "previously": "orders"}})
    flowservice_emulator.clear_log()

    stack.up("--expect-no-changes").ok()

    assert stack.resource("sales")["id"] == before["Orders"]
    assert ids(flowservice_emulator) == before
    assert writes(flowservice_emulator) == []


def test_a_connection_that_is_in_use_is_not_lost_by_a_rename(
    stack: Stack, flowservice_emulator: Emulator, inputs: Inputs
) -> None:
    """The old one stays at the server and in the state, and its dataflow works; with the old key, all is as before."""
    before = ids(flowservice_emulator)
    flow = flowservice_emulator.use_connection(before["Orders"], "Orders to profiles")
    write(stack, inputs, CHANGES["renamed"])

    told = stack.up("--refresh").failed().text
    kept = stack.resource("orders")["id"]
    write(stack, inputs, ENTRIES)
    stack.up("--refresh").ok()

    assert f"FS3011: deleting connection 'Orders' ({before['Orders']})" in told
    assert f"it is in use by 'Orders to profiles' ({flow}), so nothing was deleted" in told
    assert kept == before["Orders"]
    assert ids(flowservice_emulator) == before
    assert stack.up("--expect-no-changes").ok().changes == {"unchanged": 4}
