"""Reads that share the pages of the list: a refresh of 300 connections takes about 15 requests instead of 300.

The list has 100 objects per page, most recently changed first. Every fourth read that the pages so far cannot answer
fetches one more page. So a few objects in a large sandbox are read one by one, many come from pages, and at worst there
are a quarter more requests than objects. An object that is in no page, or incomplete there, is read by its id: a page
never proves that it is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..api.clock import Clock
from ..errors import FlowServiceError

if TYPE_CHECKING:
    from ..api.collection import Collection

READS_PER_PAGE = 4
FRESH_SECONDS = 60.0
# A slow list must leave time for the read that waits for it.
PAGE_SECONDS = 20.0


class Pages:
    """The pages of one sandbox's list that were read so far, all within `FRESH_SECONDS`.

    `is_whole` tells whether an entry of the list is as complete as a read by id. With `is_first_page_due`, the first
    page is read at once, for objects that come in great numbers together with others.
    """

    def __init__(
        self,
        clock: Clock,
        filters: Sequence[str],
        is_whole: Callable[[Any], bool],
        *,
        is_first_page_due: bool = False,
    ) -> None:
        self._is_first_page_due = is_first_page_due
        self._clock = clock
        self._filters = filters
        self._is_whole = is_whole
        self._until = clock.monotonic() + FRESH_SECONDS
        self._lock = threading.Lock()
        self._fetching = threading.Lock()
        self._misses = 0
        self._next: str | None = None
        self._is_over = False
        self._found: dict[str, Any] = {}

    @property
    def is_fresh(self) -> bool:
        """Whether the pages are less than a minute old."""
        return self._clock.monotonic() < self._until

    def find(self, object_id: str, collection: Collection[Any]) -> Any:
        """Return the object from a page; None means unknown, not gone. `collection` reads one more page if needed."""
        is_due = self._is_page_due(object_id)
        # A read that comes while a page is on its way waits for it: with many calls at once, the page has most of them.
        with self._fetching:
            if is_due and object_id not in self._found and not self._is_over:
                self._fetch_page(collection)
        with self._lock:
            return self._found.get(object_id) if self.is_fresh else None

    def _is_page_due(self, object_id: str) -> bool:
        """Return whether this is the fourth, eighth, … read that the pages cannot answer; or the first."""
        with self._lock:
            is_missing = object_id not in self._found
            self._misses += is_missing
            is_first = self._is_first_page_due and self._misses == 1
            return is_missing and (is_first or self._misses % READS_PER_PAGE == 0)

    def _fetch_page(self, collection: Collection[Any]) -> None:
        """Read one more page. A failure is ignored: the following reads by id report it themselves."""
        try:
            page, self._next = collection.page(self._filters, self._next)
            self._is_over = self._next is None
        except FlowServiceError:
            self._is_over = True
            return
        with self._lock:
            self._found |= {each.id: each for each in page if each.is_settled and self._is_whole(each)}
