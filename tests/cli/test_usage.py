"""`pulumi-flowservice usage`, as a process of its own against the emulator."""

from __future__ import annotations

import json

from flowservice_emulator.server import Emulator

from tests.support.command import run
from tests.support.connections import POSTGRESQL, make


def test_flows_are_listed(flowservice_emulator: Emulator) -> None:
    """Each flow that uses the connection is named with its id, and no flow of another connection."""
    ours, other = make(flowservice_emulator, "ours"), make(flowservice_emulator, "other")
    flow_id = flowservice_emulator.use_connection(ours, "Orders [daily]")
    flowservice_emulator.use_connection(other, "Returns")

    done = run(flowservice_emulator, "usage", ours)

    assert done.exit_code == 0
    assert "Orders [daily]" in done.stdout and flow_id in done.stdout
    assert "Returns" not in done.stdout


def test_json_is_for_machines(flowservice_emulator: Emulator) -> None:
    """The document holds the connection's id and its flows."""
    connection_id = make(flowservice_emulator, "orders")
    flow_id = flowservice_emulator.use_connection(connection_id, "Bestellungen täglich")

    done = run(flowservice_emulator, "usage", connection_id, "--json")

    flow = {"id": flow_id, "name": "Bestellungen täglich", "state": "enabled"}
    assert json.loads(done.stdout) == {"id": connection_id, "flows": [flow]}


def test_no_flow_is_an_answer(flowservice_emulator: Emulator) -> None:
    """A connection that nothing uses is said to be so, with exit code 0."""
    connection_id = make(flowservice_emulator, "orders")

    done = run(flowservice_emulator, "usage", connection_id)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"No dataflow that these API credentials can see uses {connection_id}.\n"


def test_an_unknown_id_is_an_error(flowservice_emulator: Emulator) -> None:
    """What does not exist must not read as "used by nobody": exit code 1, one paragraph."""
    for unknown in ("no-such-connection", "2edc08ac-4df5-4fe6-936f-81a19ce92f5c"):
        done = run(flowservice_emulator, "usage", unknown)

        assert (done.exit_code, done.stdout) == (1, "")
        told = f"Error: FS2005: looking for flows that use connection '{unknown}' in sandbox 'dev'"
        assert done.stderr.startswith(told)
        assert len(done.stderr.splitlines()) == 1


def test_a_connection_is_named(flowservice_emulator: Emulator) -> None:
    """By its name, of whatever kind it is; the document has its id."""
    connection_id = make(flowservice_emulator, "orders of the shop", spec=POSTGRESQL)
    flow_id = flowservice_emulator.use_connection(connection_id, "Orders")

    done = run(flowservice_emulator, "usage", "orders of the shop", "--json")

    found = json.loads(done.stdout)
    assert (found["id"], [each["id"] for each in found["flows"]]) == (connection_id, [flow_id])


def test_two_connections_of_one_name(flowservice_emulator: Emulator) -> None:
    """Both ids are told, and none is chosen; a mistyped name brings similar ones."""
    ids = [make(flowservice_emulator, "orders") for _ in range(2)]

    twins = run(flowservice_emulator, "usage", "orders")
    mistyped = run(flowservice_emulator, "usage", "order")

    assert (twins.exit_code, twins.stdout) == (1, "")
    assert all(each in twins.stderr for each in ids)
    assert "FS2008" in twins.stderr and "2 connections have this name" in twins.stderr
    assert (mistyped.exit_code, mistyped.stdout) == (1, "")
    assert "no connection has this name. Similar names there: 'orders'." in mistyped.stderr


def test_wrong_arguments_are_told(flowservice_emulator: Emulator) -> None:
    """What is missing is named."""
    done = run(flowservice_emulator, "usage")

    assert done.exit_code == 2
    assert "Missing argument 'ID|NAME'" in done.stderr


def test_the_sandbox_can_be_named(flowservice_emulator: Emulator) -> None:
    """`--sandbox` takes precedence over the environment."""
    connection_id = make(flowservice_emulator, "orders", sandbox="stage")

    assert run(flowservice_emulator, "usage", connection_id).exit_code == 1
    assert run(flowservice_emulator, "usage", connection_id, "--sandbox", "stage").exit_code == 0
