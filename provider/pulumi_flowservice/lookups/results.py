"""What look-ups answer with: frozen, typed, and without any secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RedshiftConnectionResult:
    """A Redshift connection as the API shows it. Its password is never read, in whatever form the API shows it."""

    id: str
    name: str
    sandbox: str
    description: str | None = None
    server: str | None = None
    port: int | None = None
    database: str | None = None
    username: str | None = None
    schema: str | None = None
    state: str = ""
    """`enabled`, `disabled` or `initializing`; the API knows others in passing."""
    etag: str | None = None
    ims_org: str | None = None
    created_by: str | None = None
    created_at: str | None = None
    """ISO 8601, in UTC."""
    updated_by: str | None = None
    updated_at: str | None = None
    """ISO 8601, in UTC."""


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
    """A column of a table."""

    name: str
    type: str
    """The type as Flow Service sees it."""
    xdm_type: str
    """The type in Experience Platform's own data model (XDM)."""


@dataclass(frozen=True)
class FlowResult:
    """A dataflow that reads through a connection."""

    id: str
    name: str
    state: str
