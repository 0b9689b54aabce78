"""Limit what one client may ask for, so that the others are served."""

from __future__ import annotations

import resource
from dataclasses import dataclass, replace

_OTHER_FILES = 100


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
    unread_bytes: int = 33_554_432
    """Beyond it, over all clients together, those are closed that have left answers unread for the longest."""
    connections: int = 2_000
    """Beyond it the connection that has waited longest for a request is closed."""
    pipelined: int = 32
    """Requests that a client may send ahead of its answers."""

    def affordable(self) -> Limits:
        """Return these limits with no more connections than the system lets this process open files."""
        # Beyond that, new clients would wait until others go: some systems allow 256 files.
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return replace(self, connections=min(self.connections, max(files - _OTHER_FILES, 16)))


MOST_PAGES = 4
MOST_FILTERS = 50
MOST_VALUES = 500
MOST_ORDERS = 10
MOST_TOKEN = 16_384


def allow_open_files() -> None:
    """Ask the system for as many open files as there may be connections; for a process of our own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = Limits().connections + 2 * _OTHER_FILES
    if soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )
