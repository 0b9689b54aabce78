"""The results of look-ups: frozen, typed, and without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What the package exports.
__all__ = [
    "ColumnResult",
    "ConnectionResult",
    "FlowResult",
    "TableResult",
]


@dataclass(frozen=True)
class ConnectionResult:
    """A connection of any kind as the API shows it, without secrets.

    `params` are the visible ones by their names in the state, such as `server`. Times are ISO 8601, in UTC. `state` is
    `enabled`, `disabled`, or a temporary one such as `initializing`.
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
        """Return all fields in one dictionary, with the params beside the others."""
        return {**{name: value for name, value in vars(self).items() if name != "params"}, **self.params}


@dataclass(frozen=True)
class TableResult:
    """A table or view that the connection's user can see; `path` is the argument of `get_table_columns`."""

    name: str
    path: str
    type: str
    can_preview: bool
    can_fetch_schema: bool


@dataclass(frozen=True)
class ColumnResult:
    """A column of a table: its type in Flow Service, and in Experience Platform's data model (XDM)."""

    name: str
    type: str
    xdm_type: str


@dataclass(frozen=True)
class FlowResult:
    """A dataflow that uses a connection."""

    id: str
    name: str
    state: str
