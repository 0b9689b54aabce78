"""Store connections, source connections and flows in one SQLite file.

Each write is a transaction of its own: when `put` or `delete` returns, the system has it, and a killed process loses
nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from ..json_values import Json
from .database_file import open_database

Read = TypeVar("Read")

_READERS = 4
_COLUMNS = "id, kind, sandbox, revision, ready_at, document, secrets"


@dataclass
class Resource:
    """A stored resource: what a GET shows, and apart from it the secret params in plain text."""

    id: str
    kind: str
    sandbox: str
    document: Json
    secrets: Json = field(default_factory=dict)
    ready_at: float | None = None
    """When something happens to it by itself, in seconds since the epoch: a connection ends its initialization."""
    revision: int = 0
    """Grows with every write to the store; the newest comes first in lists."""


@dataclass(frozen=True)
class Selection:
    """Which resources a list is about: SQL of our own making, values bound apart from it."""

    conditions: Sequence[str] = ()
    values: Sequence[object] = ()

    def sql(self) -> str:
        """Return the conditions for a WHERE clause that already has one."""
        return "".join(f" AND {each}" for each in self.conditions)


EVERYTHING = Selection()


class Store:
    """All access to the database, from the event loop's thread.

    Lists of a database file are read by a second connection in a thread: a filter that looks through ten
    thousand documents takes tens of milliseconds, in which single reads and writes go on.
    """

    def __init__(self, path: str) -> None:
        self._file = open_database(path)
        self._database = self._file.database
        # A database in memory belongs to one connection; it is for tests, with few resources.
        self._lists = self._database if path == ":memory:" else sqlite3.connect(path, check_same_thread=False)
        self._revision: int = self._database.execute("SELECT coalesce(max(revision), 0) FROM resources").fetchone()[0]
        self._readers = CapacityLimiter(_READERS)

    @property
    def token_key(self) -> bytes:
        """Return the key that access tokens are signed with, so that they are good after a restart, too."""
        return bytes(self._database.execute("SELECT key FROM token_key").fetchone()[0])

    def close(self) -> None:
        """Close the file; nothing is lost without it."""
        self._lists.close()
        self._database.close()
        self._file.release()

    def put(self, resource: Resource) -> None:
        """Insert or replace a resource as the newest one."""
        self._revision += 1
        resource.revision = self._revision
        self._database.execute(
            f"INSERT OR REPLACE INTO resources ({_COLUMNS}, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # Our own column names.
            (
                resource.id,
                resource.kind,
                resource.sandbox,
                resource.revision,
                resource.ready_at,
                json.dumps(resource.document),
                json.dumps(resource.secrets),
                resource.document.get("name"),
            ),
        )

    def amend(self, resource: Resource) -> None:
        """Replace a resource that is there, and leave it where it stands in lists."""
        self._database.execute(
            "UPDATE resources SET document = ?, ready_at = ? WHERE id = ?",
            (json.dumps(resource.document), resource.ready_at, resource.id),
        )

    def delete(self, resource_id: str) -> None:
        """Remove a resource, if it is there."""
        self._database.execute("DELETE FROM resources WHERE id = ?", (resource_id,))

    def clear(self) -> None:
        """Remove every resource."""
        self._database.execute("DELETE FROM resources")

    def get(self, resource_id: str) -> Resource | None:
        """Return a resource of any kind and sandbox."""
        return next(self._select(self._database, "id = ?", (resource_id,)), None)

    def all(self, kind: str) -> list[Resource]:
        """Return every resource of a kind, oldest change first."""
        return list(self._select(self._database, "kind = ? ORDER BY revision", (kind,)))

    def due(self, kind: str, now: float) -> list[Resource]:
        """Return the resources of a kind whose time has come, the earliest first."""
        return list(self._select(self._database, "ready_at <= ? AND kind = ? ORDER BY ready_at", (now, kind)))

    async def page(
        self, kind: str, sandbox: str, selection: Selection, *, order: str, limit: int, offset: int = 0
    ) -> list[Resource]:
        """Return some of the selected resources; `order` is SQL of our own making."""
        where = f"kind = ? AND sandbox = ?{selection.sql()} ORDER BY {order} LIMIT ? OFFSET ?"
        values = (kind, sandbox, *selection.values, limit, offset)
        return await self._aside(lambda: list(self._select(self._lists, where, values)))

    async def count(self, kind: str, sandbox: str, selection: Selection) -> int:
        """Return how many resources are selected."""
        sql = f"SELECT count(*) FROM resources WHERE kind = ? AND sandbox = ?{selection.sql()}"  # noqa: S608  # See Selection.
        values = (kind, sandbox, *selection.values)
        return await self._aside(lambda: int(self._lists.execute(sql, values).fetchone()[0]))

    async def _aside(self, read: Callable[[], Read]) -> Read:
        """Return what `read` returns, without holding up the event loop where there is a second connection."""
        if self._lists is self._database:
            return read()
        # Threads of their own: connection tests may occupy all others while their databases do not answer.
        return await to_thread.run_sync(read, limiter=self._readers)

    def _select(self, database: sqlite3.Connection, where: str, values: Sequence[object]) -> Iterator[Resource]:
        sql = f"SELECT {_COLUMNS} FROM resources WHERE {where}"  # noqa: S608  # Values are bound, see Selection.
        for row in database.execute(sql, values):
            resource_id, kind, sandbox, revision, ready_at, document, secrets = row
            yield Resource(resource_id, kind, sandbox, json.loads(document), json.loads(secrets), ready_at, revision)
