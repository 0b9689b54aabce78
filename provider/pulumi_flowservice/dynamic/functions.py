"""Look-ups for Pulumi programs. Each has two forms: plain values give the answer, `…_output` takes and gives Outputs.

They read, in previews too; with an input that a preview does not know yet, nothing is asked and the answer is unknown.
Settings come from the stack's configuration, then from the environment, as for the resources.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

import pulumi
from pulumi.runtime import get_config

from .. import settings as configuration
from ..errors import FlowServiceError
from ..lookups.questions import Lookups
from ..lookups.results import ColumnResult, FlowResult, RedshiftConnectionResult, TableResult
from ..redaction import SECRETS, printable

Result = TypeVar("Result")


class LookupFailedError(FlowServiceError, pulumi.RunError):
    """A look-up failed; `reason` is the error behind it. Pulumi shows its paragraph alone, without a traceback."""

    def __init__(self, reason: FlowServiceError) -> None:
        super().__init__(printable(SECRETS.hide(str(reason))))
        self.reason = reason


def get_redshift_connection(
    *, id: str | None = None, name: str | None = None, sandbox: str | None = None
) -> RedshiftConnectionResult:
    """Look up one Redshift connection, by its id or by its name; `sandbox` is `flowservice:sandbox` when left out.

    Raises: LookupFailedError, also where several connections have the name: it lists them.
    """
    return _answer(lambda lookups: lookups.connection(_plain(id), _plain(name), _plain(sandbox)))


def get_redshift_connection_output(
    *,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    sandbox: pulumi.Input[str] | None = None,
) -> pulumi.Output[RedshiftConnectionResult]:
    """As `get_redshift_connection`, from Inputs to an Output."""
    return _later(get_redshift_connection, id=id, name=name, sandbox=sandbox)


def list_redshift_connections(
    *,
    sandbox: str | None = None,
    name: str | None = None,
    server: str | None = None,
    database: str | None = None,
    username: str | None = None,
    state: str | None = None,
) -> Sequence[RedshiftConnectionResult]:
    """List the Redshift connections of a sandbox, most recently changed first; each argument given must be equal.

    A page of 100 is one request. Raises: LookupFailedError.
    """
    wanted = {"name": name, "server": server, "database": database, "username": username, "state": state}
    return _answer(
        lambda lookups: lookups.connections(_plain(sandbox), {key: _plain(value) for key, value in wanted.items()})
    )


def list_redshift_connections_output(
    *,
    sandbox: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    server: pulumi.Input[str] | None = None,
    database: pulumi.Input[str] | None = None,
    username: pulumi.Input[str] | None = None,
    state: pulumi.Input[str] | None = None,
) -> pulumi.Output[Sequence[RedshiftConnectionResult]]:
    """As `list_redshift_connections`, from Inputs to an Output."""
    return _later(
        list_redshift_connections,
        sandbox=sandbox,
        name=name,
        server=server,
        database=database,
        username=username,
        state=state,
    )


def get_tables(connection_id: str, *, sandbox: str | None = None) -> Sequence[TableResult]:
    """List the tables and views that the connection's user sees; Flow Service logs in to the database for it.

    Raises: LookupFailedError.
    """
    return _answer(lambda lookups: lookups.tables(str(_plain(connection_id)), _plain(sandbox)))


def get_tables_output(
    connection_id: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[TableResult]]:
    """As `get_tables`, from Inputs to an Output."""
    return _later(get_tables, connection_id=connection_id, sandbox=sandbox)


def get_table_columns(connection_id: str, table: str, *, sandbox: str | None = None) -> Sequence[ColumnResult]:
    """List the columns of a table, named by the `path` that `get_tables` gives.

    Raises: LookupFailedError, for a table that does not exist too: it names the nearest ones.
    """
    return _answer(lambda lookups: lookups.columns(str(_plain(connection_id)), str(_plain(table)), _plain(sandbox)))


def get_table_columns_output(
    connection_id: pulumi.Input[str], table: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[ColumnResult]]:
    """As `get_table_columns`, from Inputs to an Output."""
    return _later(get_table_columns, connection_id=connection_id, table=table, sandbox=sandbox)


def get_flows_using(connection_id: str, *, sandbox: str | None = None) -> Sequence[FlowResult]:
    """List the dataflows that read through a connection: what a change reaches, and what keeps it from being deleted.

    Raises: LookupFailedError.
    """
    return _answer(lambda lookups: lookups.flows(str(_plain(connection_id)), _plain(sandbox)))


def get_flows_using_output(
    connection_id: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[FlowResult]]:
    """As `get_flows_using`, from Inputs to an Output."""
    return _later(get_flows_using, connection_id=connection_id, sandbox=sandbox)


def _answer(ask: Callable[[Lookups], Result]) -> Result:
    settings = configuration.load(get_config)
    try:
        return ask(Lookups(settings))
    except FlowServiceError as reason:
        # An end by `RunError` is shown as its message alone; in debug, the traceback tells the program's line too.
        if settings.debug:
            raise
        failure = LookupFailedError(reason)
    raise failure


def _later(function: Callable[..., Result], **inputs: object) -> pulumi.Output[Result]:
    """The function's answer once its inputs are known; asked in a thread, so that the program's resources go on."""
    return pulumi.Output.all(**inputs).apply(lambda known: asyncio.to_thread(function, **known))


def _plain(value: str | None) -> str | None:
    """The value itself. Raises: TypeError for an Output, whose value the plain forms cannot wait for."""
    if isinstance(value, pulumi.Output):
        raise TypeError("an Output was given: use the form of this function whose name ends in _output")
    return value
