"""A second connection type is one table: the lifecycle serves it without a change."""

from __future__ import annotations

import json
from dataclasses import replace

from flowservice_emulator.server import Emulator
from pulumi_flowservice import settings as configuration
from pulumi_flowservice.kinds.kind import ConnectionType, Param
from pulumi_flowservice.kinds.redshift import port, port_shown, server
from pulumi_flowservice.lifecycle.connection import BaseConnection

POSTGRESQL = ConnectionType(
    title="PostgreSQL",
    spec_id="74a1c565-4e59-48d7-9d67-7c03b8a13137",
    auth_spec="Basic Authentication",
    params=(
        Param("server", parse=server),
        Param("port", parse=port, from_wire=port_shown),
        Param("database"),
        Param("username"),
        Param("password", is_secret=True),
        Param("sslMode"),
    ),
)


def test_another_connector_lives_the_same_life(flowservice_emulator: Emulator) -> None:
    """Check, create, read, diff, update and delete of a PostgreSQL connection."""
    settings = configuration.load(lambda key: None, flowservice_emulator.environment)
    lifecycle = BaseConnection(POSTGRESQL, replace(settings, connection_test="off"), warn=lambda message: None)
    program = {
        "autoName": "crm-1234567",
        "server": "crm.example.com",
        "port": "5432",
        "database": "crm",
        "username": "loader",
        "password": "hunter22",
        "sslMode": "Verify Full",
    }

    inputs, problems = lifecycle.check({}, program)
    connection_id, created = lifecycle.create(inputs)
    read = lifecycle.read(connection_id, created)
    moved = {**inputs, "server": "crm2.example.com"}
    updated = lifecycle.update(connection_id, created, moved)
    stored = flowservice_emulator.connections()
    lifecycle.delete(connection_id, updated)

    assert problems == []
    assert read == (created, inputs)
    assert not lifecycle.diff(connection_id, created, inputs).changes
    assert [json.loads(json.dumps(connection))["auth"]["params"]["server"] for connection in stored] == [
        "crm2.example.com"
    ]
    assert flowservice_emulator.connections() == []
