"""`pulumi-flowservice drift`, as a process of its own, with the real engine beneath it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.drift import differences
from pulumi_flowservice.resources.connection.kinds import DEFAULT

from tests.e2e.conftest import MakeStack
from tests.support.command import drift, run_beside
from tests.support.pulumi_stack import Stack

PROGRAM = """
import pulumi
import pulumi_flowservice
from pulumi_flowservice import native

password = pulumi.Config().require_secret("password")
for prefix, provider in (("", pulumi_flowservice), ("native-", native)):
    for name in ("orders", "billing", "returns"):
        made = provider.RedshiftConnection(
            prefix + name,
            server="cluster.example.com",
            database="dev",
            username="loader",
            password=password,
            connection_test="off",
        )
        pulumi.export(prefix + name, made.id)
"""


@pytest.mark.reading(not_found="404")
def test_drift_is_told_by_exit_code_table_and_json(make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """0 while nothing changed; 2 with each changed field, each connection that is gone, and doubtful credentials.

    Both providers' connections are told alike. An API that refuses and a stack that does not exist do not read as
    drift: 1.
    """
    stack: Stack = make_stack(flowservice_emulator.environment, native=True)
    stack.write(PROGRAM)
    stack.set_secret("password", "hunter2-hunter2")
    stack.up().ok()
    ids = stack.outputs()
    before = stack.export()
    clean = drift(stack, flowservice_emulator)
    selected = run_beside(stack, flowservice_emulator, "drift", "--json")
    prefixes = ("", "native-")
    for prefix in prefixes:
        intruded = {"username": "intruder", "password": "theirs-1234"}
        flowservice_emulator.change_connection(ids[prefix + "orders"], params=intruded)
        flowservice_emulator.change_connection(ids[prefix + "returns"], params={"password": "theirs-1234"})
        flowservice_emulator.delete_connection(ids[prefix + "billing"])
    flowservice_emulator.clear_log()

    shown = drift(stack, flowservice_emulator)
    told = json.loads(drift(stack, flowservice_emulator, "--json").stdout)["stacks"]

    assert (clean.exit_code, clean.stdout) == (0, "dev: no drift\n")
    assert json.loads(selected.stdout)["stacks"][0]["stack"] == "dev"
    assert shown.exit_code == 2
    assert "intruder" in shown.stdout and "does not exist" in shown.stdout
    [report] = told
    assert stack.export() == before
    stack.refresh().ok()
    again = json.loads(drift(stack, flowservice_emulator, "--json").stdout)["stacks"][0]["differences"]
    flowservice_emulator.fault("GET", "/connections/**", times=None, kind="status", status=403)
    failed = drift(stack, flowservice_emulator, "--stack", "nowhere", "--json")

    rows = {(row["connection"], row["field"]): (row["left"], row["right"]) for row in report["differences"]}
    for prefix in prefixes:
        assert rows[(prefix + "orders", "username")] == ("loader", "intruder")
        assert rows[(prefix + "billing", "")] == ("exists", "does not exist")
        assert rows[(prefix + "returns", "credentialsInDoubt")] == (None, "foreign")
        for warning in (f"FS4004: connection '{prefix}returns-", f"FS4005: connection '{prefix}orders-"):
            assert any(text.startswith(warning) for text in report["warnings"])
    # Who it was, and when, for people and for machines; the words are those of people.
    assert {
        row["changedBy"] for row in report["differences"] if row["connection"] not in ("billing", "native-billing")
    } == {"someone@example.com"}
    assert {bool(row["changedAt"]) for row in report["differences"] if row["left"] == "exists"} == {False}
    assert shown.stdout.count("someone@example.com") == 4 and " at (UTC)" in shown.stdout
    assert "somebody else may have set them" in shown.stdout and "credentialsInDoubt" not in shown.stdout
    assert report["drift"] is True and report["error"] is None and len(rows) == 6 and len(report["warnings"]) == 4
    # The rest is in the state now; a doubt counts until it is resolved.
    assert sorted((row["connection"], row["field"]) for row in again) == [
        ("native-returns", "credentialsInDoubt"),
        ("returns", "credentialsInDoubt"),
    ]
    assert failed.exit_code == 1
    refused, strange = json.loads(failed.stdout)["stacks"]
    for prefix in prefixes:
        assert re.search(f"FS2004: reading connection '{prefix}orders-.*the API answered 403", refused["error"])
    assert "Traceback" not in refused["error"]
    assert "no stack named 'nowhere' found" in strange["error"]
    assert "hunter2" not in shown.stdout + shown.stderr and "theirs-1234" not in shown.stdout + shown.stderr
    assert {entry.method for entry in flowservice_emulator.log() if entry.path.startswith("/connections")} == {"GET"}


def step(
    before: dict[str, Any] | None, after: dict[str, Any] | None, op: str = "same", type_: str = DEFAULT.dynamic_type
) -> dict[str, Any]:
    """One step of the engine's refresh, in the form of its events."""
    metadata = {
        "op": op,
        "type": type_,
        "urn": f"urn:pulumi:dev::project::{type_}::orders",
        "old": {"outputs": before},
        "new": None if op == "delete" else {"outputs": after},
    }
    return {"resOutputsEvent": {"metadata": metadata, "planning": True}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"etag": "1", "__provider": "a"}, {"etag": "2", "__provider": "b"}, []),
        ({"state": "enabled"}, {"state": "disabled"}, [("state", "enabled", "disabled")]),
        ({}, {"state": "enabled"}, []),
        ({}, {"state": "disabled"}, [("state", "enabled", "disabled")]),
        ({"state": "initializing"}, {"state": "disabled"}, [("state", "enabled", "disabled")]),
        ({"state": "enabled"}, {"state": "initializing"}, []),
        ({"state": "initializing"}, {"state": "enabled"}, []),
        (
            {"credentialsInDoubt": "foreign"},
            {"credentialsInDoubt": "foreign"},
            [("credentialsInDoubt", None, "foreign")],
        ),
        ({}, {"credentialsInDoubt": "interrupted"}, [("credentialsInDoubt", None, "interrupted")]),
        ({"credentialsInDoubt": "foreign"}, {}, []),
        ({"port": 5439}, {}, [("port", 5439, None)]),
        (None, {"username": "loader"}, [("username", None, "loader")]),
        ({"username": "loader"}, None, [("username", "loader", None)]),
        (None, None, []),
    ],
)
def test_values_are_compared_whatever_the_engine_calls_the_step(
    before: dict[str, Any] | None, after: dict[str, Any] | None, expected: list[tuple[str, object, object]]
) -> None:
    """Bookkeeping and states in passing are no drift; a doubt is at every run; outputs may be null."""
    for op in ("same", "update"):
        found = differences([{"summaryEvent": {}}, step(before, after, op)])

        assert [(each.field, each.left, each.right) for each in found] == expected


def test_other_resources_are_none_of_ours() -> None:
    """A stack has buckets too: what happened to them is another command's business."""
    assert list(differences([step({"a": 1}, {"a": 2}, "update", "aws:s3/bucket:Bucket")])) == []
    assert [each.right for each in differences([step({}, None, "delete")])] == ["does not exist"]


def test_what_cannot_begin_ends_with_1(stack: Stack, flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Neither a missing `pulumi` nor wrong arguments read as drift."""
    without = drift(stack, flowservice_emulator, PATH=str(tmp_path))
    wrong = drift(stack, flowservice_emulator, "--colour")

    assert [done.exit_code for done in (without, wrong)] == [1, 1]
    assert "FS5001: `pulumi` is not on PATH" in without.stderr
    assert "No such option" in wrong.stderr
