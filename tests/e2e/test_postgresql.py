"""A PostgreSQL connection through the real engine, to a real database, from its creation to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.connections import POSTGRESQL, make
from tests.support.pulumi_stack import Stack
from tools.local_database import LocalDatabase

USER = "postgresql_loader"
PROGRAM = """
import pulumi
from pulumi_flowservice import PostgreSqlConnection, get_connection_output, get_tables_output

orders = PostgreSqlConnection("orders", name="orders", {orders})
pulumi.export("id", orders.id)
pulumi.export("tables", get_tables_output(orders.id).apply(lambda found: [table.path for table in found]))
pulumi.export("found", get_connection_output(kind="postgresql", id=orders.id).params)
"""
ADOPTING = """
PostgreSqlConnection("returns", adopt={id!r}, {returns})
"""


@pytest.fixture
def user(database: LocalDatabase) -> Iterator[LocalDatabase]:
    """The database, with a user whose password the test may change."""
    database.create_user(USER, "canary-first")
    yield database
    database.drop_user(USER)


def single_params(database: LocalDatabase, password: str | None) -> str:
    """Arguments of the resource for a login by single params."""
    given = f"server={database.host!r}, port={database.port}, database={database.database!r}, username={USER!r}"
    return given if password is None else f"{given}, password={password!r}"


def connection_string(database: LocalDatabase, password: str) -> str:
    """The argument of the resource for a login by a connection string."""
    place = f"Server={database.host};Database={database.database};Port={database.port}"
    return f"connection_string='{place};UID={USER};Password={password}'"


def test_a_whole_life(stack: Stack, user: LocalDatabase, flowservice_emulator: Emulator) -> None:
    """Create, explore, rotate, refuse and undo, drift, adopt, destroy; no command shows a secret."""
    said = []
    stack.write(PROGRAM.format(orders=single_params(user, "canary-first")))
    # With its preview.
    said.append(stack.run("up", "--yes").ok())
    outputs = stack.outputs()
    state = stack.resource("orders")

    assert state["type"] == "pulumi-python:dynamic/flowservice:PostgreSqlConnection"
    assert "public.orders" in outputs["tables"]
    assert (outputs["found"]["username"], outputs["found"]["port"]) == (USER, user.port)

    user.set_password(USER, "canary-second")
    stack.write(PROGRAM.format(orders=single_params(user, "canary-second")))
    said.append(stack.up().ok())
    stack.write(PROGRAM.format(orders=single_params(user, "canary-wrong")))
    refused = stack.up().failed()
    [there] = flowservice_emulator.connections()

    assert "the previous ones were put back" in refused.text
    assert (there["id"], there["auth"]["params"]["password"]) == (outputs["id"], "canary-second")

    stack.write(PROGRAM.format(orders=connection_string(user, "canary-second")))
    changed = stack.preview().failed()
    assert "Declare a second one, switch the dataflows to it, then remove this one" in changed.text

    login: dict[str, Any] = {"server": user.host, "port": str(user.port), "username": USER, "password": "canary-second"}
    existing = make(flowservice_emulator, "returns", spec=POSTGRESQL, **login)
    flowservice_emulator.change_connection(outputs["id"], params={"database": "by hand"})
    program = PROGRAM.format(orders=single_params(user, "canary-second"))
    stack.write(program + ADOPTING.format(id=existing, returns=single_params(user, None)))
    said += [stack.up("--refresh").ok(), stack.up("--expect-no-changes").ok()]
    databases = [each["auth"]["params"]["database"] for each in flowservice_emulator.connections()]

    assert databases == [user.database] * 2
    assert stack.resource("returns")["outputs"]["username"] == USER
    said.append(stack.destroy().ok())
    assert flowservice_emulator.connections() == []
    assert not any("canary" in each.text for each in (*said, refused, changed))


def test_a_connection_string_logs_in(stack: Stack, user: LocalDatabase, flowservice_emulator: Emulator) -> None:
    """A wrong one leaves nothing behind; nothing of the right one is in the state or on the terminal."""
    stack.write(PROGRAM.format(orders=connection_string(user, "canary-wrong")))
    refused = stack.up().failed()
    assert flowservice_emulator.connections() == []

    stack.write(PROGRAM.format(orders=connection_string(user, "canary-first")))
    made = stack.up().ok()

    assert "public.orders" in stack.outputs()["tables"]
    assert not any(word in made.text + refused.text + stack.export() for word in ("canary", USER, "Server="))
