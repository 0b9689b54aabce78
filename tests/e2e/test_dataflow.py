"""A dataflow under the real engine: a table of a real database, its connection, a dataset, with either provider."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.dataflows import FIELDS, sent
from tests.support.git_repository import EXAMPLES
from tests.support.pulumi_stack import Stack
from tools.quickstart.emulator import DATASET, REQUIRED
from tools.quickstart.emulator import FIELDS as QUICKSTART_FIELDS

PROGRAM = """\
import pulumi
from pulumi_flowservice import RedshiftConnection, Dataflow

shop = RedshiftConnection("shop", **{connection!r})
customers = Dataflow("customers", connection=shop.id, **{dataflow!r})
pulumi.export("state", customers.start_time)
pulumi.export("mapping", customers.mapping)
"""
DATAFLOW: dict[str, Any] = {
    "table": "public.customers",
    "dataset": "Customers",
    "mapping": {"_example.id": "id", "_example.email": {"expression": "lower(email)"}},
    "schedule": {"frequency": "day"},
    "delta_column": "created_at",
    "sandbox": "dev",
}


@pytest.fixture(params=[False, True], ids=["dynamic", "native"])
def stack(make_stack: MakeStack, flowservice_emulator: Emulator, request: pytest.FixtureRequest) -> Stack:
    """A stack whose sandbox has the dataset `Customers`."""
    flowservice_emulator.make_dataset("Customers", FIELDS, required=["_example.id"])
    flowservice_emulator.make_dataset("People", FIELDS)
    made: Stack = make_stack(flowservice_emulator.environment, native=request.param)
    return made


def test_its_life(stack: Stack, inputs: dict[str, Any], flowservice_emulator: Emulator) -> None:
    """Preview, creation, nothing to do, changes in place, drift, a refused and a real replacement, the end."""

    def program(sandbox: str = "dev", **changes: object) -> None:
        given = {**DATAFLOW, **changes}
        stack.write(PROGRAM.format(connection={**inputs, "sandbox": sandbox}, dataflow={**given, "sandbox": sandbox}))

    program()
    assert stack.preview().ok().changes == {"to create": 3}
    assert flowservice_emulator.log() == []
    assert stack.up().ok().changes == {"created": 3}
    [made] = flowservice_emulator.flows("dev")
    state = stack.resource("customers")["outputs"]
    assert (made["state"], state["datasetName"], state["sourceColumns"]) == (
        "enabled",
        "Customers",
        ["id", "email", "created_at"],
    )
    assert stack.outputs()["mapping"] == DATAFLOW["mapping"]
    flowservice_emulator.clear_log()
    assert stack.up("--expect-no-changes").ok().changes == {"unchanged": 3}
    assert flowservice_emulator.log() == []

    # In place: the same flow, with the next version of its own mapping set, paused.
    remapped = {"_example.id": "id", "_example.since": "created_at"}
    program(schedule={"frequency": "hour", "interval": 6}, mapping=remapped, enabled=False)
    assert stack.up().ok().changes == {"updated": 1, "unchanged": 2}
    [found] = flowservice_emulator.flows("dev")
    assert (found["id"], found["state"]) == (made["id"], "disabled")
    assert found["scheduleParams"]["frequency"] == "hour"

    # Drift of each from the UI, and its repair.
    flowservice_emulator.change_flow(made["id"], scheduleParams={"frequency": "week"}, state="enabled")
    flowservice_emulator.change_flow(made["id"], mapping={"mappings": [_row("_example.id", "email")]})
    shown = stack.refresh().ok()
    assert shown.changes == {"updated": 1, "unchanged": 2}
    state = stack.resource("customers")["outputs"]
    assert (state["schedule"]["frequency"], state["mapping"]) == ("week", {"_example.id": "email"})
    assert stack.up().ok().changes == {"updated": 1, "unchanged": 2}
    [found] = flowservice_emulator.flows("dev")
    assert (found["id"], found["state"], found["scheduleParams"]["frequency"]) == (made["id"], "disabled", "hour")

    # A typo in a replacement leaves the old one alone; a right one deletes first.
    program(table="public.custmers", schedule={"frequency": "day"}, enabled=False)
    assert "FS4018" in stack.preview().ok().text
    refused = stack.up().failed()
    assert "'public.customers'" in refused.text and "FS1008" in refused.text
    assert [flow["id"] for flow in flowservice_emulator.flows("dev")] == [made["id"]]
    flowservice_emulator.clear_log()
    program(dataset="People", schedule={"frequency": "day"}, enabled=False)
    assert stack.up().ok().changes == {"replaced": 1, "unchanged": 2}
    writes = [each for each in sent(flowservice_emulator) if not each.startswith("GET") and "validate" not in each]
    assert writes[:4] == [
        "DELETE /flows/*",
        "DELETE /sourceConnections/*",
        "DELETE /targetConnections/*",
        "DELETE /conversion/mappingSets/*",
    ]
    # At once.
    assert sorted(writes[4:7]) == ["POST /conversion/mappingSets", "POST /sourceConnections", "POST /targetConnections"]
    assert writes[7:] == ["POST /flows", "POST /flows/*/action"]

    # Its connection goes to another sandbox: the dataflow is deleted before its connection.
    flowservice_emulator.make_dataset("Customers", FIELDS, sandbox="stage")
    program("stage")
    moved = stack.up().ok()
    assert moved.changes == {"replaced": 2, "unchanged": 1}
    assert flowservice_emulator.flows("dev") == []

    stack.destroy().ok()
    assert (flowservice_emulator.flows(), flowservice_emulator.connections()) == ([], [])
    for path in ("/sourceConnections", "/targetConnections"):
        assert flowservice_emulator.request("GET", path, sandbox="stage").json["items"] == []


@pytest.mark.dynamic
def test_the_example(make_stack: MakeStack, flowservice_emulator: Emulator, inputs: dict[str, Any]) -> None:
    """It finds the dataset by its name and brings the table there; then nothing changes until all is destroyed."""
    stack: Stack = make_stack(flowservice_emulator.environment, native=False)
    stack.write((EXAMPLES / "dataflow" / "__main__.py").read_text())
    dataset = flowservice_emulator.make_dataset(DATASET, QUICKSTART_FIELDS, required=REQUIRED)
    password = inputs.pop("password")
    stack.configure(inputs, secret={"password": password})

    stack.up().ok()
    stack.up("--refresh", "--expect-no-changes").ok()

    [flow] = flowservice_emulator.flows("dev")
    outputs = stack.outputs()
    assert outputs["dataflow"] == flow["id"]
    assert set(outputs["paths"]) >= set(QUICKSTART_FIELDS)
    assert stack.resource("customers")["outputs"]["dataset"] == dataset["id"]
    assert password not in stack.export()
    stack.destroy().ok()
    assert (flowservice_emulator.connections(), flowservice_emulator.flows()) == ([], [])


def _row(path: str, column: str) -> dict[str, str]:
    return {"sourceType": "ATTRIBUTE", "source": column, "destination": path}
