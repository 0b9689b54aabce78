"""What of source and target connections is assumed, or depends on the connector."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import FlowServiceApi, refused
from tests.contract.dataflows import Dataflows
from tests.contract.datasets import orders

POSTGRESQL = {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"}
FILTERS = {"type": "PQL", "format": "pql/json", "value": {"nodeType": "fnApply", "fnName": "=", "params": []}}


def postgresql(api: FlowServiceApi) -> str:
    """Create a connection of a kind without filters, and return its id."""
    params = {"server": "db.example.com", "database": "dev", "username": "loader", "password": "Made-up-1"}
    auth = {"specName": "Basic Authentication", "params": params}
    return api.made("/connections", {"name": api.prefix, "connectionSpec": POSTGRESQL, "auth": auth})


def test_filters_need_a_connector_that_supports_them(dataflows: Dataflows) -> None:
    """Its spec says so; 400 with code 1353, in a create and in a change."""
    api = dataflows.api
    params = {"tableName": "public.customers", "filters": FILTERS}
    other = Dataflows(api, postgresql(api))
    body = other.source_body(connectionSpec=POSTGRESQL)
    made = api.made("/sourceConnections", body)
    etag = api.send("GET", f"/sourceConnections/{made}").item["etag"]
    operation = {"op": "add", "path": "/params/filters", "value": FILTERS}

    assert api.send("POST", "/sourceConnections", dataflows.source_body(params=params)).status == 201
    refusal = api.send("POST", "/sourceConnections", {**body, "params": params})
    assert refused(refusal, 400, "1353-400", "PostgreSQL")
    assert refused(api.send("PATCH", f"/sourceConnections/{made}", [operation], if_match=etag), 400, "1353-400")


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "replace", "path": "/connectionSpec/id", "value": "x"}, "1414-400"),
        ({"op": "replace", "path": "/baseConnectionId", "value": "x"}, "1455-400"),
        ({"op": "replace", "path": "/params", "value": "x"}, "must be an object"),
        ({"op": "remove", "path": "/params"}, "1455-400"),
        ({"op": "remove", "path": "/params/filters"}, "1455-400"),
    ],
)
def test_a_change_of_a_part_that_cannot_be_is_refused(
    dataflows: Dataflows, operation: dict[str, Any], code: str
) -> None:
    """400 in the envelope of its kind."""
    made = dataflows.source()
    etag = dataflows.api.send("GET", f"/sourceConnections/{made}").item["etag"]

    assert refused(dataflows.api.send("PATCH", f"/sourceConnections/{made}", [operation], if_match=etag), 400, code)


def test_params_can_be_replaced_and_removed(dataflows: Dataflows) -> None:
    """As a whole, or one by one."""
    api, made = dataflows.api, dataflows.source()
    for operation in (
        {"op": "replace", "path": "/params", "value": {"tableName": "public.orders"}},
        {"op": "add", "path": "/params/filters", "value": FILTERS},
        {"op": "remove", "path": "/params/filters"},
    ):
        etag = api.send("GET", f"/sourceConnections/{made}").item["etag"]
        assert api.send("PATCH", f"/sourceConnections/{made}", [operation], if_match=etag).status == 200

    assert api.send("GET", f"/sourceConnections/{made}").item["params"] == {"tableName": "public.orders"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"connectionSpec": {"id": "x", "version": "1.0"}}, "valid spec id"),
        ({"data": 5}, "not valid"),
        ({"params": []}, "not valid"),
        ({"name": 5}, "not valid"),
    ],
)
def test_a_target_connection_has_types(dataflows: Dataflows, change: dict[str, Any], words: str) -> None:
    """As its description states; the spec is the data lake's."""
    assert refused(dataflows.api.send("POST", "/targetConnections", dataflows.target_body(**change)), 400, words)


def test_a_dataset_of_another_sandbox_is_unknown(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """Whichever request says so."""
    params = {"dataSetId": orders(flowservice_emulator, sandbox="stage")["id"]}

    assert refused(dataflows.post(targetConnectionIds=[dataflows.target(params=params)]), 400, "1439-400")
    flowservice_emulator.settings(bad_dataset="target connection")
    body = dataflows.target_body(params=params)
    assert refused(dataflows.api.send("POST", "/targetConnections", body), 400, "1439-400")


def test_a_base_connection_may_be_gone(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """Then no flow can read its source connections."""
    source_id = dataflows.source()
    flowservice_emulator.delete_connection(dataflows.connection_id)

    assert refused(dataflows.post(sourceConnectionIds=[source_id]), 400, "1439-400", dataflows.connection_id)


def test_a_source_of_no_database_has_no_flow(dataflows: Dataflows) -> None:
    """The flow spec lists the connection specs that it reads."""
    api = dataflows.api
    spec = {"id": "cfc0fee1-7dc0-40ef-b73e-d8b134c436f5", "version": "1.0"}
    params = {"username": "loader", "password": "Made-up-1", "securityToken": "Made-up-2"}
    auth = {"specName": "Basic Authentication", "params": params}
    base = api.made("/connections", {"name": api.prefix, "connectionSpec": spec, "auth": auth})
    source = Dataflows(api, base).source(connectionSpec=spec)

    assert refused(dataflows.post(sourceConnectionIds=[source]), 400, "1413-400")
