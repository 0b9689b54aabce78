"""A connection that looks like the one to make: when it is a leftover, and when the state knows it."""

from __future__ import annotations

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code

from tests.support.lifecycle import INPUTS, Process, error_of, given

pytestmark = pytest.mark.usefixtures("passing")


def test_both_cases_are_named(flowservice_emulator: Emulator, process: Process) -> None:
    """The engine hides the inputs of a tainted resource, so it looks like a leftover: the way out of each is told."""
    left, _ = Process(flowservice_emulator).create()

    error = error_of(process.create)

    assert error.code == Code.LEFTOVER
    assert f'If an interrupted run left it, take it over: adopt="{left}".' in str(error)
    assert "If you replace it on purpose (taint, --replace): run `pulumi state untaint`, or set" in str(error)
    assert "delete_before_replace=True" in str(error)


@pytest.mark.parametrize("seen_by", ["diff", "read", "update"])
def test_a_twin_of_a_known_connection_is_made(flowservice_emulator: Emulator, seen_by: str) -> None:
    """One more resource of the same explicit name and parameters: this run has seen the other, so it is no leftover."""
    known, state = Process(flowservice_emulator).create()
    process = Process(flowservice_emulator)
    if seen_by == "diff":
        process.lifecycle.diff(known, state, INPUTS)
    elif seen_by == "read":
        process.lifecycle.read(known, state)
    else:
        process.lifecycle.update(known, state, given({"description": "Orders"}))

    made, _ = process.create()

    assert made != known
    assert len(flowservice_emulator.connections()) == 2


def test_a_name_that_becomes_free_in_the_same_run(flowservice_emulator: Emulator) -> None:
    """The first list has it; renamed away since then, it is compared anew and is no obstacle."""
    other, _ = Process(flowservice_emulator).create()
    process = Process(flowservice_emulator)
    process.create(name="something else")
    flowservice_emulator.change_connection(other, name="renamed away")

    process.create()

    assert sorted(each["name"] for each in flowservice_emulator.connections()) == [
        "orders",
        "renamed away",
        "something else",
    ]


def test_a_slow_list_of_one_sandbox_blocks_no_other(flowservice_emulator: Emulator) -> None:
    """While one creation waits for the list of its sandbox, another sandbox's creation is done."""
    process = Process(flowservice_emulator, native=False)
    waiting = process.run.registry.lists._reading["RedshiftConnection", "dev", ""]

    with waiting:
        made, _ = process.create(sandbox="stage")

    assert made
