"""Look-ups of Amazon Redshift connections; see `functions` for the two forms that each has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from ..lookups import connections
from ..lookups.results import ConnectionResult
from ..resources.connection.kinds.redshift import REDSHIFT
from .functions import answer, later, plain

# What the package exports.
__all__ = [
    "RedshiftConnectionResult",
    "get_redshift_connection",
    "get_redshift_connection_output",
    "list_redshift_connections",
    "list_redshift_connections_output",
]


@dataclass(frozen=True)
class RedshiftConnectionResult:
    """An Amazon Redshift connection as the API shows it, without its password.

    Times are ISO 8601, in UTC. `state` is `enabled`, `disabled`, or a temporary one such as `initializing`.
    """

    id: str
    name: str
    sandbox: str
    description: str | None = None
    server: str | None = None
    port: int | None = None
    database: str | None = None
    username: str | None = None
    schema: str | None = None
    state: str = ""
    etag: str | None = None
    ims_org: str | None = None
    created_by: str | None = None
    created_at: str | None = None
    updated_by: str | None = None
    updated_at: str | None = None


def get_redshift_connection(
    *, id: str | None = None, name: str | None = None, sandbox: str | None = None
) -> RedshiftConnectionResult:
    """Return one connection, by its id or by its name. Default of `sandbox`: `flowservice:sandbox`.

    Raises: LookupFailedError; if several connections have the name, it lists them.
    """
    return answer(
        lambda run: _typed(connections.find_connection(run, REDSHIFT, plain(id), plain(name), plain(sandbox)))
    )


def get_redshift_connection_output(
    *,
    id: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    sandbox: pulumi.Input[str] | None = None,
) -> pulumi.Output[RedshiftConnectionResult]:
    """Do the same as `get_redshift_connection`, with Inputs and an Output."""
    return later(get_redshift_connection, id=id, name=name, sandbox=sandbox)


def list_redshift_connections(
    *,
    sandbox: str | None = None,
    name: str | None = None,
    server: str | None = None,
    database: str | None = None,
    username: str | None = None,
    state: str | None = None,
) -> Sequence[RedshiftConnectionResult]:
    """Return the connections of a sandbox that match all given arguments exactly, most recently changed first.

    Takes one request per 100 connections. Raises: LookupFailedError.
    """
    given = {"name": name, "server": server, "database": database, "username": username, "state": state}
    wanted = {key: plain(value) for key, value in given.items()}
    found = answer(lambda run: connections.list_connections(run, REDSHIFT, plain(sandbox), wanted))
    return [_typed(each) for each in found]


def list_redshift_connections_output(
    *,
    sandbox: pulumi.Input[str] | None = None,
    name: pulumi.Input[str] | None = None,
    server: pulumi.Input[str] | None = None,
    database: pulumi.Input[str] | None = None,
    username: pulumi.Input[str] | None = None,
    state: pulumi.Input[str] | None = None,
) -> pulumi.Output[Sequence[RedshiftConnectionResult]]:
    """Do the same as `list_redshift_connections`, with Inputs and an Output."""
    inputs = {"name": name, "server": server, "database": database, "username": username, "state": state}
    return later(list_redshift_connections, sandbox=sandbox, **inputs)


def _typed(found: ConnectionResult) -> RedshiftConnectionResult:
    values = {name: value for name, value in found.flat().items() if name != "kind"}
    # At the API a port is a string that may hold anything; the typed field must be an integer or None.
    values["port"] = values["port"] if isinstance(values["port"], int) else None
    return RedshiftConnectionResult(**values)
