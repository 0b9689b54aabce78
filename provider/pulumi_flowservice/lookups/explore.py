"""Look-ups through a connection: the tables of its database, their columns, and the dataflows that use it.

Source of `explore`: Adobe's tutorial on exploring tabular sources.
"""

from __future__ import annotations

import difflib
from contextlib import suppress

from ..errors import AnswerError, Code, FlowServiceError, NotFoundError, SettingsError
from ..lifecycle.wait import existing
from ..settings import Settings
from .results import ColumnResult, FlowResult, TableResult
from .session import NOT_THERE, Session, asking

_LOGIN = "The database may be down or may refuse the login: test the connection in the UI, and check its credentials."


def list_tables(settings: Settings, connection_id: str, sandbox: str | None) -> list[TableResult]:
    """Return the tables and views that the connection's user sees. Raises: FlowServiceError."""
    with asking(settings, f"exploring connection {connection_id!r}", sandbox) as session:
        return _tables(session, connection_id)


def list_columns(settings: Settings, connection_id: str, table: str, sandbox: str | None) -> list[ColumnResult]:
    """Return the columns of a table, in the database's order. Raises: FlowServiceError."""
    if not table:
        raise SettingsError("`table` is empty: give the path of a table, as `get_tables` returns it")
    activity = f"reading the columns of table {table!r} through connection {connection_id!r}"
    with asking(settings, activity, sandbox) as session:
        try:
            columns = session.connections.explore_table(connection_id, table)
        except NotFoundError as missing:
            raise missing.copy(remedy=NOT_THERE) from None
        except AnswerError as refused:
            raise refused.copy(remedy=refused.remedy or _nearest(session, connection_id, table)) from None
        if not columns:
            nearest = _nearest(session, connection_id, table)
            raise FlowServiceError("the API shows no columns of it", code=Code.NOT_FOUND, remedy=nearest)
    return [ColumnResult(column.name, column.type, column.xdm_type) for column in columns]


def list_flows(settings: Settings, connection_id: str, sandbox: str | None) -> list[FlowResult]:
    """Return the dataflows that read through a connection of any kind. Raises: FlowServiceError."""
    with asking(settings, f"looking for flows that use connection {connection_id!r}", sandbox) as session:
        # A connection that does not exist would give an empty list, which reads as "safe to delete".
        existing(session.connections, connection_id, NOT_THERE)
        found = session.flows.using(connection_id)
    return [FlowResult(flow.id, flow.name, flow.state) for flow in found]


def _tables(session: Session, connection_id: str) -> list[TableResult]:
    try:
        found = session.connections.explore(connection_id)
    except NotFoundError as missing:
        raise missing.copy(remedy=NOT_THERE) from None
    except AnswerError as refused:
        raise refused.copy(remedy=refused.remedy or _LOGIN) from None
    return [TableResult(t.name or t.path, t.path, t.type, t.can_preview, t.can_fetch_schema) for t in found]


def _nearest(session: Session, connection_id: str, table: str) -> str:
    """Return a hint: the tables with similar paths, or what to check when the tables cannot be listed."""
    with suppress(FlowServiceError):
        paths = [found.path for found in _tables(session, connection_id)]
        near = difflib.get_close_matches(table, paths, n=3, cutoff=0.4) or paths[:3]
        return f"The connection sees {len(paths)} tables" + (f", such as {', '.join(near)}." if near else ".")
    return "Its tables cannot be listed either: test the connection in the UI, and check that the database is up."
