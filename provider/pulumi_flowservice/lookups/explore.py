"""Look-ups through a connection: the tables of its database, their columns, and the dataflows that use it.

Source of `explore`: Adobe's tutorial on exploring tabular sources.
"""

from __future__ import annotations

import difflib
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import AnswerError, Code, FlowServiceError, Reason, SettingsError
from ..lifecycle.operation import Run
from ..lifecycle.wait import existing
from .connections import by_id_or_name
from .results import ColumnResult, FlowResult, TableResult
from .session import NOT_THERE, asking

if TYPE_CHECKING:
    from ..api.models import Connection
    from ..api.sandbox import Sandbox

_LOGIN = "The database may be down or may refuse the login: test the connection in the UI, and check its credentials."


def list_tables(run: Run, connection_id: str, sandbox: str | None) -> list[TableResult]:
    """Return the tables and views that the connection's user sees. Raises: FlowServiceError."""
    with asking(run, f"exploring connection {connection_id!r}", sandbox) as opened:
        return _tables(opened, connection_id)


def list_columns(run: Run, connection_id: str, table: str, sandbox: str | None) -> list[ColumnResult]:
    """Return the columns of a table, in the database's order. Raises: FlowServiceError."""
    if not table:
        raise SettingsError("`table` is empty: give the path of a table, as `get_tables` returns it")
    activity = f"reading the columns of table {table!r} through connection {connection_id!r}"
    with asking(run, activity, sandbox) as opened:
        try:
            columns = opened.connections.explore_table(connection_id, table)
        except AnswerError as refused:
            if refused.refusal is Reason.GONE:
                raise refused.replace(remedy=NOT_THERE) from None
            raise refused.replace(remedy=refused.remedy or _nearest(opened, connection_id, table)) from None
        if not columns:
            nearest = _nearest(opened, connection_id, table)
            raise FlowServiceError("the API shows no columns of it", code=Code.NOT_FOUND, remedy=nearest)
    return [ColumnResult(column.name, column.type, column.xdm_type) for column in columns]


def list_flows(run: Run, connection_id: str, sandbox: str | None) -> list[FlowResult]:
    """Return the dataflows that read through a connection of any kind. Raises: FlowServiceError."""
    with asking(run, f"looking for flows that use connection {connection_id!r}", sandbox) as opened:
        # A connection that does not exist would give an empty list, which reads as "safe to delete".
        return _flows(opened, existing(opened.connections, connection_id, NOT_THERE))


def usage(run: Run, id_or_name: str, sandbox: str | None) -> tuple[str, list[FlowResult]]:
    """Return the id of the connection that a person names, and the dataflows that use it. Raises: FlowServiceError."""
    with asking(run, f"looking for flows that use connection {id_or_name!r}", sandbox) as opened:
        found = by_id_or_name(opened, id_or_name)
        return found.id, _flows(opened, found)


def _flows(opened: Sandbox, connection: Connection) -> list[FlowResult]:
    return [FlowResult(flow.id, flow.name, flow.state) for flow in opened.flows.using(connection.id)]


def _tables(opened: Sandbox, connection_id: str) -> list[TableResult]:
    try:
        found = opened.connections.explore(connection_id)
    except AnswerError as refused:
        remedy = NOT_THERE if refused.refusal is Reason.GONE else refused.remedy or _LOGIN
        raise refused.replace(remedy=remedy) from None
    return [TableResult(t.name or t.path, t.path, t.type, t.can_preview, t.can_fetch_schema) for t in found]


def _nearest(opened: Sandbox, connection_id: str, table: str) -> str:
    """Return a hint: the tables with similar paths, or what to check when the tables cannot be listed."""
    with suppress(FlowServiceError):
        paths = [found.path for found in _tables(opened, connection_id)]
        near = difflib.get_close_matches(table, paths, n=3, cutoff=0.4) or paths[:3]
        near = [shown for path in near if (shown := opened.quote(path))]
        return f"The connection sees {len(paths)} tables" + (f", such as {', '.join(near)}." if near else ".")
    return "Its tables cannot be listed either: test the connection in the UI, and check that the database is up."
