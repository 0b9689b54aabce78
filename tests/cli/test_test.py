"""`pulumi-flowservice test`, as a process of its own against the emulator and a real database."""

from __future__ import annotations

import json

import pytest
from flowservice_emulator.server import Emulator

from tests.support.command import run
from tests.support.connections import make, make_real
from tools.local_database import LocalDatabase

pytestmark = pytest.mark.reading(initializing_seconds=0)


def test_a_login_that_works(flowservice_emulator: Emulator, database: LocalDatabase) -> None:
    """It says where to; by name, by id, and without the digits that Pulumi adds. Only requests that read are sent."""
    connection_id = make_real(flowservice_emulator, "orders-0a1b2c3", database)
    flowservice_emulator.clear_log()

    done = [run(flowservice_emulator, "test", each) for each in ("orders-0a1b2c3", connection_id, "orders")]

    told = f"Flow Service has logged in to {database.host}/{database.database}."
    assert {each.exit_code for each in done} == {0}
    assert {each.stdout for each in done} == {f"passed: connection 'orders-0a1b2c3' ({connection_id}): {told}\n"}
    assert {entry.method for entry in flowservice_emulator.log() if "token" not in entry.path} == {"GET"}


@pytest.mark.parametrize("reading", ["false", "1308-400"])
def test_a_login_that_is_refused(flowservice_emulator: Emulator, database: LocalDatabase, reading: str) -> None:
    """Exit code 2, whatever the API answers then; machines get the verdict, and nobody the password."""
    flowservice_emulator.settings(refused_login=reading)
    connection_id = make_real(flowservice_emulator, "orders", database)
    flowservice_emulator.change_connection(connection_id, params={"password": "theirs-1234"})

    shown = run(flowservice_emulator, "test", "orders")
    told = run(flowservice_emulator, "test", "orders", "--json")

    assert (shown.exit_code, told.exit_code) == (2, 2)
    assert shown.stdout.startswith(f"refused: connection 'orders' ({connection_id}): Flow Service could not log in to ")
    assert "theirs-1234" not in shown.stdout + shown.stderr + told.stdout
    assert json.loads(told.stdout) == {
        "id": connection_id,
        "name": "orders",
        "sandbox": "dev",
        "target": f"{database.host}/{database.database}",
        "verdict": "refused",
        "reason": "",
    }


@pytest.mark.long
def test_no_result_is_no_verdict(flowservice_emulator: Emulator) -> None:
    """An API that cannot test, a connection that is not there and wrong arguments end with 1."""
    make(flowservice_emulator, "orders")
    flowservice_emulator.settings(connection_test="unavailable")

    done = [run(flowservice_emulator, "test", *each) for each in (["orders"], ["order"], [])]

    assert [(each.exit_code, each.stdout) for each in done] == [(1, "")] * 3
    assert done[0].stderr.startswith("no result: connection 'orders' (")
    assert "Similar names there: 'orders'." in done[1].stderr
    assert "Missing argument 'ID|NAME'" in done[2].stderr


def test_two_resources_of_one_name(flowservice_emulator: Emulator) -> None:
    """Without its digits, a name may be that of several: then none of them is chosen. The exact one comes first."""
    ids = [make(flowservice_emulator, f"orders-{digits}") for digits in ("0a1b2c3", "1a1b2c3")]
    flowservice_emulator.settings(connection_test="pass")

    several = run(flowservice_emulator, "test", "orders")
    exact = make(flowservice_emulator, "orders")
    one = run(flowservice_emulator, "test", "orders")

    assert several.exit_code == 1
    assert "2 connections have this name" in several.stderr and all(each in several.stderr for each in ids)
    assert one.exit_code == 0 and exact in one.stdout
