"""How much one client may ask for, so that the others are served."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """None of these numbers is documented for the real service."""

    body_bytes: int = 1_048_576
    """A larger body is answered 413."""
    head_bytes: int = 65_536
    """A larger request line with headers is answered 431."""
    head_seconds: float = 20
    """How long a new connection, or a request that has begun, may take for its headers."""
    body_seconds: float = 60
    """How long a body may take after the headers."""
    write_seconds: float = 30
    """How long a client may leave an answer unread."""
    connections: int = 2_000
    """Beyond it the connection that has waited longest for a request is closed."""
    pipelined: int = 32
    """Requests that a client may send ahead of its answers."""


MOST_FILTERS = 50
MOST_VALUES = 500
MOST_ORDERS = 10
MOST_TOKEN = 16_384
