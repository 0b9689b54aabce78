"""What happens to a connection by chance: edits of the program, and trouble with the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flowservice_emulator.server import Emulator
from hypothesis import strategies as st

MANAGED = ("server", "database", "username")
PARAMS = (*MANAGED, "port", "schema", "password")
GOOD, BAD = ("good-1", "good-2", "good-3"), "wrong-1"
PASSWORDS = (*GOOD, BAD, "their-rotation")
WRITES = {"POST": "/connections", "PATCH": "/connections/*", "DELETE": "/connections/*"}
READS = ["/connections", "/connections/*", "/connections/*/test"]
TROUBLE: list[dict[str, Any]] = [
    {"kind": "reset"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429, "retry_after": 1},
    {"kind": "status", "status": 401},
]
LOST: list[dict[str, Any]] = [{"kind": "lost_answer"}, {"kind": "late_write", "seconds": 4.0}]
# What the next command meets: nothing, trouble with a write, or trouble with a read; `skip` lets the first one pass.
FAULTS = (
    st.just(None)
    | st.tuples(st.sampled_from([*WRITES.items()]), st.sampled_from([*TROUBLE, *LOST]), st.integers(0, 1))
    | st.tuples(st.sampled_from([("GET", path) for path in READS]), st.sampled_from(TROUBLE), st.integers(0, 1))
)
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "server": st.sampled_from(["one.example.com", "two.example.com"]),
        "port": st.sampled_from([None, 5439, 5440]),
        "schema": st.sampled_from([None, "public"]),
        "description": st.sampled_from([None, "Orders", 'qu"otes [{"op": "remove"}]']),
        "credentialsVersion": st.integers(1, 3),
    },
)


def connection_body(program: dict[str, Any]) -> dict[str, Any]:
    """What a client posts for the inputs of a program."""
    names = ("server", "port", "database", "username", "password")
    return {
        "name": program["name"],
        "auth": {
            "specName": "Basic Authentication",
            "params": {name: str(program[name]) for name in names if name in program},
        },
        "connectionSpec": {"id": "3416976c-a9ca-4bba-901a-1f08f66978ff", "version": "1.0"},
    }


@contextmanager
def hidden(emulator: Emulator, connection_id: str) -> Iterator[None]:
    """Every read of the connection is answered as Adobe publishes it for what an access label hides."""
    text = f"The requested connections resource {connection_id} is not found."
    body = {
        "type": "https://ns.adobe.com/aep/errors/FLOW-1439-404",
        "title": "Resource not found",
        "status": 404,
        "report": {"detailed-message": text, "id": connection_id, "type": "connections"},
        "errorMessage": text,
    }
    emulator.fault("GET", f"/connections/{connection_id}", kind="status", status=404, json=body, times=None)
    yield
    emulator.clear_faults()
