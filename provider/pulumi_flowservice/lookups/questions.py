"""Questions about connections that exist: which there are, what their databases hold, which flows use them. No Pulumi.

Everything here reads. Source of `explore`: Adobe's tutorial on exploring tabular sources.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..clock import operation
from ..errors import AnswerError, FlowServiceError, NotFoundError, SettingsError, during
from ..kinds.redshift import REDSHIFT
from ..lifecycle.ownership import require_ours
from ..lifecycle.provenance import utc
from ..settings import Settings
from .results import ColumnResult, FlowResult, RedshiftConnectionResult, TableResult

if TYPE_CHECKING:
    from ..api.client import FlowServiceClient
    from ..api.models import Connection

MOST_CANDIDATES = 10
_NOT_THERE = (
    "Check the id and the sandbox; `pulumi-flowservice adopt` lists what exists. Where a stack manages the connection, "
    "`pulumi refresh` takes the loss into its state."
)
# Adobe documents how a filter is written, and not how a comma, a quote or a space in its value is escaped.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")


class Lookups:
    """Answers for one configuration. Every method raises `FlowServiceError`s: one paragraph, without any secret."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def connection(self, connection_id: str | None, name: str | None, sandbox: str | None) -> RedshiftConnectionResult:
        """The one Redshift connection of this id or this name. Several of one name are an error."""
        if (connection_id is None) == (name is None):
            raise SettingsError("give either `id` or `name` of the connection to look up")
        with self._operation("looking up", connection_id or name, sandbox) as (client, where):
            if connection_id is not None:
                return connection_result(self._existing(client, where, connection_id), where)
            found = [c for c in listed(client, where, name) if c.name == name]
            if len(found) == 1:
                return connection_result(found[0], where)
            raise _ambiguous(found, where) if found else _no_such_name(str(name), client, where)

    def connections(self, sandbox: str | None, wanted: dict[str, object]) -> list[RedshiftConnectionResult]:
        """All Redshift connections with these properties, most recently changed first; a None in `wanted` is any."""
        with self._operation("listing connections", None, sandbox) as (client, where):
            found = [connection_result(connection, where) for connection in listed(client, where, wanted.get("name"))]
        required = {name: value for name, value in wanted.items() if value is not None}
        return [each for each in found if all(getattr(each, name) == value for name, value in required.items())]

    def tables(self, connection_id: str, sandbox: str | None) -> list[TableResult]:
        """What the connection's user sees in its database."""
        with self._operation("exploring", connection_id, sandbox) as (client, where):
            return _tables(client, where, connection_id)

    def columns(self, connection_id: str, table: str, sandbox: str | None) -> list[ColumnResult]:
        """The columns of a table, in the database's order."""
        if not table:
            raise SettingsError("give the `table` whose columns to read; `get_tables` lists the paths there are")
        with self._operation(f"reading the columns of table {table!r} through", connection_id, sandbox) as found:
            client, where = found
            try:
                columns = client.list_columns(where, connection_id, table)
            except NotFoundError:
                raise
            except AnswerError as refused:
                if refused.status == 400:
                    refused.remedy = _nearest(client, where, connection_id, table)
                raise
            if not columns:
                raise FlowServiceError(
                    "the API shows no columns of it", remedy=_nearest(client, where, connection_id, table)
                )
        return [ColumnResult(column.name, column.type, column.xdm.type) for column in columns]

    def flows(self, connection_id: str, sandbox: str | None) -> list[FlowResult]:
        """The dataflows that read through a connection of any kind. Raises: NotFoundError."""
        with self._operation("looking for flows that use", connection_id, sandbox) as (client, where):
            # No flow uses what does not exist either: that must not read as "safe to delete".
            client.get_connection(where, connection_id)
            found = client.list_flows_using(where, connection_id)
        return [FlowResult(flow.id, flow.name, flow.state) for flow in found]

    def _existing(self, client: FlowServiceClient, sandbox: str, connection_id: str) -> Connection:
        current = client.get_connection(sandbox, connection_id)
        require_ours(REDSHIFT, current, sandbox, self._settings.ims_org)
        return current

    @contextmanager
    def _operation(
        self, verb: str, subject: str | None, sandbox: str | None
    ) -> Iterator[tuple[FlowServiceClient, str]]:
        """The client and the sandbox, with one deadline for all requests inside and the activity in every error."""
        # requests and pydantic take as long to import as Pulumi itself, and many programs look nothing up.
        from ..api.client import connect

        where = sandbox or self._settings.sandbox
        named = f" connection {subject!r}" if subject is not None else ""
        with during(f"{verb}{named} in sandbox {where!r}"):
            if not where:
                raise SettingsError("no sandbox: give `sandbox`, or set flowservice:sandbox (FLOWSERVICE_SANDBOX)")
            client = connect(self._settings)
            with operation(client.clock, self._settings.operation_timeout):
                try:
                    yield client, where
                except NotFoundError as missing:
                    missing.remedy = _NOT_THERE
                    raise


def listed(client: FlowServiceClient, sandbox: str, name: object = None) -> Iterator[Connection]:
    """All Redshift connections, or less where the name can safely narrow the list; the caller compares names anyway."""
    is_plain = isinstance(name, str) and _PLAIN_NAME.fullmatch(name)
    found = client.list_connections(sandbox, REDSHIFT.spec_filter, *([f"name=={name}"] if is_plain else []))
    return (c for c in found if c.connection_spec and c.connection_spec.id == REDSHIFT.spec_id)


def _ambiguous(found: list[Connection], sandbox: str) -> FlowServiceError:
    shown = [
        f"{each.id} (server {each.server!r}, database {each.database!r}, updated by {each.updated_by or 'unknown'})"
        for each in (connection_result(connection, sandbox) for connection in found[:MOST_CANDIDATES])
    ]
    more = f", and {len(found) - MOST_CANDIDATES} more" if len(found) > MOST_CANDIDATES else ""
    return FlowServiceError(
        f"{len(found)} Redshift connections have this name: {', '.join(shown)}{more}",
        remedy="Look it up by `id` instead; Flow Service does not keep names unique.",
    )


def _no_such_name(name: str, client: FlowServiceClient, sandbox: str) -> FlowServiceError:
    near = difflib.get_close_matches(name, {c.name for c in listed(client, sandbox)}, n=3)
    hint = f"Similar names there: {', '.join(map(repr, near))}." if near else "Check the name and the sandbox."
    return FlowServiceError("no Redshift connection has this name", remedy=hint)


def _tables(client: FlowServiceClient, sandbox: str, connection_id: str) -> list[TableResult]:
    try:
        found = client.list_tables(sandbox, connection_id)
    except NotFoundError:
        raise
    except AnswerError as refused:
        if refused.status == 400 and not refused.remedy:
            refused.remedy = (
                "The database may be down or refuse the login: test the connection in the UI, "
                "and check its credentials."
            )
        raise
    return [TableResult(t.name or t.path, t.path, t.type, t.can_preview, t.can_fetch_schema) for t in found]


def _nearest(client: FlowServiceClient, sandbox: str, connection_id: str, table: str) -> str:
    """Which tables were perhaps meant; without an answer, where to look."""
    with suppress(FlowServiceError):
        paths = [found.path for found in _tables(client, sandbox, connection_id)]
        near = difflib.get_close_matches(table, paths, n=3, cutoff=0.4) or paths[:3]
        return f"The connection sees {len(paths)} tables" + (f", such as {', '.join(near)}." if near else ".")
    return "Its tables cannot be listed either: test the connection in the UI, and check that the database is up."


def connection_result(connection: Connection, sandbox: str) -> RedshiftConnectionResult:
    """The connection as look-ups answer with it."""
    shown = REDSHIFT.shown(connection)
    port = shown.get("port")
    return RedshiftConnectionResult(
        id=connection.id,
        name=connection.name,
        sandbox=connection.sandbox_name or sandbox,
        description=connection.description,
        port=port if isinstance(port, int) else None,
        **{name: shown.get(name) for name in ("server", "database", "username", "schema")},
        state=connection.state,
        etag=connection.etag,
        ims_org=connection.ims_org_id,
        created_by=connection.created_by,
        created_at=_iso(connection.created_at),
        updated_by=connection.updated_by,
        updated_at=_iso(connection.updated_at),
    )


def _iso(epoch_milliseconds: int) -> str | None:
    when = utc(epoch_milliseconds)
    return when.isoformat(timespec="milliseconds") if when else None
