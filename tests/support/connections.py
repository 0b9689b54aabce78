"""Connections made by plain HTTP, as somebody else makes them in the UI."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.control_client import EmulatorControl

REDSHIFT = "3416976c-a9ca-4bba-901a-1f08f66978ff"
POSTGRESQL = "74a1c565-4e59-48d7-9d67-7c03b8a13137"
# A kind that nobody here knows: Azure File Storage.
FILES = "be5ec48c-5b78-49d5-b8fa-7c89ec4569b8"
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
    description: str | None = None,
    without: tuple[str, ...] = (),
    user: str | None = "analyst@example.com",
    **params: str,
) -> str:
    """Create a connection and return its id; `params` go over those above, and those in `without` stay away.

    It is a second old then: no longer initializing, and not as old as the next one.
    """
    given: dict[str, Any] = {key: value for key, value in {**PARAMS, **params}.items() if key not in without}
    body: dict[str, Any] = {
        "name": name,
        "auth": {"specName": "Basic Authentication", "params": given},
        "connectionSpec": {"id": spec, "version": "1.0"},
    }
    if description is not None:
        body["description"] = description
    answer = emulator.request("POST", "/connections", body, sandbox=sandbox, user=user)
    assert answer.status == 201, answer.json
    emulator.advance(1)
    return str(answer.json["id"])
