"""Reads that share the pages of the list: a refresh of 300 connections takes about 15 requests instead of 300.

The list has 100 connections per page, most recently changed first. Every fourth read that the pages so far cannot
answer fetches one more page. So a few connections in a large sandbox are read one by one, many connections come from
pages, and at worst there are a quarter more requests than connections. A connection that is in no page, or incomplete
there, is read by its id: a page never proves that a connection is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from ..api.clock import Clock, time_limit
from ..errors import FlowServiceError
from ..resources.connection.kind import Kind

if TYPE_CHECKING:
    from ..api.connections import Connections
    from ..api.models import Connection
    from ..api.outcomes import Gone

# The size of a page of the API's list; one page is one request.
PAGE = 100
READS_PER_PAGE = 4
FRESH_SECONDS = 60.0
# A slow list must leave time for the read that waits for it.
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
        """Return the connection, at most a minute old. Only a read by id returns Gone."""
        found = self._find(connections, connection_id) if self._is_on else None
        return found or connections.get(connection_id)

    def forget(self, connection_id: str) -> None:
        """Read the connection by id from now on. Called before a write, because pages may be older than the write."""
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
            # Another thread may have written while this one waited for a page: the page may be older than the write.
            return None if connection_id in self._written else found


class _Pages:
    """The pages of one sandbox's list that were read so far, all within `FRESH_SECONDS`."""

    def __init__(self, listed: Iterator[Connection], clock: Clock) -> None:
        self._listed = listed
        self._clock = clock
        self._until = clock.monotonic() + FRESH_SECONDS
        self._lock = threading.Lock()
        self._fetching = threading.Lock()
        self._misses = 0
        self._found: dict[str, Connection] = {}

    @property
    def is_fresh(self) -> bool:
        """Whether the pages are less than a minute old."""
        return self._clock.monotonic() < self._until

    def find(self, connection_id: str) -> Connection | None:
        """Return the connection from a page; None means unknown, not gone."""
        is_due = self._is_page_due(connection_id)
        # A read that comes while a page is on its way waits for it: with many calls at once, the page has most of them.
        with self._fetching:
            if is_due and connection_id not in self._found:
                self._fetch_page()
        with self._lock:
            return self._found.get(connection_id) if self.is_fresh else None

    def _is_page_due(self, connection_id: str) -> bool:
        """Return whether this is the fourth, eighth, … read that the pages cannot answer."""
        with self._lock:
            is_missing = connection_id not in self._found
            self._misses += is_missing
            return is_missing and self._misses % READS_PER_PAGE == 0

    def _fetch_page(self) -> None:
        """Read one more page. A failure is ignored: the following reads by id report it themselves."""
        with time_limit(self._clock, PAGE_SECONDS), suppress(FlowServiceError):
            # The list is one generator: each call continues where the last page ended.
            page = {c.id: c for c in islice(self._listed, PAGE) if _is_certain(c)}
            with self._lock:
                self._found |= page


def _is_certain(connection: Connection) -> bool:
    """Return whether a list entry is complete and settled, so that it can replace a read by id."""
    is_whole = bool(connection.etag and connection.connection_spec and connection.auth.params)
    return is_whole and connection.state in ("enabled", "disabled")
