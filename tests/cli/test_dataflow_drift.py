"""`pulumi-flowservice drift` of dataflows, with the real engine beneath it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.drift import differences
from pulumi_flowservice.resources.dataflow.dataflow import DATAFLOW

from tests.e2e.conftest import MakeStack
from tests.support.command import drift
from tests.support.dataflows import FIELDS, TABLE
from tests.support.pulumi_stack import Stack
from tools.local_database import LocalDatabase

NAMES = ("orders", "removed", "hidden", "cut", "frozen", "quiet")
PROGRAM = f"""
import pulumi
import pulumi_flowservice
from pulumi_flowservice import native

password = pulumi.Config().require_secret("password")
for prefix, provider in (("", pulumi_flowservice), ("native-", native)):
    shop = provider.RedshiftConnection(prefix + "shop", **{{place!r}}, password=password)
    for name in {NAMES}:
        made = provider.Dataflow(
            prefix + name,
            connection=shop.id,
            table={TABLE!r},
            dataset="Customers",
            delta_column="created_at",
            schedule={{{{"frequency": "day", "interval": 1, "backfill": True}}}},
            mapping={{{{"_example.id": "id", "_example.email": "email", "_example.kind": {{{{"static": "shop"}}}}}}}},
        )
        pulumi.export(prefix + name, made.id)
"""
ROWS = [("_example.id", "ATTRIBUTE", "id"), ("_example.email", "EXPRESSION", "lower(email)")]


@pytest.mark.reading(schema_ref="shown")
def test_drift_of_dataflows_has_words(
    make_stack: MakeStack, flowservice_emulator: Emulator, database: LocalDatabase
) -> None:
    """Schedule, mapping and pauses of both providers' dataflows; what is gone or hidden, and what no update repairs."""
    flowservice_emulator.make_dataset("Customers", FIELDS, required=["_example.id"])
    stack: Stack = make_stack(flowservice_emulator.environment, native=True)
    place = {"port": database.port, "database": database.database, "username": database.username}
    stack.write(PROGRAM.format(place={"server": database.host, **place}))
    stack.set_secret("password", database.password)
    stack.up().ok()
    ids = stack.outputs()
    flowservice_emulator.advance(3600)
    clean = drift(stack, flowservice_emulator)
    prefixes = ("", "native-")
    for prefix in prefixes:
        _change(flowservice_emulator, {name: ids[prefix + name] for name in NAMES})
    flowservice_emulator.clear_log()

    shown = drift(stack, flowservice_emulator)
    [report] = json.loads(drift(stack, flowservice_emulator, "--json").stdout)["stacks"]

    assert (clean.exit_code, clean.stdout) == (0, "dev: no drift\n"), clean.stderr
    assert shown.exit_code == 2
    rows = {(row["dataflow"], row["field"]): (row["left"], row["right"]) for row in report["differences"]}
    expected = {
        ("orders", "schedule"): ({"frequency": "day", "interval": 1}, {"frequency": "hour", "interval": 6}),
        ("orders", "mapping"): (
            {"_example.email": "email", "_example.kind": {"static": "shop"}},
            {"_example.email": {"expression": "lower(email)"}},
        ),
        ("orders", "paused"): (False, True),
        ("removed", ""): ("exists", "does not exist"),
        ("hidden", ""): ("exists", "does not exist, or is hidden"),
        ("cut", "source or target connection"): ("exists", "does not exist"),
        ("frozen", "what is fixed after the start"): ("as in the program", "differs"),
    }
    assert rows == {(prefix + name, field): row for prefix in prefixes for (name, field), row in expected.items()}
    codes = {warning.partition(":")[0] for warning in report["warnings"]}
    assert {"FS4015", "FS4016", "FS4017"} <= codes
    assert "interval: 6" in shown.stdout and "_example.email: expression: lower(email)" in shown.stdout
    methods = {entry.method for entry in flowservice_emulator.log() if "/ims/" not in entry.path}
    assert methods == {"GET"}


def _change(emulator: Emulator, ids: dict[str, str]) -> None:
    """Change dataflows by their names in the program, as somebody does in the UI."""
    mappings = [{"sourceType": kind, "source": source, "destination": path} for path, kind, source in ROWS]
    emulator.change_flow(ids["orders"], scheduleParams={"frequency": "hour", "interval": "6"}, state="disabled")
    emulator.change_flow(ids["orders"], mapping={"mappings": mappings})
    emulator.change_flow(ids["frozen"], scheduleParams={"backfill": False})
    emulator.delete_flow(ids["removed"])
    emulator.hide_flow(ids["hidden"])
    [cut] = [flow for flow in emulator.flows() if flow["id"] == ids["cut"]]
    emulator.delete_source_connection(cut["sourceConnectionIds"][0])
    # A run is no drift, nor is who looked at it.
    emulator.change_flow(ids["quiet"], scheduleParams={"interval": "1"})


def step(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a refresh of one dataflow."""
    metadata = {
        "op": "update",
        "type": DATAFLOW.native_type,
        "urn": f"urn:pulumi:dev::project::{DATAFLOW.native_type}::orders",
        "old": {"id": "id-1", "outputs": before},
        "new": {"outputs": after},
    }
    return [{"resOutputsEvent": {"metadata": metadata, "planning": True}}]


ONCE = {"schedule": {"frequency": "once"}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"enabled": True, "state": "enabled"}, {"enabled": False, "state": "disabled"}, [("paused", False, True)]),
        ({"enabled": False}, {"enabled": True}, [("paused", True, False)]),
        ({"state": "enabled"}, {"state": "disabled"}, [("paused", False, True)]),
        ({"state": "disabled"}, {"state": "enabled"}, [("paused", True, False)]),
        ({}, {"state": "disabled"}, [("paused", False, True)]),
        ({"state": "enabled"}, {"state": "updating"}, []),
        ({**ONCE, "state": "enabled"}, {**ONCE, "state": "disabled"}, []),
        (
            {"etag": "1", "mappingVersion": 1, "startTime": "a"},
            {"etag": "2", "mappingVersion": 2, "startTime": "b"},
            [],
        ),
        ({"name": "a", "datasetName": "x"}, {"name": "b", "datasetName": "y"}, [("name", "a", "b")]),
        (
            {"options": {"errorDiagnostics": True, "partialIngestionPercent": 5}},
            {"options": {"errorDiagnostics": False, "partialIngestionPercent": 5}},
            [("options", {"errorDiagnostics": True}, {"errorDiagnostics": False})],
        ),
    ],
)
def test_only_what_a_program_manages_is_drift(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, object, object]]
) -> None:
    """Not what the API counts; of an adopted dataflow whose pauses are not managed, the state tells them."""
    found = list(differences(step(before, after)))

    assert [(each.field, each.left, each.right) for each in found] == expected
    assert {each.noun for each in found} <= {"dataflow"}


def test_a_warning_counts_for_its_own_dataflow_only() -> None:
    """Both providers show warnings in their own way; others say nothing about drift."""

    def told(message: str, **more: str) -> dict[str, Any]:
        return {"diagnosticEvent": {"message": message, **more}}

    theirs, native = (
        told("warning: FS4016: dataflow 'other' (id-2): its source connection is gone.\n"),
        told("FS4016: dataflow 'orders' (id-1): its source connection is gone.\n", prefix="warning: "),
    )
    other = told("warning: FS4014: dataflow 'orders' (id-1): left at the server.\n")

    assert list(differences([theirs, other, *step({}, {})])) == []
    [found] = differences([theirs, native, *step({}, {})])
    assert (found.resource, found.field) == ("orders", "source or target connection")
