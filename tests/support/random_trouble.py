"""What happens to a connection by chance: edits of the program, and trouble with the network."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

MANAGED = ("server", "database", "username")
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
