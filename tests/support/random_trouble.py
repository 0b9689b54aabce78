"""What happens to a connection by chance: edits of the program, and trouble with the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, settings
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
# Who works in the UI.
ANN = "ann@example.com"
# Fields that a program may manage, with the values that it may give; None: not managed.
FIELDS: dict[str, tuple[Any, ...]] = {
    "server": ("one.example.com", "two.example.com", "three.example.com"),
    "port": (None, 5439, 5440),
    "schema": (None, "public", "private"),
    "description": (None, "Orders", "Invoices"),
}
# POSTs without an answer, applied at once, later, or never.
LOST_CREATIONS: list[dict[str, Any]] = [
    {"kind": "lost_answer"},
    {"kind": "late_write", "seconds": 4.0},
    {"kind": "late_write", "seconds": 20.0, "answer": "close"},
    {"kind": "reset"},
    {"kind": "status", "status": 503},
]
_LOST, _RESET = ("PATCH", {"kind": "lost_answer"}), ("PATCH", {"kind": "reset"})
FORBIDDEN: dict[str, Any] = {"kind": "status", "status": 403, "times": None}
_UNAVAILABLE: dict[str, Any] = {"kind": "status", "status": 503, "times": None}
# What a change meets, one after the other: its PATCH, what follows that, or its undo.
LOST_CHANGES: list[list[tuple[str, dict[str, Any]]]] = [
    [_LOST],
    [_LOST],
    [_LOST, ("PATCH", FORBIDDEN)],
    [_LOST, ("GET", FORBIDDEN)],
    [_LOST, ("PATCH", _UNAVAILABLE)],
    [_RESET],
    [_RESET, ("PATCH", FORBIDDEN)],
    [("PATCH", {"kind": "lost_answer", "skip": 1})],
    [("PATCH", {**FORBIDDEN, "skip": 1})],
    [("PATCH", {**_UNAVAILABLE, "skip": 1})],
]
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


def effort(config: pytest.Config, examples: int, steps: int = 1) -> settings:
    """How many random examples: the same ones each time; with `--hypothesis-seed=N` five times as many others."""
    is_seeded = config.getoption("--hypothesis-seed") is not None
    return settings(
        max_examples=examples * (5 if is_seeded else 1),
        stateful_step_count=steps,
        deadline=None,
        derandomize=not is_seeded,
        database=None,
        suppress_health_check=list(HealthCheck),
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


def by_hand(field: str) -> dict[str, Any]:
    """What somebody enters in the UI for a field, for `Emulator.change_connection`."""
    value = "5555" if field == "port" else f"{field}.by.hand"
    return {"description": value} if field == "description" else {"params": {field: value}}


def is_applied(fault: dict[str, Any]) -> bool:
    """Whether a write that meets this fault is applied in the end."""
    return fault["kind"] in ("lost_answer", "late_write")


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
