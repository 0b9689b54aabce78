"""Deleting base connections, and what keeps one from it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from tests.contract.api import FlowServiceApi, is_gone, refused
from tests.contract.dataflows import DATA_LAKE, Dataflows


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


def test_a_connection_in_use_cannot_be_deleted(api: FlowServiceApi, dataflows: Dataflows) -> None:
    """400 with code 1418, not 409; after its flow it can go."""
    connection_id, source_id = dataflows.connection_id, dataflows.source()
    flow_id = dataflows.flow(sourceConnectionIds=[source_id])

    in_use = api.send("DELETE", f"/connections/{connection_id}", content_type=None)
    dataflows.delete(flow_id)
    # Whether a source connection is a use by itself is a choice.
    api.send("DELETE", f"/sourceConnections/{source_id}", content_type=None)
    unused = api.send("DELETE", f"/connections/{connection_id}", content_type=None)

    assert refused(in_use, 400, "1418-400", connection_id, "being used in one or more flows")
    assert unused.status in (202, 204)


def test_the_source_connections_of_a_base_connection_can_be_found(
    api: FlowServiceApi, login: dict[str, Any], dataflows: Dataflows
) -> None:
    """They are filtered by `baseConnectionId`, and name it in what they inherit."""
    source_id = dataflows.source()
    replace(dataflows, connection_id=api.create(**login)[0]).source()

    answer = api.list("/sourceConnections", f"baseConnectionId=={dataflows.connection_id}")

    assert answer.item["id"] == source_id
    assert answer.item["inheritedAttributes"]["baseConnection"]["id"] == dataflows.connection_id


def test_the_flows_of_a_source_connection_can_be_found(api: FlowServiceApi, dataflows: Dataflows) -> None:
    """They are filtered by any element of `sourceConnectionIds[]`."""
    source_id = dataflows.source()
    flow_id = dataflows.flow(sourceConnectionIds=[source_id])
    dataflows.flow()

    answer = api.list("/flows", f"sourceConnectionIds[]=={source_id},{uuid.uuid4()}")

    assert answer.item["id"] == flow_id


def test_a_flow_names_the_base_connections_that_it_reads(api: FlowServiceApi, dataflows: Dataflows) -> None:
    """A flow inherits its base connections, and is found by them."""
    flow_id = dataflows.flow()

    filtered = f"inheritedAttributes.sourceConnections[].baseConnection.id=={dataflows.connection_id}"
    answer = api.list("/flows", filtered)

    assert answer.item["id"] == flow_id
    [source] = answer.item["inheritedAttributes"]["sourceConnections"]
    assert source["baseConnection"]["id"] == dataflows.connection_id
    [target] = answer.item["inheritedAttributes"]["targetConnections"]
    assert target == {
        "id": answer.item["targetConnectionIds"][0],
        "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
    }


@pytest.mark.parametrize("kind", ["flows", "sourceConnections", "targetConnections"])
def test_other_resources_read_back_in_items(api: FlowServiceApi, dataflows: Dataflows, kind: str) -> None:
    """Source connections, target connections and flows are wrapped as connections are."""
    make = {"flows": dataflows.flow, "sourceConnections": dataflows.source, "targetConnections": dataflows.target}
    resource_id = make[kind]()

    assert api.send("GET", f"/{kind}/{resource_id}").item["id"] == resource_id
