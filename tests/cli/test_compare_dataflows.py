"""`pulumi-flowservice compare` of dataflows: manifests, sandboxes and stacks, one against the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.command import Result, run, run_beside
from tests.support.connections import make
from tests.support.dataflows import FIELDS, TABLE
from tests.support.flows import make_flow
from tests.support.pulumi_stack import Stack
from tools.local_database import LocalDatabase

MANIFEST = """\
sandboxes: {dev: {server: dev.example.com}, prod: {server: dev.example.com}}
defaults: {database: d, username: u, password: {config: k}}
connections:
  shop: {}
  other: {}
dataflows:
  customers:
    connection: shop
    table: public.customers
    dataset: Customers
    deltaColumn: created_at
    schedule: {every: 1 day}
    mapping:
      _example.id: id
      _example.email: email
      _example.kind: {static: shop}
"""
Row = tuple[str, str, object, object]


def differing(done: Result) -> list[Row]:
    """The differences of dataflows, by `--json`."""
    assert done.exit_code in (0, 2), done.stderr
    rows = json.loads(done.stdout)["differences"]
    return [(row["dataflow"], row["field"], row["left"], row["right"]) for row in rows if "dataflow" in row]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("1 day", "2 hours"),
            [("schedule", {"frequency": "day", "interval": 1}, {"frequency": "hour", "interval": 2})],
        ),
        (("{every: 1 day}", "{frequency: day, interval: 1}"), []),
        (("1 day}", "1 day, backfill: false}"), [("schedule", {}, {"backfill": False})]),
        (
            ("email: email", "email: {expression: lower(email)}"),
            [("mapping", {"_example.email": "email"}, {"_example.email": {"expression": "lower(email)"}})],
        ),
        (("      _example.id: id\n", ""), [("mapping", {"_example.id": "id"}, {})]),
        (("connection: shop", "connection: other"), [("connection", "shop", "other")]),
        (("    dataset: Customers\n", "    dataset: People\n"), [("dataset", "Customers", "People")]),
        (("    table:", "    enabled: true\n    table:"), []),
        (("    table:", "    enabled: false\n    table:"), [("enabled", True, False)]),
        (("    table:", "    protect: true\n    table:"), [("protect", None, True)]),
        (
            ("    table:", "    columns: [id, email, created_at]\n    table:"),
            [("columns", None, ["id", "email", "created_at"])],
        ),
        (("  customers:", "  buyers:"), [("buyers", "", None, "exists"), ("customers", "", "exists", None)]),
        (("  customers:\n", "  buyers:\n    previously: customers\n"), [("buyers", "renamed", "customers", "buyers")]),
        (("    table:", "    sandboxes: [prod]\n    table:"), [("", "exists", None)]),
    ],
)
def test_two_versions_of_a_manifest(
    tmp_path: Path, flowservice_emulator: Emulator, change: tuple[str, str], expected: list[Any]
) -> None:
    """What a pull request changes, by meaning, and only the parts that change."""
    (tmp_path / "old.yaml").write_text(MANIFEST)
    (tmp_path / "new.yaml").write_text(MANIFEST.replace(*change))

    done = run(flowservice_emulator, "compare", "old.yaml", "new.yaml", "--json", folder=tmp_path)

    in_one = run(flowservice_emulator, "compare", "old.yaml#dev", "new.yaml#dev", "--json", folder=tmp_path)

    rows = [row if len(row) == 4 else ("customers", *row) for row in expected]
    assert differing(in_one) == [row for row in rows if not row[0].endswith("prod")]
    # Without a sandbox, each one is compared.
    names = {name.partition(" @ ")[0] for name, *_ in rows}
    assert {name.partition(" @ ")[0] for name, *_ in differing(done)} == names
    assert flowservice_emulator.log() == []


def test_the_table_keeps_connections_and_dataflows_apart(tmp_path: Path, flowservice_emulator: Emulator) -> None:
    """Each has a table, with only the parts that differ."""
    changed = (
        MANIFEST.replace("1 day", "6 hours")
        .replace("email: email", "email: id")
        .replace("other: {}", "other: {port: 1}")
    )
    (tmp_path / "old.yaml").write_text(MANIFEST)
    (tmp_path / "new.yaml").write_text(changed)

    done = run(flowservice_emulator, "compare", "old.yaml#dev", "new.yaml#dev", folder=tmp_path)
    without = run(
        flowservice_emulator, "compare", "old.yaml#dev", "new.yaml#dev", "--ignore", "mapping", "--ignore", "port",
        folder=tmp_path,
    )  # fmt: skip

    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "connection field old.yaml#dev new.yaml#dev" in lines and "dataflow field old.yaml#dev new.yaml#dev" in lines
    assert "customers mapping _example.email: email _example.email: id" in lines
    assert "schedule frequency: day, interval: 1 frequency: hour, interval: 6" in lines
    assert "mapping" not in without.stdout and "connection" not in without.stdout


@pytest.mark.reading(table_check="never", initializing_seconds=0, transition_seconds=0)
def test_two_sandboxes_at_the_api(flowservice_emulator: Emulator) -> None:
    """Ids of connections and datasets differ by sandbox, and start times by dataflow: names and meaning count."""
    for sandbox, interval, digits in (("dev", 1, "0123abc"), ("prod", 2, "fedcba9")):
        connection = make(flowservice_emulator, f"shop-{digits}", sandbox=sandbox)
        params = {"startTime": 1_900_000_000 + interval, "frequency": "hour", "interval": interval, "backfill": True}
        dataset = flowservice_emulator.make_dataset("Customers", FIELDS, sandbox=sandbox)
        name = f"customers-{digits}"
        make_flow(flowservice_emulator, connection, name, dataset=dataset, sandbox=sandbox, scheduleParams=params)
    make_flow(flowservice_emulator, connection, "returns", sandbox="prod")
    make_flow(flowservice_emulator, connection, "draft", sandbox="prod", mode="draft")

    done = run(flowservice_emulator, "compare", "sandbox:dev", "sandbox:prod", "--json")

    assert differing(done) == [
        ("customers", "schedule", {"interval": 1}, {"interval": 2}),
        ("returns", "", None, "exists"),
    ]


@pytest.mark.reading(table_check="never", initializing_seconds=0, transition_seconds=0)
def test_credentials_that_may_not_list_flows(flowservice_emulator: Emulator) -> None:
    """Connections are compared as before; a warning says what is not."""
    make_flow(flowservice_emulator, make(flowservice_emulator, "shop"))
    body = {"error_code": "403025", "message": "Profile is not valid"}
    flowservice_emulator.fault("GET", "/sourceConnections", status=403, body=json.dumps(body), times=None)

    done = run(flowservice_emulator, "compare", "sandbox:dev", "sandbox:prod", "--json")

    assert [row.get("connection") for row in json.loads(done.stdout)["differences"]] == ["shop"]
    assert "dataflows are not compared, because these API credentials may not list those of 'dev'" in done.stderr


@pytest.mark.reading(schema_ref="shown")
def test_a_stack_beside_its_manifest_and_its_sandbox(
    stack: Stack, flowservice_emulator: Emulator, database: LocalDatabase
) -> None:
    """They are matched by id, whatever they are called in the UI; what only the API adds is no difference."""
    flowservice_emulator.make_dataset("Customers", FIELDS, required=["_example.id"])
    (stack.folder / "connections.yaml").write_text(_manifest(database))
    stack.write("from pulumi_flowservice.manifest import connections\nconnections('connections.yaml')\n")
    stack.set_secret("k", database.password)
    stack.up().ok()
    flowservice_emulator.advance(3600)

    def compare(*sides: str) -> Result:
        return run_beside(stack, flowservice_emulator, "compare", *sides, "--json")

    assert differing(compare("dev", "connections.yaml#dev")) == []
    assert differing(compare("stack:dev", "sandbox:dev")) == []
    assert differing(compare("connections.yaml#dev", "sandbox:dev")) == []

    # Somebody renames and changes it in the UI: it stays the same dataflow.
    [flow] = flowservice_emulator.flows("dev")
    flowservice_emulator.change_flow(flow["id"], name="Renamed", scheduleParams={"interval": 3}, state="disabled")
    assert sorted(differing(compare("stack:dev", "sandbox:dev"))) == [
        ("customers", "enabled", True, False),
        ("customers", "name", "customers", "Renamed"),
        ("customers", "schedule", {"interval": 1}, {"interval": 3}),
    ]
    assert differing(compare("sandbox:dev", "stack:dev"))[0] == ("customers", "enabled", False, True)
    # Of a new name, a file knows nothing, unless it adopts.
    assert [row[:2] for row in differing(compare("connections.yaml#dev", "sandbox:dev"))] == [
        ("Renamed", ""),
        ("customers", ""),
    ]
    adopting = _manifest(database).replace("    table:", f"    adopt: {flow['id']}\n    table:")
    (stack.folder / "adopting.yaml").write_text(adopting)
    assert differing(compare("adopting.yaml#dev", "sandbox:dev")) == [
        ("customers", "schedule", {"interval": 1}, {"interval": 3}),
        ("customers", "name", "customers", "Renamed"),
    ]


def _manifest(database: LocalDatabase) -> str:
    place = (
        f"server: {database.host}, port: {database.port}, database: {database.database}, username: {database.username}"
    )
    head = f"sandboxes: {{dev: }}\ndefaults: {{{place}, password: {{config: k}}}}\nconnections: {{shop: {{}}}}\n"
    return head + "dataflows:" + MANIFEST.partition("dataflows:")[2].replace("public.customers", TABLE)
