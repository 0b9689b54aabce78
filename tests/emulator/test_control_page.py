"""The table *By plain HTTP* of docs/reference/emulator.md: each row is sent as it says."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.app.control_paths import CONTROL_ENDPOINTS
from flowservice_emulator.server import Emulator

from tests.contract.dataflows import Dataflows
from tests.contract.datasets import orders
from tests.emulator.program import program

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "emulator.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("| request below `/emulator/` |")[2].partition("\n\n")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines()[2:]]


def first_json(cell: str) -> Any:
    """The first JSON object of a cell, or None."""
    found = re.search(r"`(\{.*?\})`", cell)
    return json.loads(found[1]) if found else None


def send(emulator: Emulator, method: str, path: str, body: object) -> tuple[int, Any]:
    """Send a request as any program would, with a body and its type and nothing else."""
    raw = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"content-type": "application/json"}
    request = urllib.request.Request(f"{emulator.url}/emulator/{path}", raw, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return answer.status, json.load(answer)


def test_every_request_is_in_the_table() -> None:
    """Every path and method is documented."""
    documented = {row[0].strip("`").partition("?")[0] for row in ROWS}

    assert documented == {f"{method} {path.removeprefix('/emulator/')}" for method, path, _ in CONTROL_ENDPOINTS}


@pytest.mark.parametrize("row", ROWS, ids=[row[0].strip("`") for row in ROWS])
def test_a_request_is_answered_as_the_table_says(row: list[str], flowservice_emulator: Emulator) -> None:
    """With the body of the table, which is accepted, and an answer with the fields of the table."""
    method, _, path = row[0].strip("`").partition(" ")
    flowservice_emulator.settings(connection_test="pass")
    api = program(flowservice_emulator)
    api.dataset_id, api.schema_id = orders(flowservice_emulator).values()
    dataflows = Dataflows(api, api.create()[0])
    flow = dataflows.get(dataflows.flow())
    known = {
        "connections": dataflows.connection_id,
        "datasets": api.dataset_id,
        "flows": flow["id"],
        "sourceConnections": flow["sourceConnectionIds"][0],
        "targetConnections": flow["targetConnectionIds"][0],
    }
    resource_id = known.get(path.partition("/")[0], "")
    expected = first_json(row[2])

    status, answer = send(flowservice_emulator, method, path.replace("{id}", resource_id), first_json(row[1]))

    assert status == 200
    assert isinstance(answer, list) == row[2].startswith("a list")
    found = answer[0] if isinstance(answer, list) else answer
    assert found == {} if expected == {} else found.keys() >= (expected or {}).keys()
