"""Connections that look alike: of one program, of two runs, of strangers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.lifecycle import INPUTS, Process, error_of

pytestmark = pytest.mark.usefixtures("passing")


def test_twenty_concurrent_creations_of_one_name(flowservice_emulator: Emulator) -> None:
    """Different servers, some answers lost, four threads: exactly twenty connections, each resource with its own."""
    process = Process(flowservice_emulator)
    for number, kind in enumerate(["lost_answer", "reset", "lost_answer", "status", "late_write", "lost_answer"]):
        flowservice_emulator.fault("POST", "/connections", kind=kind, skip=2 * number)

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda number: process.create(server=f"server-{number}"), range(20)))

    connections = flowservice_emulator.connections()
    servers = {connection["id"]: connection["auth"]["params"]["server"] for connection in connections}
    assert servers == {connection_id: outputs["server"] for connection_id, outputs in made}
    assert len(servers) == 20
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 1


def test_twins_are_kept_apart(flowservice_emulator: Emulator) -> None:
    """Connections that differ in a description or an optional param only each get their own, answers lost or not."""
    process = Process(flowservice_emulator)
    flowservice_emulator.fault("POST", "/connections", kind="lost_answer", times=4)
    different: list[dict[str, Any]] = [{}, {"description": "second"}, {"port": None}, {"schema": "public"}, {}, {}]

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda changes: process.create(**changes)[0], different))

    assert len(set(made)) == 6
    assert {connection["id"] for connection in flowservice_emulator.connections()} == set(made)


def test_ambiguous_connections_are_listed(flowservice_emulator: Emulator) -> None:
    """Another run of the same client makes the same in the same seconds: a person decides, with the ids at hand."""
    process, other = Process(flowservice_emulator), Process(flowservice_emulator)
    process.create(name="warmed up")
    other.create(name="warmed up too")
    theirs, _ = other.create()
    flowservice_emulator.fault("POST", "/connections", kind="lost_answer")

    error = error_of(process.create)

    ids = [connection["id"] for connection in flowservice_emulator.connections() if connection["name"] == "orders"]
    assert len(ids) == 2
    assert theirs in ids
    assert all(connection_id in str(error) for connection_id in ids)


def test_a_strangers_connection_is_never_taken(flowservice_emulator: Emulator) -> None:
    """Same name, same params, made at the same time by another client: not ours, and no obstacle."""
    flowservice_emulator.settings(other_clients=["stranger"])
    process = Process(flowservice_emulator)
    process.create(name="warmed up")
    body = {
        "name": "orders",
        "auth": {
            "specName": "Basic Authentication",
            "params": {name: str(INPUTS[name]) for name in ("server", "port", "database", "username", "password")},
        },
        "connectionSpec": {"id": "3416976c-a9ca-4bba-901a-1f08f66978ff", "version": "1.0"},
    }
    answer = flowservice_emulator.request("POST", "/connections", body, client="stranger")
    flowservice_emulator.fault("POST", "/connections", kind="reset")

    made, _ = process.create()

    assert answer.status == 201
    assert made != answer.json["id"]
    assert len(flowservice_emulator.connections()) == 3
