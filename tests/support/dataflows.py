"""Dataflows for tests: a table of the real database, a connection to it, a dataset, and the inputs that join them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flowservice_emulator.control_client import EmulatorControl
from pulumi_flowservice.lifecycle.properties import Properties
from pulumi_flowservice.resources.dataflow.dataflow import DATAFLOW

from tests.support.connections import make_real
from tests.support.lifecycle import Process
from tools.local_database import LocalDatabase

_SETS = "/data/foundation/conversion/mappingSets?limit=100&start=0"
TABLE = "public.customers"
FIELDS = {"_example.id": "string", "_example.email": "string", "_example.since": "date-time", "_example.kind": "string"}


@dataclass
class World:
    """An emulator with a connection to a real database and an empty dataset."""

    emulator: EmulatorControl
    database: LocalDatabase
    connection: str = ""
    dataset: str = ""
    schema: str = ""
    inputs: Properties = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = make_real(self.emulator, "shop", self.database)
        made = self.emulator.make_dataset("Customers", FIELDS, required=["_example.id"])
        self.dataset, self.schema = made["id"], made["schemaId"]
        self.inputs = {
            "name": "customers",
            "connection": self.connection,
            "table": TABLE,
            "dataset": "Customers",
            "mapping": {"_example.id": "id", "_example.email": "email", "_example.kind": {"static": "shop"}},
            "schedule": {"frequency": "day", "interval": 1},
            "deltaColumn": "created_at",
            "enabled": True,
            "sandbox": "dev",
        }

    def process(self, **options: Any) -> Process:
        """A provider process for dataflows."""
        return Process(self.emulator, DATAFLOW, **options)

    def given(self, **changes: object) -> Properties:
        """The inputs with changes; None leaves one out."""
        return {name: value for name, value in {**self.inputs, **changes}.items() if value is not None}

    def kept(self) -> dict[str, int]:
        """How many objects of each kind there are."""
        return {kind: len(found) for kind, found in self.there().items()}

    def there(self) -> dict[str, dict[str, str]]:
        """The names of all objects at the server, hidden flows too, by kind and id."""
        found = {
            "flows": self.emulator.flows(),
            "sources": self.emulator.request("GET", "/sourceConnections").json["items"],
            "targets": self.emulator.request("GET", "/targetConnections").json["items"],
            "mapping sets": self.emulator.request("GET", _SETS).json["data"],
        }
        return {kind: {each["id"]: each["name"] for each in entries} for kind, entries in found.items()}


def sent(emulator: EmulatorControl) -> list[str]:
    """The requests in their order, ids as `*`, without the token's."""
    found = []
    for entry in emulator.log():
        if "/ims/" in entry.path:
            continue
        path = entry.path.removeprefix("/data/foundation")
        parts = ["*" if len(part) >= 24 or part.startswith("http") else part for part in path.split("/")]
        found.append(f"{entry.method} {'/'.join(parts)}")
    return found


def refreshed(run: Process, flow_id: str, state: Properties) -> Properties:
    """The outputs after a refresh."""
    found = run.lifecycle.read(flow_id, state)
    assert found is not None
    return found[0]


def changed(world: World, run: Process, made: tuple[str, Properties], **changes: object) -> Properties:
    """The outputs of an update in place."""
    inputs, problems = run.lifecycle.check(world.inputs, world.given(**changes))
    assert problems == []
    diff = run.lifecycle.diff(made[0], made[1], inputs)
    assert (diff.changes, diff.replaces) == (True, [])
    return run.lifecycle.update(made[0], made[1], inputs)
