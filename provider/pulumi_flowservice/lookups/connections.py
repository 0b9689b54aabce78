"""Look up connections of a kind: one by id or name, or all of a sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..lifecycle.operation import Run
from ..lifecycle.preconditions import require_ours
from ..lifecycle.wait import existing
from ..resources.connection.kind import Kind
from .names import is_id, name_filter, named, require_one
from .results import ConnectionResult, iso
from .session import NOT_THERE, asking

if TYPE_CHECKING:
    from ..api.models import Connection
    from ..api.sandbox import Sandbox


def find_connection(
    run: Run, kind: Kind, connection_id: str | None, name: str | None, sandbox: str | None
) -> ConnectionResult:
    """Return the connection of this kind with this id or name.

    Raises: FlowServiceError; if several connections have the name, it lists them.
    """
    require_one(connection_id, name, "connection")
    with asking(run, f"looking up connection {connection_id or name!r}", sandbox) as opened:
        if connection_id:
            current = existing(opened.connections, connection_id, NOT_THERE)
        else:
            of, filters = f" of {kind.title}", (kind.spec_filter,)
            current = named(opened, opened.connections, str(name), of=of, filters=filters, is_preferred=kind.is_type_of)
        require_ours(kind, current, opened.name, run.settings.ims_org)
        return connection_result(kind, current, opened.name)


def list_connections(run: Run, kind: Kind, sandbox: str | None, wanted: Mapping[str, object]) -> list[ConnectionResult]:
    """Return all connections of this kind with these properties, most recently changed first.

    None in `wanted` matches any value. Raises: FlowServiceError.
    """
    with asking(run, "listing connections", sandbox) as opened:
        found = [connection_result(kind, c, opened.name) for c in listed(opened, kind, wanted.get("name"))]
    required = {name: value for name, value in wanted.items() if value is not None}
    return [each for each in found if all(each.flat().get(name) == value for name, value in required.items())]


def by_id_or_name(opened: Sandbox, text: str) -> Connection:
    """Return the connection, of any kind, that a person names by either. Raises: FlowServiceError."""
    if is_id(text):
        return existing(opened.connections, text, NOT_THERE)  # type: ignore[no-any-return]
    return named(opened, opened.connections, text, is_typed=True)  # type: ignore[no-any-return]


def listed(opened: Sandbox, kind: Kind, name: object = None) -> Iterator[Connection]:
    """Yield the connections of a kind. The API filters by name if that is safe, so callers must compare names too."""
    found = opened.connections.list(kind.spec_filter, *name_filter(name))
    return (connection for connection in found if kind.is_type_of(connection))


def connection_result(kind: Kind, connection: Connection, sandbox: str) -> ConnectionResult:
    """Return the connection as the result of a look-up."""
    shown = kind.shown(connection)
    return ConnectionResult(
        id=connection.id,
        kind=kind.name,
        name=connection.name,
        sandbox=connection.sandbox_name or sandbox,
        description=connection.description,
        params={name: shown.get(name) for name in kind.details},
        state=connection.state,
        etag=connection.etag,
        ims_org=connection.ims_org_id,
        created_by=connection.created_by,
        created_at=iso(connection.created_at),
        updated_by=connection.updated_by,
        updated_at=iso(connection.updated_at),
    )
