"""`pulumi-flowservice drift`, as a process of its own, with the real engine beneath it."""

from __future__ import annotations

import json
from pathlib import Path

from flowservice_emulator.server import Emulator

from tests.support.command import Result, run
from tests.support.pulumi_stack import Stack

PROGRAM = """
import pulumi
from pulumi_flowservice import RedshiftConnection

password = pulumi.Config().require_secret("password")
for name in ("orders", "billing", "returns"):
    made = RedshiftConnection(
        name, server="cluster.example.com", database="dev", username="loader", password=password, connection_test="off"
    )
    pulumi.export(name, made.id)
"""


def drift(stack: Stack, emulator: Emulator, *options: str, path: str | None = None) -> Result:
    variables = {**stack.environment, **({} if path is None else {"PATH": path})}
    return run(emulator, "drift", "--stack", "dev", *options, folder=stack.folder, variables=variables)


def test_drift_is_told_by_exit_code_table_and_json(stack: Stack, flowservice_emulator: Emulator) -> None:
    """0 while nothing changed; 2 with each changed field, each connection that is gone, and doubtful credentials."""
    stack.write(PROGRAM)
    stack.config("password", "hunter2-hunter2", secret=True)
    stack.up().ok()
    ids = stack.outputs()
    before = stack.export()
    clean = drift(stack, flowservice_emulator)
    flowservice_emulator.change_connection(ids["orders"], params={"username": "intruder", "password": "theirs-1234"})
    flowservice_emulator.change_connection(ids["returns"], params={"password": "theirs-1234"})
    flowservice_emulator.delete_connection(ids["billing"])
    flowservice_emulator.clear_log()

    shown = drift(stack, flowservice_emulator)
    told = json.loads(drift(stack, flowservice_emulator, "--json").stdout)["stacks"]

    assert (clean.exit_code, clean.stdout) == (0, "dev: no drift\n")
    assert shown.exit_code == 2
    assert "intruder" in shown.stdout and "is gone" in shown.stdout
    [report] = told
    rows = {(row["connection"], row["field"]): (row["left"], row["right"]) for row in report["differences"]}
    assert rows[("orders", "username")] == ("loader", "intruder")
    assert rows[("billing", "")] == ("exists", "is gone")
    [doubt] = [names for names in rows if names[1] == "credentials"]
    assert doubt[0].startswith("returns-")
    assert report["drift"] is True and report["error"] is None and len(rows) == 3
    assert "hunter2" not in shown.stdout + shown.stderr and "theirs-1234" not in shown.stdout + shown.stderr
    assert stack.export() == before
    assert {entry.method for entry in flowservice_emulator.log() if entry.path.startswith("/connections")} == {"GET"}


def test_what_cannot_be_told_ends_with_1(stack: Stack, flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """An API that refuses, a stack that does not exist, no `pulumi`, wrong arguments: none of them reads as drift."""
    stack.write(PROGRAM)
    stack.config("password", "hunter2-hunter2", secret=True)
    stack.up().ok()
    flowservice_emulator.fault("GET", "/connections/**", times=None, kind="status", status=403)

    failed = drift(stack, flowservice_emulator, "--stack", "nowhere", "--json")
    without = drift(stack, flowservice_emulator, path=str(tmp_path))
    wrong = drift(stack, flowservice_emulator, "--colour")

    assert [done.exit_code for done in (failed, without, wrong)] == [1, 1, 1]
    refused, strange = json.loads(failed.stdout)["stacks"]
    assert "the API answered 403" in refused["error"] and "Traceback" not in refused["error"]
    assert "no stack named 'nowhere' found" in strange["error"]
    assert "`pulumi` is not on PATH" in without.stderr
