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
from ..lookups import contents
from ..lookups.results import ColumnResult, FlowResult, TableResult
from ..redaction import SECRETS, presentable
from ..settings import Settings

Result = TypeVar("Result")


class LookupFailedError(FlowServiceError, pulumi.RunError):
    """A look-up failed; `reason` is the error behind it. Pulumi shows its paragraph alone, without a traceback."""

    code = ""

    def __init__(self, reason: FlowServiceError) -> None:
        super().__init__(presentable(str(reason), SECRETS))
        self.reason = reason


def get_tables(connection_id: str, *, sandbox: str | None = None) -> Sequence[TableResult]:
    """List the tables and views that the connection's user sees; Flow Service logs in to the database for it.

    Raises: LookupFailedError.
    """
    return answer(lambda settings: contents.list_tables(settings, str(plain(connection_id)), plain(sandbox)))


def get_tables_output(
    connection_id: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[TableResult]]:
    """As `get_tables`, from Inputs to an Output."""
    return later(get_tables, connection_id=connection_id, sandbox=sandbox)


def get_table_columns(connection_id: str, table: str, *, sandbox: str | None = None) -> Sequence[ColumnResult]:
    """List the columns of a table, named by the `path` that `get_tables` gives.

    Raises: LookupFailedError, for a table that does not exist too: it names the nearest ones.
    """
    return answer(
        lambda settings: contents.list_columns(settings, str(plain(connection_id)), str(plain(table)), plain(sandbox))
    )


def get_table_columns_output(
    connection_id: pulumi.Input[str], table: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[ColumnResult]]:
    """As `get_table_columns`, from Inputs to an Output."""
    return later(get_table_columns, connection_id=connection_id, table=table, sandbox=sandbox)


def get_flows_using(connection_id: str, *, sandbox: str | None = None) -> Sequence[FlowResult]:
    """List the dataflows that read through a connection: what a change reaches, and what keeps it from being deleted.

    Raises: LookupFailedError.
    """
    return answer(lambda settings: contents.list_flows(settings, str(plain(connection_id)), plain(sandbox)))


def get_flows_using_output(
    connection_id: pulumi.Input[str], *, sandbox: pulumi.Input[str] | None = None
) -> pulumi.Output[Sequence[FlowResult]]:
    """As `get_flows_using`, from Inputs to an Output."""
    return later(get_flows_using, connection_id=connection_id, sandbox=sandbox)


def answer(ask: Callable[[Settings], Result]) -> Result:
    """Ask with the stack's settings. Raises: LookupFailedError; in debug, the error behind it with its traceback."""
    settings = configuration.load(get_config)
    try:
        return ask(settings)
    except FlowServiceError as reason:
        # An end by `RunError` is shown as its message alone; in debug, the traceback tells the program's line too.
        if settings.debug:
            raise
        failure = LookupFailedError(reason)
    raise failure


def later(function: Callable[..., Result], **inputs: object) -> pulumi.Output[Result]:
    """Return the function's answer once its inputs are known; asked in a thread, so the program's resources go on."""
    return pulumi.Output.all(**inputs).apply(lambda known: asyncio.to_thread(function, **known))


def plain(value: str | None) -> str | None:
    """Return the value itself. Raises: TypeError for an Output, whose value the plain forms cannot wait for."""
    if isinstance(value, pulumi.Output):
        raise TypeError("an Output was given: use the form of this function whose name ends in _output")
    return value
