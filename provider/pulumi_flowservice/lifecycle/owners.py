"""Which resource of the program has which connection, so that removing one deletes no connection of another."""

from __future__ import annotations

import threading

from ..errors import Code, LifecycleError, OwnershipError


class Owners:
    """The owners in one process. Resources are known by their URN; a dynamic provider is not told it, it passes ""."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[str] = set()
        self._owners: dict[str, str] = {}
        self._failed: set[str] = set()

    def take(self, connection_id: str) -> None:
        """Record that this run has adopted or imported the connection."""
        with self._lock:
            self._taken.add(connection_id)

    def own(self, connection_id: str, urn: str) -> None:
        """Record that this resource of the program has the connection."""
        if urn:
            with self._lock:
                self._owners[connection_id] = urn

    def require_free(self, connection_id: str, urn: str) -> None:
        """Raise an OwnershipError if another resource of the program has the connection."""
        if self._other(connection_id, urn):
            raise OwnershipError(
                "another resource of this program manages the same connection",
                remedy="Remove one of the two from the program.",
            )

    def keeps(self, connection_id: str, urn: str) -> bool:
        """Return whether a deletion by this resource would take the connection from another one."""
        with self._lock:
            is_taken = connection_id in self._taken
        return is_taken or self._other(connection_id, urn)

    def fail(self, urn: str) -> None:
        """Record that a creation or change of this resource failed."""
        if urn:
            with self._lock:
                self._failed.add(urn)

    def require_usable(self, urn: str) -> None:
        """Raise a LifecycleError if what replaces the connection failed: until it works, dataflows need the old one."""
        with self._lock:
            has_failed = urn in self._failed
        if has_failed:
            raise LifecycleError(
                "it was not deleted, because the connection that replaces it does not work yet",
                code=Code.REPLACEMENT_FAILED,
                remedy="Correct the new connection first; the next `pulumi up` then deletes the old one.",
            )

    def _other(self, connection_id: str, urn: str) -> bool:
        with self._lock:
            return bool(urn) and self._owners.get(connection_id, urn) != urn
