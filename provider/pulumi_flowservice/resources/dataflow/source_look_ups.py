"""What a dataflow reads: its connection, and the columns of its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...api.answers import is_passing
from ...api.outcomes import Gone
from ...errors import AnswerError, FlowServiceError, Reason
from . import mapping
from .look_ups import LookUps
from .parts import FLOW_SPEC

if TYPE_CHECKING:
    from ...api.explored_models import ExploredColumn
    from ...api.models import Connection

Columns = tuple[Mapping[str, Any], ...]
"""Columns in the form that `explore` shows and a source connection takes."""


class SourceLookUps(LookUps):
    """The look-ups of what a dataflow reads."""

    def kinds(self) -> frozenset[str]:
        """Return the kinds of connection that have dataflows of tables; empty if the API does not show them.

        Raises: FlowServiceError.
        """
        if "connection" not in self._inputs:
            return frozenset()
        return frozenset(self._once("flowSpec", read=lambda: self._sandbox.flow_specs.sources(FLOW_SPEC)))

    def found(self, kinds: Callable[[], frozenset[str]]) -> tuple[Connection, Columns] | None:
        """Return the connection and the columns to read; None after a problem, or if they are not known yet.

        `kinds` returns the result of the method of that name. Raises: FlowServiceError.
        """
        connection = self._connection(kinds)
        columns = self._columns(connection) if connection else None
        return (connection, columns) if connection and columns else None

    def _connection(self, kinds: Callable[[], frozenset[str]]) -> Connection | None:
        id_ = self._inputs.get("connection")
        if id_ is None:
            return None
        found = self._once("connection", id_, read=lambda: self._sandbox.connections.get(id_))
        if isinstance(found, Gone):
            self.problems.append(f"there is no {self._named('connection', 'connection')} in the sandbox")
            return None
        connection: Connection = found.for_call(self._sandbox.quote)
        if connection.state not in ("enabled", "initializing"):
            self.problems.append(f"the connection cannot be used: its state is {connection.state!r} (`connection`)")
            return None
        spec = connection.connection_spec.id if connection.connection_spec else ""
        if (known := kinds()) and spec not in known:
            self.problems.append(f"Flow Service has no dataflows of tables for this kind of connection ({spec})")
            return None
        return connection

    def _columns(self, connection: Connection) -> Columns | None:
        table = self._inputs.get("table")
        if table is None:
            return None
        there = self._once("table", connection.id, table, read=lambda: self._explored(connection.id, table))
        if isinstance(there, str):
            self.problems.append(there)
            return None
        by_name: dict[str, ExploredColumn] = {column.name: column for column in there}
        chosen = self._inputs.get("columns") or list(by_name)
        for column in self._inputs.get("columns") or ():
            self._check_column("columns", "`columns` has one", column, by_name)
        for path, source in self._inputs.get("mapping", {}).items():
            if isinstance(source, str):
                what = f"`mapping` has for {mapping.shown_path(path, self._call)} one"
                self._check_column("mapping", what, source, by_name)
        self._check_delta_column(by_name)
        return tuple(by_name[name].wire for name in chosen if name in by_name)

    def _explored(self, connection_id: str, table: str) -> Any:
        """Return the columns of a table, or the problem with it."""
        try:
            columns = self._sandbox.connections.explore_table(connection_id, table)
        except AnswerError as refused:
            if refused.refusal in (Reason.PERMISSION, Reason.TOKEN) or is_passing(refused):
                raise
            what = f"there is no {self._named('table', 'table')}, or it cannot be read ({refused.message})"
            return what + self._similar_tables(connection_id, table)
        return columns or f"there is no {self._named('table', 'table')}{self._similar_tables(connection_id, table)}"

    def _similar_tables(self, connection_id: str, table: str) -> str:
        with suppress(FlowServiceError):
            there = self._sandbox.connections.explore(connection_id)
            return self._similar("table", table, (each.path for each in there))
        return ""

    def _check_column(self, name: str, what: str, column: str, there: Mapping[str, object]) -> None:
        if column not in there:
            hint = self._similar(name, column, there)
            self.problems.append(f"the table lacks a column: {what} that it does not have{hint}")

    def _check_delta_column(self, by_name: Mapping[str, ExploredColumn]) -> None:
        delta = self._inputs.get("deltaColumn")
        if delta is None:
            return
        self._check_column("deltaColumn", "`delta_column` is one", delta, by_name)
        column = by_name.get(delta)
        if column and not column.xdm_type.startswith("date"):
            times = [each.name for each in by_name.values() if each.xdm_type.startswith("date")]
            hint = f"columns with a time: {', '.join(map(repr, times))}" if times else "the table has none with a time"
            self.problems.append(f"the column of `delta_column` holds no time ({hint})")
