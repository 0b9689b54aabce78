"""`pulumi-flowservice runs`, as a process of its own against the emulator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator

from tests.support.command import run, run_at_terminal
from tests.support.connections import make
from tests.support.flows import make_flow

pytestmark = pytest.mark.reading(table_check="never", initializing_seconds=0, transition_seconds=0)


@pytest.fixture
def connection(flowservice_emulator: Emulator) -> str:
    """The id of a connection."""
    return make(flowservice_emulator, "warehouse")


def test_no_run_yet_is_no_error(flowservice_emulator: Emulator, connection: str) -> None:
    """It says when the first one is due; machines get an empty list."""
    flow_id = make_flow(flowservice_emulator, connection, "Customers [daily]")

    done = run(flowservice_emulator, "runs", flow_id)
    document = json.loads(run(flowservice_emulator, "runs", "Customers [daily]", "--json").stdout)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("'Customers [daily]' has not run yet. Its first run is due at 20")
    assert done.stdout.endswith(" UTC.\n")
    assert document == {
        "id": flow_id,
        "name": "Customers [daily]",
        "sandbox": "dev",
        "state": "enabled",
        "verdict": "no run yet",
        "runs": [],
    }


def test_a_disabled_dataflow_is_not_waited_for(flowservice_emulator: Emulator, connection: str) -> None:
    """It will not run, however long one follows."""
    flow_id = make_flow(flowservice_emulator, connection)
    flowservice_emulator.change_flow(flow_id, state="disabled")

    done = run(flowservice_emulator, "runs", flow_id, "--follow")

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "'Customers' has not run yet. Its state is 'disabled'.\n"


def test_two_dataflows_of_one_name(flowservice_emulator: Emulator, connection: str) -> None:
    """Both ids are told."""
    ids = [make_flow(flowservice_emulator, connection) for _ in range(2)]

    done = run(flowservice_emulator, "runs", "Customers")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "FS2008" in done.stderr and all(each in done.stderr for each in ids)


@pytest.mark.parametrize("unknown", ["Customer", "2edc08ac-4df5-4fe6-936f-81a19ce92f5c"])
def test_an_unknown_dataflow_is_an_error(flowservice_emulator: Emulator, connection: str, unknown: str) -> None:
    """It must not read as "no run yet"; a name brings similar ones."""
    make_flow(flowservice_emulator, connection)

    done = run(flowservice_emulator, "runs", unknown)

    assert (done.exit_code, done.stdout) == (1, "")
    assert f"FS2005: reading the runs of dataflow '{unknown}' in sandbox 'dev'" in done.stderr
    assert ("Similar names there: 'Customers'" in done.stderr) == (unknown == "Customer")


def test_a_flow_of_another_kind_is_refused(flowservice_emulator: Emulator, connection: str) -> None:
    """With what it is instead."""
    draft = make_flow(flowservice_emulator, connection, mode="draft")

    done = run(flowservice_emulator, "runs", draft)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "is not a dataflow from a table to a dataset: it is a draft" in done.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["a", "--limit", "0"], ["a", "--limit", "x"], ["a", "--unknown"], ["a", "b"]]
)
def test_wrong_arguments_end_with_1(flowservice_emulator: Emulator, arguments: list[str]) -> None:
    """Because 2 means that rows are missing."""
    done = run(flowservice_emulator, "runs", *arguments)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "Error: " in done.stderr
    assert flowservice_emulator.log() == []


def test_nothing_is_repeated_without_a_run(flowservice_emulator: Emulator, connection: str) -> None:
    """`--retry` of a dataflow that has not run."""
    done = run(flowservice_emulator, "runs", make_flow(flowservice_emulator, connection), "--retry", "--yes")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "FS5003: nothing was repeated: the dataflow has not run yet" in done.stderr


def test_the_sandbox_can_be_named(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """`--sandbox` takes precedence over the environment."""
    there = make(flowservice_emulator, "warehouse", sandbox="stage")
    flow_id = make_flow(flowservice_emulator, there, sandbox="stage")

    assert run(flowservice_emulator, "runs", flow_id).exit_code == 1
    assert run(flowservice_emulator, "runs", flow_id, "--sandbox", "stage").exit_code == 0
    assert "has not run yet" in run_at_terminal(flowservice_emulator, tmp_path, "runs", flow_id, "--sandbox", "stage")
