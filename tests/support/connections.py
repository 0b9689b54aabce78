"""Connections made by plain HTTP, as somebody else makes them in the UI."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.names import BASE_PATH, CLIENT_ID, CONTROL_HEADER, ORGANIZATION

from tools.local_database import LocalDatabase

REDSHIFT = "3416976c-a9ca-4bba-901a-1f08f66978ff"
POSTGRESQL = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
# A kind that nobody here knows: Azure File Storage.
FILES = "be5ec48c-5b78-49d5-b8fa-7c89ec4569b8"
# A pattern.
ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PARAMS = {
    "server": "cluster.example.com",
    "port": "5439",
    "database": "dev",
    "username": "loader",
    "password": "kept-at-the-server",
}


def make(
    emulator: EmulatorControl,
    name: str,
    *,
    sandbox: str = "dev",
    spec: str = REDSHIFT,
    way: str = "Basic Authentication",
    description: str | None = None,
    without: tuple[str, ...] = (),
    user: str | None = "analyst@example.com",
    **params: str,
) -> str:
    """Create a connection and return its id; `params` go over those above, and those in `without` stay away.

    It is a second old then: no longer initializing, and not as old as the next one.
    """
    answer = emulator.request(
        "POST", "/connections", _body(name, spec, description, without, params, way), sandbox=sandbox, user=user
    )
    assert answer.status == 201, answer.json
    emulator.advance(1)
    return str(answer.json["id"])


def make_real(emulator: EmulatorControl, name: str, database: LocalDatabase) -> str:
    """Create a connection to the real database and return its id."""
    return make(
        emulator,
        name,
        server=database.host,
        port=str(database.port),
        database=database.database,
        username=database.username,
        password=database.password,
    )


def make_many(emulator: EmulatorControl, names: Iterable[str]) -> list[str]:
    """Create a connection of each name in `dev`; return their ids. With one token, without a new socket for each."""
    address = urlsplit(emulator.url)
    headers = {
        "authorization": f"Bearer {emulator.issue_token()}",
        "content-type": "application/json",
        "x-api-key": CLIENT_ID,
        "x-gw-ims-org-id": ORGANIZATION,
        "x-sandbox-name": "dev",
        CONTROL_HEADER: "1",
    }
    ids = []
    with contextlib.closing(HTTPConnection(address.hostname or "", address.port, timeout=60)) as client:
        for name in names:
            client.request("POST", f"{BASE_PATH}/connections", json.dumps(_body(name, REDSHIFT)), headers)
            answer = client.getresponse()
            document = json.load(answer)
            assert answer.status == 201, document
            ids.append(str(document["id"]))
            # As in `make`.
            client.request("POST", "/emulator/clock", '{"seconds": 1}', headers)
            client.getresponse().read()
    return ids


def _body(
    name: str,
    spec: str,
    description: str | None = None,
    without: tuple[str, ...] = (),
    params: Any = (),
    way: str = "Basic Authentication",
) -> dict[str, Any]:
    """What a creation sends."""
    given = {key: value for key, value in {**PARAMS, **dict(params)}.items() if key not in without}
    body: dict[str, Any] = {
        "name": name,
        "auth": {"specName": way, "params": given},
        "connectionSpec": {"id": spec, "version": "1.0"},
    }
    if description is not None:
        body["description"] = description
    return body
