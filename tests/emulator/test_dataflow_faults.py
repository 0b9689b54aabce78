"""What goes wrong on request, for the parts of dataflows and the services beside Flow Service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import CATALOG, MAPPING_SETS, SCHEMAS
from tests.contract.dataflows import Dataflows
from tests.contract.datasets import mapping_set
from tests.contract.test_datasets import IDS

Body = Callable[[Dataflows], dict[str, Any]]
CREATIONS: list[Any] = [
    pytest.param("/sourceConnections", lambda flows: flows.source_body(), id="source connection"),
    pytest.param("/targetConnections", lambda flows: flows.target_body(), id="target connection"),
    pytest.param("/flows", lambda flows: flows.flow_body(), id="flow"),
    pytest.param(MAPPING_SETS, lambda flows: mapping_set(flows.api), id="mapping set"),
]


def count(dataflows: Dataflows, path: str) -> int:
    """Return how many there are."""
    answer = dataflows.api.send("GET", path).json
    return len(answer["data"] if path == MAPPING_SETS else answer["items"])


@pytest.mark.parametrize(("path", "body"), CREATIONS)
def test_an_answer_to_any_creation_can_be_lost(
    flowservice_emulator: Emulator, dataflows: Dataflows, path: str, body: Body
) -> None:
    """What was asked for is there, once."""
    sent = body(dataflows)
    before = count(dataflows, path)
    flowservice_emulator.fault("POST", path, kind="lost_answer")

    with pytest.raises(ConnectionError):
        dataflows.api.send("POST", path, sent)

    assert count(dataflows, path) == before + 1


@pytest.mark.parametrize(("path", "body"), CREATIONS)
def test_any_creation_can_come_late(
    flowservice_emulator: Emulator, dataflows: Dataflows, path: str, body: Body
) -> None:
    """504 now, and it is there some time later."""
    sent = body(dataflows)
    before = count(dataflows, path)
    flowservice_emulator.fault("POST", path, kind="late_write", seconds=30)

    answer = dataflows.api.send("POST", path, sent)
    at_once = count(dataflows, path)
    flowservice_emulator.advance(31)

    assert (answer.status, at_once, count(dataflows, path)) == (504, before, before + 1)


@pytest.mark.parametrize("kind", ["status", "garbled"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", CATALOG),
        ("GET", SCHEMAS),
        ("GET", f"{MAPPING_SETS}/*"),
        ("PUT", f"{MAPPING_SETS}/*"),
        ("POST", f"{MAPPING_SETS}/validate"),
        ("PATCH", "/flows/*"),
        ("POST", "/flows/*/action"),
        ("DELETE", "/flows/*"),
        ("DELETE", "/targetConnections/*"),
        ("GET", "/runs"),
        ("POST", "/runs/*/action"),
    ],
)
def test_any_path_can_meet_a_fault(
    flowservice_emulator: Emulator, dataflows: Dataflows, method: str, path: str, kind: str
) -> None:
    """Its own, and no other."""
    flowservice_emulator.fault(method, path, kind=kind, status=503)
    place = path.replace("*", "some-id")

    met = dataflows.api.send(method, place, accept=IDS)
    missed = dataflows.api.send(method, place, accept=IDS)

    assert (met.status, missed.status < 500) == (503, True)


def test_requests_to_all_services_are_logged(flowservice_emulator: Emulator, dataflows: Dataflows) -> None:
    """By their full paths, and counted without their ids."""
    flow_id = dataflows.flow()
    flowservice_emulator.clear_log()
    mapping_id = dataflows.get(flow_id)["transformations"][1]["params"]["mappingId"]
    dataflows.api.send("GET", f"{MAPPING_SETS}/{mapping_id}?version=0")
    dataflows.api.send("GET", f"{CATALOG}/{dataflows.api.dataset_id}?properties=name")

    [first, second] = flowservice_emulator.log(path="/data/**")

    assert (first.path, first.query) == (f"{MAPPING_SETS}/{mapping_id}", "version=0")
    assert (second.path, second.query) == (f"{CATALOG}/{dataflows.api.dataset_id}", "properties=name")
    assert flowservice_emulator.counters() == {
        "GET /flows/{id}": 1,
        f"GET {MAPPING_SETS}/{{id}}": 1,
        f"GET {CATALOG}/{{id}}": 1,
    }
