"""The dataflows of a manifest as resources of a program, in both providers."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.dataflows import FIELDS, TABLE
from tests.support.pulumi_stack import Stack
from tools.local_database import LocalDatabase

MANIFEST = """\
connections:
  shop:
    kind: redshift
    server: {server}
    port: {port}
    database: {database}
    username: {username}
    password: {{config: password}}
dataflows:
  customers:
    connection: shop
    table: {table}
    dataset: Customers
    deltaColumn: created_at
    schedule: {{every: 1 day, start: 2030-01-31T06:00:00Z}}
    mapping:
      _example.id: id
      _example.email: email
      _example.kind: {{static: shop}}
"""
PROGRAM = """
import pulumi
from pulumi_flowservice.manifest import connections

made = connections("connections.yaml", native={native})
pulumi.export("connections", {{name: each.id for name, each in made.items()}})
pulumi.export("dataflows", {{name: each.id for name, each in made.dataflows.items()}})
"""


@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_a_file_becomes_connections_and_dataflows(
    make_stack: MakeStack, flowservice_emulator: Emulator, database: LocalDatabase, native: bool
) -> None:
    """A dataflow reads from its connection; edits change it in place, a rename keeps it, removal deletes it."""
    flowservice_emulator.make_dataset("Customers", FIELDS, required=["_example.id"])
    stack: Stack = make_stack(flowservice_emulator.environment, native=native)
    stack.write(PROGRAM.format(native=native))
    stack.set_secret("password", database.password)
    place = {name: getattr(database, name) for name in ("port", "database", "username")}
    text = MANIFEST.format(server=database.host, table=TABLE, **place)
    file = stack.folder / "connections.yaml"
    file.write_text(text)

    planned = stack.preview().ok()
    assert planned.changes == {"to create": 3}
    assert flowservice_emulator.connections() == []
    made = stack.up().ok()
    again = stack.up("--refresh", "--expect-no-changes").ok()

    assert (made.changes, again.changes) == ({"created": 3}, {"unchanged": 3})
    ids = stack.outputs()
    [flow] = flows(flowservice_emulator)
    assert ids["dataflows"] == {"customers": flow["id"]}
    [source] = flowservice_emulator.request("GET", "/sourceConnections").json["items"]
    assert ids["connections"] == {"shop": source["baseConnectionId"]}

    renamed = text.replace("  customers:\n", "  buyers:\n    previously: customers\n    protect: true\n")
    file.write_text(
        renamed.replace("1 day", "2 hours").replace("_example.email: email", "_example.email: lower(email)")
    )
    refused = stack.preview().failed()
    file.write_text(renamed.replace("1 day", "2 hours"))
    changed = stack.up().ok()
    kept = stack.run("destroy", "--yes", "--skip-preview").failed()
    file.write_text(renamed.replace("    protect: true\n", ""))
    stack.up().ok()
    [after] = flows(flowservice_emulator)

    assert "does not read, for '_example.email'" in refused.text
    assert changed.changes["updated"] == 1 and not {"created", "replaced", "deleted"} & changed.changes.keys()
    assert after["id"] == flow["id"]
    assert "protect" in kept.text

    file.write_text(text.partition("dataflows:")[0])
    gone = stack.up().ok()
    assert gone.changes["deleted"] == 1 and flows(flowservice_emulator) == []


def flows(emulator: Emulator) -> list[dict[str, Any]]:
    """The flows at the server."""
    found: list[dict[str, Any]] = emulator.request("GET", "/flows").json["items"]
    return found
