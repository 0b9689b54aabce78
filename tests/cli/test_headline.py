"""`pulumi-flowservice headline`: the sum of saved plans; tests/e2e/test_gitops.py runs it on plans of the engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.cli.headline import Change, changes
from pulumi_flowservice.resources.connection.kinds import DEFAULT
from pulumi_flowservice.resources.dataflow.dataflow import DATAFLOW

from tests.support.command import run
from tests.support.connections import make


def plan(folder: Path, *resources: tuple[str, str, list[str], dict[str, Any]]) -> str:
    """Write a saved plan, of types, names, steps and differences of inputs; return its name."""
    document = {
        f"urn:pulumi:dev::shop::{type_}::{name}": {"steps": steps, "goal": {"inputDiff": difference}}
        for type_, name, steps, difference in resources
    }
    (folder / "plan.json").write_text(json.dumps({"resourcePlans": document}))
    return "plan.json"


def test_a_plan_is_counted(tmp_path: Path) -> None:
    """Only our resources; an update of a secret sends credentials, one of a port does not."""
    type_ = DEFAULT.native_type
    file = plan(
        tmp_path,
        (type_, "a", ["create"], {"adds": {"password": {}}}),
        (type_, "b", ["update"], {"updates": {"password": {}}}),
        (DEFAULT.dynamic_type, "c", ["update"], {"updates": {"port": 1}}),
        (type_, "d", ["create-replacement", "replace", "delete-replaced"], {}),
        (DATAFLOW.native_type, "e", ["delete"], {}),
        (type_, "f", ["same"], {}),
        ("aws:s3/bucket:Bucket", "g", ["delete"], {}),
    )

    assert list(changes(tmp_path / file)) == [
        Change("+", "a", "connection", False),
        Change("~", "b", "connection", True),
        Change("~", "c", "connection", False),
        Change("±", "d", "connection", False),
        Change("-", "e", "dataflow", False),
    ]


def test_the_line(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Signs with numbers, and what is deleted with all that uses it; a plan without changes says so.

    A dataflow with the name of the connection is told apart, and what its replacement means.
    """
    orders = make(flowservice_emulator, "orders")
    for name in ("Customers", "Returns"):
        flowservice_emulator.use_connection(orders, name)
    type_, flow = DEFAULT.native_type, DATAFLOW.native_type
    state = [
        {"type": each, "urn": f"urn:pulumi:prod::shop::{each}::orders", "id": id_, "outputs": {"sandbox": "dev"}}
        for each, id_ in ((type_, orders), (flow, "f"))
    ]
    (tmp_path / "export.json").write_text(json.dumps({"deployment": {"resources": state}}))
    (tmp_path / "pulumi").write_text(f"#!/bin/sh\ntest $1 = stack && exec cat {tmp_path}/export.json\necho '{{}}'\n")
    (tmp_path / "pulumi").chmod(0o755)
    file = plan(
        tmp_path,
        (type_, "orders", ["delete"], {}),
        (type_, "b", ["update"], {"updates": {"secret": 1}}),
        (flow, "orders", ["replace"], {}),
        (flow, "old", ["delete"], {}),
    )
    (tmp_path / "none.json").write_text('{"resourcePlans": {}}')

    path = f"{tmp_path}:/usr/bin:/bin"
    done = run(
        flowservice_emulator, "headline", "dev=none.json", f"prod={file}", folder=tmp_path, variables={"PATH": path}
    )

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "dev no change   prod ~1 -2 ±1 (- orders: used by 2 dataflows; ± dataflow orders: rows may come twice; "
        "- dataflow old)\n"
    )


@pytest.mark.parametrize(("argument", "exit_code"), [("dev", 2), ("dev=plan.json", 1), ("dev=gone.json", 1)])
def test_what_is_no_plan(flowservice_emulator: Emulator, tmp_path: Path, argument: str, exit_code: int) -> None:
    """Is an error, and not "no change"."""
    (tmp_path / "plan.json").write_text("[]")

    done = run(flowservice_emulator, "headline", argument, folder=tmp_path)

    assert (done.exit_code, done.stdout) == (exit_code, "")
