"""The connectors: which params each takes, and for which the emulator logs in to a database."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.json_values import Json
from flowservice_emulator.resources.specs import connection_specs
from flowservice_emulator.server import Emulator

from tests.contract.api import FlowServiceApi, refused
from tests.emulator.program import program
from tools.local_database import LocalDatabase

POSTGRESQL = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
WAYS = [
    pytest.param(spec, auth, id=f"{spec['name']} {auth['name']}")
    for spec in connection_specs().values()
    for auth in spec["authSpec"]
]


@pytest.fixture
def api(flowservice_emulator: Emulator) -> FlowServiceApi:
    """The program that sends the requests."""
    return program(flowservice_emulator)


def create(spec: Json, auth: Json, params: Json) -> Json:
    """Return the body of a create."""
    return {
        "name": spec["name"],
        "connectionSpec": {"id": spec["id"], "version": spec["version"]},
        "auth": {"specName": auth["name"], "params": params},
    }


def required(auth: Json) -> Json:
    """Return the params that a way to authenticate needs."""
    return {key: f"made-up {key}" for key in auth["spec"]["required"]}


@pytest.mark.parametrize(("spec", "auth"), WAYS)
def test_every_connector_takes_what_its_tutorial_lists(api: FlowServiceApi, spec: Json, auth: Json) -> None:
    """Secrets do not read back, the rest does."""
    params = required(auth)

    created = api.send("POST", "/connections", create(spec, auth, params))

    secret = {key for key, schema in auth["spec"]["properties"].items() if schema.get("format") == "password"}
    shown = api.get(created.json["id"])["auth"]["params"]
    assert secret
    assert shown == {key: value for key, value in params.items() if key not in secret}


@pytest.mark.parametrize(("spec", "auth"), WAYS)
def test_every_connector_needs_what_its_tutorial_lists(api: FlowServiceApi, spec: Json, auth: Json) -> None:
    """Without a required param, the error names it."""
    for key in auth["spec"]["required"]:
        params = {name: value for name, value in required(auth).items() if name != key}

        assert refused(api.send("POST", "/connections", create(spec, auth, params)), 400, "1304-400", key)


@pytest.mark.parametrize(("change", "result"), [({}, True), ({"Password": "wrong"}, False), ({"Server": ""}, False)])
def test_a_connection_string_logs_in(
    api: FlowServiceApi, database: LocalDatabase, change: dict[str, str], result: bool
) -> None:
    """PostgreSQL is tried by its connection string as by single params."""
    parts = {
        "Server": database.host,
        "Database": database.database,
        "Port": str(database.port),
        "UID": database.username,
        "Password": database.password,
    }
    text = ";".join(f"{name}={value}" for name, value in {**parts, **change}.items())
    spec = connection_specs()[POSTGRESQL]
    body = create(spec, spec["authSpec"][0], {"connectionString": text})
    connection_id = api.send("POST", "/connections", body).json["id"]

    assert api.send("GET", f"/connections/{connection_id}/test").json == {"result": result}


def test_columns_have_the_types_of_the_tutorial(api: FlowServiceApi, database: LocalDatabase) -> None:
    """Times are strings that say what they are, fractions are doubles."""
    columns: dict[str, Any] = {}
    login = {
        "server": database.host,
        "port": str(database.port),
        "database": database.database,
        "username": database.username,
        "password": database.password,
    }
    connection_id, _ = api.create(**login)
    for table in api.send("GET", f"/connections/{connection_id}/explore?objectType=root").json:
        path = f"/connections/{connection_id}/explore?objectType=table&object={table['path']}"
        columns |= {each["name"]: each for each in api.send("GET", path).json["schema"]["columns"]}

    kinds = {(each["type"], each.get("meta:xdmType"), each["xdm"].get("format")) for each in columns.values()}
    assert ("string", "date-time", "date-time") in kinds
    assert ("double", None, None) in kinds
    assert ("integer", None, None) in kinds
