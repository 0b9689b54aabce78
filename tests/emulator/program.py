"""Stand for a program under test: it logs in and sends requests."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from flowservice_emulator.control_client import EmulatorControl

from tests.contract.api import Account, FlowServiceApi

CONNECTIONS = "/data/foundation/flowservice/connections"


def program(emulator: EmulatorControl, sandbox: str = "dev") -> FlowServiceApi:
    """Return a program that holds a token; the request for it is the first in the log."""
    return FlowServiceApi(
        Account(emulator.url, emulator.url, "emulator", "emulator-secret", "EMULATOR@AdobeOrg", sandbox)
    )


def body(name: str = "orders", **params: Any) -> dict[str, Any]:
    """Return the body of a create."""
    standard = {"server": "redshift.example.com", "database": "dev", "username": "loader", "password": "Made-up-1"}
    return {
        "name": name,
        "connectionSpec": {"id": "3416976c-a9ca-4bba-901a-1f08f66978ff", "version": "1.0"},
        "auth": {"specName": "Basic Authentication", "params": {**standard, **params}},
    }


def made(emulator: EmulatorControl, name: str = "orders", *, sandbox: str = "dev", **params: Any) -> str:
    """Create a connection without the program under test and return its id."""
    return str(emulator.request("POST", "/connections", body(name, **params), sandbox=sandbox).json["id"])


def opened(emulator: EmulatorControl, sent: bytes = b"") -> socket.socket:
    """Return a connection on which something was sent."""
    parts = urlsplit(emulator.url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)
    connection.sendall(sent)
    return connection


def end_of(connection: socket.socket) -> bytes:
    """Return all that the emulator sends until it closes the connection."""
    with connection:
        received = []
        try:
            while part := connection.recv(65_536):
                received.append(part)
        except ConnectionResetError:
            pass
        return b"".join(received)
