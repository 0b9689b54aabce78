"""A dataflow that another stack has made is adopted, and imported: by GETs only."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.dataflows import World
from tests.support.pulumi_stack import Stack
from tools.local_database import LocalDatabase

PROGRAM = """\
from pulumi_flowservice import RedshiftConnection, Dataflow
Dataflow("customers", **{inputs!r})
"""


_IMPORT = ("--generate-code=false", "--protect=false", "--yes")


def _methods(emulator: Emulator) -> set[str]:
    return {entry.method for entry in emulator.log() if "/ims/" not in entry.path}


def test_adopted_and_imported(make_stack: MakeStack, flowservice_emulator: Emulator, database: LocalDatabase) -> None:
    """With `adopt` by the dynamic provider, with `pulumi import` by the native one; then nothing is left to do."""
    world = World(flowservice_emulator, database)
    flow_id, _ = world.process().lifecycle.create(world.inputs)
    inputs: dict[str, Any] = {
        "delta_column" if name == "deltaColumn" else name: value
        for name, value in world.inputs.items()
        if name not in ("enabled", "sandbox")
    }
    adopting: Stack = make_stack(flowservice_emulator.environment, native=False)
    importing: Stack = make_stack(flowservice_emulator.environment, native=True)
    before = flowservice_emulator.flows("dev")
    flowservice_emulator.clear_log()

    adopting.write(PROGRAM.format(inputs={**inputs, "adopt": flow_id}))
    assert adopting.up().ok().changes == {"created": 2}
    adopting.up("--refresh", "--expect-no-changes").ok()
    importing.run("import", "flowservice:index:Dataflow", "customers", flow_id, *_IMPORT).ok()
    importing.write(PROGRAM.format(inputs=inputs))
    importing.up("--refresh", "--expect-no-changes").ok()

    assert _methods(flowservice_emulator) == {"GET"}
    assert flowservice_emulator.flows("dev") == before
    state = importing.resource("customers")["outputs"]
    assert (state["connection"], state["datasetName"]) == (world.connection, "Customers")
