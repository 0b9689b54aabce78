"""Reads that share the pages of the list: a refresh of 300 connections takes a dozen requests instead of 300.

Every fourth read that the pages so far cannot answer takes one more page, of 100 connections, most recently changed
first. So a few connections in a large sandbox are read one by one, and many soon come from pages; at worst a quarter
more requests are made than there are connections. What is not in a page, or looks doubtful there, is read by itself:
a page never says that a connection is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from .connection_type import ConnectionType
from .errors import FlowServiceError

if TYPE_CHECKING:
    from .flow_service import FlowServiceClient
    from .models import Connection

PAGE = 100
READS_PER_PAGE = 4
FRESH_SECONDS = 60.0


class BulkReads:
    """The reads of one kind of connection in one process; safe to use from several threads."""

    def __init__(self, kind: ConnectionType, *, is_on: bool) -> None:
        self._kind = kind
        self._is_on = is_on
        self._lock = threading.Lock()
        self._sandboxes: dict[str, _Pages] = {}

    def get(self, client: FlowServiceClient, sandbox: str, connection_id: str) -> Connection:
        """The connection, at most a minute old. Raises: NotFoundError, always from a read of its own."""
        if not self._is_on:
            return client.get_connection(sandbox, connection_id)
        with self._lock:
            pages = self._sandboxes.get(sandbox)
            if pages is None or pages.until < client.clock.monotonic():
                pages = self._sandboxes[sandbox] = _Pages(
                    client.list_connections(sandbox, f"connectionSpec.id=={self._kind.spec_id}"),
                    client.clock.monotonic() + FRESH_SECONDS,
                )
        found = pages.find(connection_id)
        return found if found else client.get_connection(sandbox, connection_id)

    def forget(self, sandbox: str, connection_id: str) -> None:
        """After a write, what a page says of this connection is old."""
        with self._lock:
            pages = self._sandboxes.get(sandbox)
        if pages:
            pages.forget(connection_id)


class _Pages:
    """The pages read so far of one sandbox's list."""

    def __init__(self, listed: Iterator[Connection], until: float) -> None:
        self.until = until
        self._listed = listed
        self._lock = threading.Lock()
        self._misses = 0
        self._found: dict[str, Connection] = {}
        self._written: set[str] = set()

    def find(self, connection_id: str) -> Connection | None:
        # The lock is held while a page is read: the threads that wait for it are likely to find theirs in it.
        with self._lock:
            if connection_id in self._written:
                return None
            if connection_id not in self._found:
                self._misses += 1
                if self._misses % READS_PER_PAGE == 0:
                    self._turn_page()
            return self._found.get(connection_id)

    def _turn_page(self) -> None:
        """A list that fails ends here: the reads go on one by one, and report what they meet themselves."""
        with suppress(FlowServiceError):
            self._found |= {c.id: c for c in islice(self._listed, PAGE) if _is_certain(c)}

    def forget(self, connection_id: str) -> None:
        with self._lock:
            self._written.add(connection_id)


def _is_certain(connection: Connection) -> bool:
    """Whether a list entry says as much as a read of its own would."""
    return bool(connection.etag and connection.auth.params and connection.state in ("enabled", "disabled"))
