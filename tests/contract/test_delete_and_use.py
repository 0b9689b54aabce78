"""Deleting base connections, and what keeps one from it."""

from __future__ import annotations

import uuid

import pytest

from tests.contract.api import REDSHIFT, FlowServiceApi, is_gone, refused

DATABASE_FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"


def source_connection(api: FlowServiceApi, connection_id: str) -> str:
    """Create a source connection of a base connection and return its id."""
    body = {
        "name": f"{api.prefix} source",
        "baseConnectionId": connection_id,
        "data": {"format": "tabular"},
        "params": {"tableName": "public.orders"},
        "connectionSpec": {"id": REDSHIFT, "version": "1.0"},
    }
    return api.made("/sourceConnections", body)


def flow(api: FlowServiceApi, source_id: str) -> str:
    """Create a flow of a source connection and return its id."""
    body = {
        "name": f"{api.prefix} flow",
        "flowSpec": {"id": DATABASE_FLOW_SPEC, "version": "1.0"},
        "sourceConnectionIds": [source_id],
        "targetConnectionIds": [],
    }
    return api.made("/flows", body)


@pytest.mark.parametrize("end", ["", "/"])
def test_a_deleted_connection_is_gone(api: FlowServiceApi, end: str) -> None:
    """204 or 202 without a body; the path is printed with and without a slash; a look-up finds nothing."""
    connection_id, _ = api.create()

    answer = api.send("DELETE", f"/connections/{connection_id}{end}", content_type=None)

    assert answer.status in (202, 204)
    assert answer.text == ""
    assert is_gone(api.send("GET", f"/connections/{connection_id}"))


def test_an_unknown_connection_cannot_be_deleted(api: FlowServiceApi) -> None:
    """As when it is read."""
    assert is_gone(api.send("DELETE", f"/connections/{api.unknown_id()}", content_type=None))


def test_a_connection_in_use_cannot_be_deleted(api: FlowServiceApi) -> None:
    """400 with code 1418, not 409; after its flow it can go."""
    connection_id, _ = api.create()
    source_id = source_connection(api, connection_id)
    flow_id = flow(api, source_id)

    in_use = api.send("DELETE", f"/connections/{connection_id}", content_type=None)
    api.send("DELETE", f"/flows/{flow_id}", content_type=None)
    # Whether a source connection is a use by itself is a choice.
    api.send("DELETE", f"/sourceConnections/{source_id}", content_type=None)
    unused = api.send("DELETE", f"/connections/{connection_id}", content_type=None)

    assert refused(in_use, 400, "1418-400", connection_id, "being used in one or more flows")
    assert unused.status in (202, 204)


def test_the_source_connections_of_a_base_connection_can_be_found(api: FlowServiceApi) -> None:
    """They are filtered by `baseConnectionId`, and name it in what they inherit."""
    connection_id, _ = api.create()
    other_id, _ = api.create()
    source_id = source_connection(api, connection_id)
    source_connection(api, other_id)

    answer = api.list("/sourceConnections", f"baseConnectionId=={connection_id}")

    assert answer.item["id"] == source_id
    assert answer.item["inheritedAttributes"]["baseConnection"]["id"] == connection_id


def test_the_flows_of_a_source_connection_can_be_found(api: FlowServiceApi) -> None:
    """They are filtered by any element of `sourceConnectionIds[]`."""
    connection_id, _ = api.create()
    first, second = source_connection(api, connection_id), source_connection(api, connection_id)
    flow_id = flow(api, first)
    flow(api, second)

    answer = api.list("/flows", f"sourceConnectionIds[]=={first},{uuid.uuid4()}")

    assert answer.item["id"] == flow_id


def test_a_flow_names_the_base_connections_that_it_reads(api: FlowServiceApi) -> None:
    """A flow inherits its base connections, and is found by them."""
    connection_id, _ = api.create()
    flow_id = flow(api, source_connection(api, connection_id))

    answer = api.list("/flows", f"inheritedAttributes.sourceConnections[].baseConnection.id=={connection_id}")

    assert answer.item["id"] == flow_id
    [source] = answer.item["inheritedAttributes"]["sourceConnections"]
    assert source["baseConnection"]["id"] == connection_id


@pytest.mark.parametrize("kind", ["flows", "sourceConnections"])
def test_other_resources_read_back_in_items(api: FlowServiceApi, kind: str) -> None:
    """Source connections and flows are wrapped as connections are."""
    connection_id, _ = api.create()
    source_id = source_connection(api, connection_id)
    resource_id = source_id if kind == "sourceConnections" else flow(api, source_id)

    assert api.send("GET", f"/{kind}/{resource_id}").item["id"] == resource_id
