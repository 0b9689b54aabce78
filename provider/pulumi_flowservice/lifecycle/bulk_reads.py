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

from ..clock import Clock, time_limit
from ..errors import FlowServiceError
from ..kinds.kind import Kind

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection
    from ..api.outcomes import Gone

# As many as the API gives at once; a page of the list is one request.
PAGE = 100
READS_PER_PAGE = 4
FRESH_SECONDS = 60.0
# A list that is slow to answer must leave time for the read that asked for it.
PAGE_SECONDS = 20.0


class BulkReads:
    """The reads of one kind of connection in one process; safe to use from several threads."""

    def __init__(self, kind: Kind, *, is_on: bool) -> None:
        self._kind = kind
        self._is_on = is_on
        self._lock = threading.Lock()
        self._sandboxes: dict[str, _Pages] = {}
        self._written: set[str] = set()

    def get(self, connections: Connections, connection_id: str) -> Connection | Gone:
        """The connection, at most a minute old; that it is gone comes from a read of its own always."""
        found = self._find(connections, connection_id) if self._is_on else None
        return found or connections.get(connection_id)

    def forget(self, connection_id: str) -> None:
        """Before a write: from here on, this process reads the connection by itself, whatever a page says of it."""
        with self._lock:
            self._written.add(connection_id)

    def _find(self, connections: Connections, connection_id: str) -> Connection | None:
        with self._lock:
            if connection_id in self._written:
                return None
            pages = self._sandboxes.get(connections.sandbox)
            if pages is None or not pages.is_fresh:
                listed = connections.list(self._kind.spec_filter)
                pages = self._sandboxes[connections.sandbox] = _Pages(listed, connections.clock)
        found = pages.find(connection_id)
        with self._lock:
            # Written by another thread while this one waited for a page: the page may be older than the write.
            return None if connection_id in self._written else found


class _Pages:
    """The pages read so far of one sandbox's list; the first is read after this is made, so none is older than it."""

    def __init__(self, listed: Iterator[Connection], clock: Clock) -> None:
        self._listed = listed
        self._clock = clock
        self._until = clock.monotonic() + FRESH_SECONDS
        self._lock = threading.Lock()
        self._turning = threading.Lock()
        self._misses = 0
        self._found: dict[str, Connection] = {}

    @property
    def is_fresh(self) -> bool:
        """Whether all that was read is less than a minute old."""
        return self._clock.monotonic() < self._until

    def find(self, connection_id: str) -> Connection | None:
        """The connection as the pages show it; None says nothing about it."""
        if self._misses_often(connection_id):
            # Only who takes a page waits for it: in a large sandbox the others' connections are rarely in it.
            with self._turning:
                if connection_id not in self._found:
                    self._turn_page()
        with self._lock:
            return self._found.get(connection_id) if self.is_fresh else None

    def _misses_often(self, connection_id: str) -> bool:
        """Whether this is the fourth, eighth, … read that the pages cannot answer."""
        with self._lock:
            is_missing = connection_id not in self._found
            self._misses += is_missing
            return is_missing and self._misses % READS_PER_PAGE == 0

    def _turn_page(self) -> None:
        """A list that fails ends here: the reads go on one by one, and report what they meet themselves."""
        with time_limit(self._clock, PAGE_SECONDS), suppress(FlowServiceError):
            page = {c.id: c for c in islice(self._listed, PAGE) if _is_certain(c)}
            with self._lock:
                self._found |= page


def _is_certain(connection: Connection) -> bool:
    """Whether a list entry says as much as a read of its own would."""
    is_whole = bool(connection.etag and connection.connection_spec and connection.auth.params)
    return is_whole and connection.state in ("enabled", "disabled")
