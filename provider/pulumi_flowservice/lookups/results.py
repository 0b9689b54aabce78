"""The results of look-ups: frozen, typed, and without secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..lifecycle.versions import utc

# What the package exports.
__all__ = [
    "ColumnResult",
    "ConnectionResult",
    "DataflowResult",
    "DataflowRunResult",
    "DataflowScheduleResult",
    "DatasetResult",
    "FlowResult",
    "SchemaFieldResult",
    "SchemaResult",
    "TableResult",
]
# The words that Adobe documents for a run, in one spelling.
_NOT_OVER = frozenset(("in_progress", "queued", "scheduled"))
_GOOD = frozenset(("success", "completed"))
_BAD = frozenset(("failed", "partial_success", "partial_failure"))


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


@dataclass(frozen=True)
class DatasetResult:
    """A dataset. `schema_id` is the `$id` of its schema, if the Catalog shows it."""

    id: str
    name: str
    sandbox: str
    schema_id: str | None = None


@dataclass(frozen=True)
class SchemaFieldResult:
    """A field of a schema: its path, as the keys of a mapping have it, and its type in XDM, such as `date-time`.

    A list or map is one field. If `is_required`, a row without a value is refused.
    """

    path: str
    xdm_type: str
    is_required: bool


@dataclass(frozen=True)
class SchemaResult:
    """A schema with all its fields. `id` is its `$id`."""

    id: str
    title: str
    sandbox: str
    version: str = ""
    fields: Sequence[SchemaFieldResult] = ()


@dataclass(frozen=True)
class DataflowScheduleResult:
    """When a dataflow runs: every `interval` of `frequency`, which is minute, hour, day, week or once.

    `start_time` is ISO 8601, in UTC. What the API does not show is None.
    """

    frequency: str | None = None
    interval: int | None = None
    start_time: str | None = None
    backfill: bool | None = None


@dataclass(frozen=True)
class DataflowResult:
    """A dataflow from a table to a dataset.

    What belongs to its source or target connection is None if that does not exist any more. Times are ISO 8601, in UTC.
    """

    id: str
    name: str
    sandbox: str
    state: str
    schedule: DataflowScheduleResult
    source_connection_id: str
    target_connection_id: str
    description: str | None = None
    connection_id: str | None = None
    table: str | None = None
    delta_column: str | None = None
    dataset_id: str | None = None
    schema_id: str | None = None
    mapping_id: str | None = None
    mapping_version: int | None = None
    etag: str | None = None
    ims_org: str | None = None
    created_by: str | None = None
    created_at: str | None = None
    updated_by: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True)
class DataflowRunResult:
    """A run of a dataflow: when, how it went, and how many rows it read, wrote and refused.

    `status` is the API's word in lower case, such as `success`, `failed` or `in_progress`; a success may have failed
    rows. Times are ISO 8601, in UTC. `errors` are codes and messages of the API.
    """

    id: str
    status: str
    started_at: str | None = None
    completed_at: str | None = None
    duration_seconds: float | None = None
    rows_read: int = 0
    rows_written: int = 0
    rows_failed: int = 0
    errors: Sequence[str] = ()

    @property
    def is_over(self) -> bool:
        """Whether it has ended. A word that nobody has documented means what the time of its end says."""
        return self.status not in _NOT_OVER and (self.status in _GOOD | _BAD or self.completed_at is not None)

    @property
    def is_success(self) -> bool:
        """Whether the API calls it a success; rows of it may have failed."""
        return self.status in _GOOD

    @property
    def is_good(self) -> bool:
        """Whether it is a success, and no row failed."""
        return self.is_success and not self.rows_failed

    @property
    def is_repeatable(self) -> bool:
        """Whether the API repeats it, as far as documented: it failed, or it wrote no row although there were some."""
        return self.is_over and (not self.is_success or (self.rows_failed > 0 and not self.rows_written))


def iso(epoch_milliseconds: int) -> str | None:
    """Return a time of the API as ISO 8601 in UTC; None if it is missing."""
    when = utc(epoch_milliseconds)
    return when.isoformat(timespec="milliseconds") if when else None
