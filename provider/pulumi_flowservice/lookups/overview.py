"""An overview of a sandbox: its connections and dataflows, from three lists and without a request for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..lifecycle.operation import Run
from ..resources.connection.kind import Kind
from ..resources.connection.kinds import KINDS
from ..resources.dataflow.parts import is_of_tables
from .results import iso
from .session import asking
from .whole_dataflows import FlowList, flows_if_permitted

if TYPE_CHECKING:
    from ..api.dataflow_models import Flow
    from ..api.models import Connection, Document
    from ..api.sandbox import Sandbox

OTHER_KIND = "other"
# What names the place of a database, in the kinds that there are; where none of it is shown, the first param does.
_HOSTS = ("server", "host", "account", "project", "projectId")


@dataclass(frozen=True)
class ConnectionSummary:
    """A connection of any kind: `flows` is the number of flows that use it, None if these credentials may not see them.

    `target` is host and database; empty where the API does not show them. `kind` is `other` for one that this provider
    does not manage. Times are ISO 8601, in UTC.
    """

    id: str
    name: str
    kind: str
    target: str
    state: str
    flows: int | None
    updated_by: str | None
    updated_at: str | None


@dataclass(frozen=True)
class DataflowSummary:
    """A dataflow from a table to a dataset; `connection` is the name of its connection, or else its id, or empty."""

    id: str
    name: str
    connection: str
    table: str
    state: str
    updated_by: str | None
    updated_at: str | None


@dataclass(frozen=True)
class Overview:
    """What a sandbox has, sorted by name; of other flows, the number. No dataflows if these credentials may not."""

    sandbox: str
    connections: tuple[ConnectionSummary, ...]
    dataflows: tuple[DataflowSummary, ...] | None
    other_flows: int


def overview(run: Run, sandbox: str | None) -> Overview:
    """Read a sandbox, with one request per 100 connections, source connections and flows. Raises: FlowServiceError."""
    with asking(run, "listing connections", sandbox) as opened:
        found = _sorted(each.for_call(opened.quote) for each in opened.connections.list())
        listed = flows_if_permitted(opened)
        users = None if listed is None else {base: len(flows) for base, flows in listed.by_connection().items()}
        connections = tuple(_connection(each, users) for each in found)
        if listed is None:
            return Overview(opened.name, connections, None, 0)
        names = {each.id: each.name for each in found}
        return Overview(opened.name, connections, _dataflows(opened, listed, names), len(listed.others))


@dataclass(frozen=True)
class LastChange:
    """Who changed an object last, and when: ISO 8601, in UTC; None if the API does not show it."""

    by: str | None
    at: str | None


def last_changes(run: Run, sandboxes: Iterable[str]) -> dict[str, LastChange]:
    """Return who changed each connection and dataflow last, by their ids. Raises: FlowServiceError."""
    found: list[ConnectionSummary | DataflowSummary] = []
    for sandbox in sandboxes:
        seen = overview(run, sandbox)
        found += [*seen.connections, *(seen.dataflows or ())]
    return {each.id: LastChange(each.updated_by, each.updated_at) for each in found}


def target(kind: Kind | None, connection: Connection) -> str:
    """Return host and database of a connection, as far as the API shows them."""
    if kind is None:
        return ""
    shown = kind.shown(connection)
    host = next((str(shown[name]) for name in (*_HOSTS, *(each.name for each in kind.params)) if shown.get(name)), "")
    return "/".join(dict.fromkeys(part for part in (host, str(shown.get("database") or "")) if part))


def kind_of(connection: Connection) -> Kind | None:
    """Return the kind of a connection; None for one that this provider does not manage."""
    return next((kind for kind in KINDS.values() if kind.is_type_of(connection)), None)


def _connection(connection: Connection, users: Mapping[str, int] | None) -> ConnectionSummary:
    kind = kind_of(connection)
    return ConnectionSummary(
        id=connection.id,
        name=connection.name,
        kind=kind.name if kind else OTHER_KIND,
        target=target(kind, connection),
        state=connection.state,
        flows=None if users is None else users.get(connection.id, 0),
        updated_by=connection.updated_by,
        updated_at=iso(connection.updated_at),
    )


def _dataflows(opened: Sandbox, listed: FlowList, names: Mapping[str, str]) -> tuple[DataflowSummary, ...]:
    flows = _sorted(each.for_call(opened.quote) for each in listed.flows if is_of_tables(each))
    return tuple(_dataflow(each, listed, names) for each in flows)


def _dataflow(flow: Flow, listed: FlowList, names: Mapping[str, str]) -> DataflowSummary:
    source = listed.sources.get(flow.source_connection_ids[0])
    base = (source.base_connection_id if source else None) or ""
    return DataflowSummary(
        id=flow.id,
        name=flow.name,
        connection=names.get(base) or base,
        table=source.table if source else "",
        state=flow.state,
        updated_by=flow.updated_by,
        updated_at=iso(flow.updated_at),
    )


def _sorted(found: Iterable[Any]) -> list[Any]:
    def key(each: Document) -> tuple[str, str]:
        return each.name, each.id

    return sorted(found, key=key)
