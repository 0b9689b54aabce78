"""Look-ups for Pulumi programs. Each has two forms: one takes and returns plain values, `…_output` Inputs and Outputs.

They read in previews too. If an input is not known in a preview, no request is made and the result is unknown. The
settings are those of the resources: stack config takes precedence over the environment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

import pulumi
from pulumi.runtime import get_config

from .. import settings as configuration
from ..errors import FlowServiceError
from ..lifecycle.operation import Run
from ..lookups import connections, explore
from ..lookups.results import ColumnResult, ConnectionResult, FlowResult, TableResult
from ..redaction import presentable
from ..resources.connection.kinds import kind_named

# What the package exports.
__all__ = [
    "LookupFailedError",
    "get_connection",
    "get_connection_output",
    "get_flows_using",
    "get_flows_using_output",
    "get_table_columns",
    "get_table_columns_output",
    "get_tables",
    "get_tables_output",
    "list_connections",
    "list_connections_output",
]

Result = TypeVar("Result")


class LookupFailedError(FlowServiceError, pulumi.RunError):
    """A look-up failed because of `reason`. Pulumi shows a RunError as its message alone, without a traceback."""

    code = ""
    reason: FlowServiceError

    def __init__(self, reason: FlowServiceError) -> None:
        super().__init__(presentable(str(reason)), reason=reason)


def get_connection(
    *, kind: str | None = None, id: str | None = None, name: str | None = None, sandbox: str | None = None
) -> ConnectionResult:
    """Look up one connection of a kind, named as in manifests, such as "postgresql"; Redshift when left out.

    Raises: LookupFailedError, also where several connections have the name: it lists them.
    """
    return answer(
        lambda run: connections.find_connection(run, kind_named(plain(kind)), plain(id), plain(name), plain(sandbox))
    )


def get_connection_output(
    *,
    kind: pulumi.Input[str] | None = None,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    sandbox: pulumi.Input[str] | None = None,
) -> pulumi.Output[ConnectionResult]:
    """As `get_connection`, from Inputs to an Output."""
    return later(get_connection, kind=kind, id=id, name=name, sandbox=sandbox)


def list_connections(
    *, kind: str | None = None, name: str | None = None, state: str | None = None, sandbox: str | None = None
) -> Sequence[ConnectionResult]:
    """List the connections of a kind in a sandbox, most recently changed first; each argument given must be equal.

    A page of 100 is one request. Raises: LookupFailedError.
    """
    wanted = {"name": plain(name), "state": plain(state)}
    return answer(lambda run: connections.list_connections(run, kind_named(plain(kind)), plain(sandbox), wanted))


def list_connections_output(
    *,
    kind: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    state: pulumi.Input[str] | None = None,
    sandbox: pulumi.Input[str] | None = None,
) -> pulumi.Output[Sequence[ConnectionResult]]:
    """As `list_connections`, from Inputs to an Output."""
    return later(list_connections, kind=kind, name=name, state=state, sandbox=sandbox)


def get_tables(connection_id: str, *, sandbox: str | None = None) -> Sequence[TableResult]:
    """Return the tables and views that the connection's user can see; Flow Service logs in to the database for it.

    Raises: LookupFailedError.
    """
    return answer(lambda run: explore.list_tables(run, str(plain(connection_id)), plain(sandbox)))


def get_tables_output(
    connection_id: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[TableResult]]:
    """Do the same as `get_tables`, with Inputs and an Output."""
    return later(get_tables, connection_id=connection_id, sandbox=sandbox)


def get_table_columns(connection_id: str, table: str, *, sandbox: str | None = None) -> Sequence[ColumnResult]:
    """Return the columns of a table; `table` is a `path` that `get_tables` returns.

    Raises: LookupFailedError; for a table that does not exist, it names similar ones.
    """
    return answer(lambda run: explore.list_columns(run, str(plain(connection_id)), str(plain(table)), plain(sandbox)))


def get_table_columns_output(
    connection_id: pulumi.Input[str], table: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[ColumnResult]]:
    """Do the same as `get_table_columns`, with Inputs and an Output."""
    return later(get_table_columns, connection_id=connection_id, table=table, sandbox=sandbox)


def get_flows_using(connection_id: str, *, sandbox: str | None = None) -> Sequence[FlowResult]:
    """Return the dataflows that use a connection: a change affects them, and they prevent its deletion.

    Raises: LookupFailedError.
    """
    return answer(lambda run: explore.list_flows(run, str(plain(connection_id)), plain(sandbox)))


def get_flows_using_output(
    connection_id: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[FlowResult]]:
    """Do the same as `get_flows_using`, with Inputs and an Output."""
    return later(get_flows_using, connection_id=connection_id, sandbox=sandbox)


def answer(ask: Callable[[Run], Result]) -> Result:
    """Return the result of a look-up with the stack's settings.

    Raises: LookupFailedError; with `flowservice:debug`, its reason with a traceback.
    """
    settings = configuration.load(get_config)
    try:
        return ask(Run(settings, warn=lambda message: pulumi.log.warn(presentable(message))))
    except FlowServiceError as reason:
        # Not a RunError in debug: only other errors show the traceback, which has the line of the program.
        if settings.debug:
            raise
        failure = LookupFailedError(reason)
    raise failure


def later(function: Callable[..., Result], **inputs: object) -> pulumi.Output[Result]:
    """Return the function's result once its inputs are known. It runs in a thread, so that other resources continue."""
    return pulumi.Output.all(**inputs).apply(lambda known: asyncio.to_thread(function, **known))


def plain(value: Result) -> Result:
    """Return the value. Raises: TypeError for an Output, because the plain forms cannot wait for its value."""
    if isinstance(value, pulumi.Output):
        raise TypeError("an Output was given: use the form of this function whose name ends in _output")
    return value
