"""What look-ups answer with: frozen, typed, and without any secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ConnectionResult:
    """A connection of any kind as the API shows it. Secrets are never read, in whatever form the API shows them.

    `params` are the visible ones by their names in the state, such as `server`; times are ISO 8601, in UTC; `state` is
    `enabled`, `disabled`, `initializing` or another in passing.
    """

    id: str
    kind: str
    name: str
    sandbox: str
    description: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    state: str = ""
    etag: str | None = None
    ims_org: str | None = None
    created_by: str | None = None
    created_at: str | None = None
    updated_by: str | None = None
    updated_at: str | None = None

    def flat(self) -> dict[str, Any]:
        """Return all of it on one level, `params` among the rest."""
        return {**{name: value for name, value in vars(self).items() if name != "params"}, **self.params}


@dataclass(frozen=True)
class TableResult:
    """A table or view that the connection's user sees; `path` is what `get_table_columns` takes."""

    name: str
    path: str
    type: str
    can_preview: bool
    can_fetch_schema: bool


@dataclass(frozen=True)
class ColumnResult:
    """A column of a table: its type as Flow Service sees it, and in Experience Platform's own data model (XDM)."""

    name: str
    type: str
    xdm_type: str


@dataclass(frozen=True)
class FlowResult:
    """A dataflow that reads through a connection."""

    id: str
    name: str
    state: str
