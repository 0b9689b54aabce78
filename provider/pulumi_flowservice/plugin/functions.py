"""The functions of the package: read-only questions that programs of every language can ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import Code, SettingsError
from ..lifecycle.operation import Run
from ..lifecycle.properties import wire_name
from ..lookups import connections, explore
from ..resources.connection.kinds import DEFAULT, KINDS, kind_named

Arguments = Mapping[str, Any]
_ID = "Id of the connection."
_NAME = "Name of the connection."
_SANDBOX = "Name of the sandbox. Default: the provider's setting `sandbox`."
_KIND = f"Kind of connection: one of {', '.join(KINDS)}; {DEFAULT.name} when left out."
_STATE = "State, such as `enabled`."


@dataclass(frozen=True)
class Function:
    """A function.

    Args:
        description: What it returns.
        ask: Returns the result for the provider's run and the arguments; raises FlowServiceError.
        arguments: The descriptions of the arguments, all of which are strings.
        required: The names of the arguments that must be given.
        result: The name of the list in the result; None if the result is one connection.
        result_type: The name of the list's type.
        is_redshift: Whether the result is a Redshift connection, whose params stand beside its other properties.
    """

    description: str
    ask: Callable[[Run, Arguments], Any]
    arguments: Mapping[str, str]
    required: tuple[str, ...] = ()
    result: str | None = None
    result_type: str = "Connection"
    is_redshift: bool = False

    def answer(self, run: Run, arguments: Arguments) -> dict[str, Any]:
        """Return the result in the form of the protocol. Raises: FlowServiceError."""
        for name, value in arguments.items():
            if name not in self.arguments:
                raise SettingsError(f"there is no argument with the name {name!r}", code=Code.INPUTS)
            if not isinstance(value, str):
                raise SettingsError(f"`{name}` must be a string", code=Code.INPUTS)
        if missing := [name for name in self.required if not arguments.get(name)]:
            raise SettingsError(f"`{missing[0]}` is missing", code=Code.INPUTS)
        found = self.ask(run, arguments)
        return self._form(found) if self.result is None else {self.result: [self._form(each) for each in found]}

    def _form(self, found: Any) -> dict[str, Any]:
        members = found.flat() if self.is_redshift else vars(found)
        return {wire_name(name): value for name, value in members.items() if name != "kind" or not self.is_redshift}


# The functions of Redshift have no argument `kind`: Redshift is the default.
def _find(run: Run, given: Arguments) -> Any:
    kind = kind_named(given.get("kind"), code=Code.INPUTS)
    return connections.find_connection(run, kind, given.get("id"), given.get("name"), given.get("sandbox"))


def _list(run: Run, given: Arguments) -> Any:
    kind = kind_named(given.get("kind"), code=Code.INPUTS)
    filters = {name: value for name, value in given.items() if name not in ("kind", "sandbox")}
    return connections.list_connections(run, kind, given.get("sandbox"), filters)


_REDSHIFT_FILTERS = {name: f"Only connections with this {name}." for name in ("server", "database", "username")}
FUNCTIONS: dict[str, Function] = {
    "flowservice:index:getRedshiftConnection": Function(
        "Return one Amazon Redshift connection, by its id or by its name.",
        _find,
        {"id": _ID, "name": _NAME, "sandbox": _SANDBOX},
        is_redshift=True,
    ),
    "flowservice:index:listRedshiftConnections": Function(
        "Return the Amazon Redshift connections of a sandbox that match all arguments, most recently changed first.",
        _list,
        {"name": _NAME, **_REDSHIFT_FILTERS, "state": _STATE, "sandbox": _SANDBOX},
        result="connections",
        result_type="RedshiftConnection",
        is_redshift=True,
    ),
    "flowservice:index:getConnection": Function(
        "Return one connection of a kind, by its id or by its name.",
        _find,
        {"kind": _KIND, "id": _ID, "name": _NAME, "sandbox": _SANDBOX},
    ),
    "flowservice:index:listConnections": Function(
        "Return the connections of a kind in a sandbox that match all arguments, most recently changed first.",
        _list,
        {"kind": _KIND, "name": _NAME, "state": _STATE, "sandbox": _SANDBOX},
        result="connections",
    ),
    "flowservice:index:getTables": Function(
        "Return the tables and views that the connection's user can see; Flow Service logs in to the database for it.",
        lambda run, given: explore.list_tables(run, given["connectionId"], given.get("sandbox")),
        {"connectionId": _ID, "sandbox": _SANDBOX},
        ("connectionId",),
        "tables",
        "Table",
    ),
    "flowservice:index:getTableColumns": Function(
        "Return the columns of a table.",
        lambda run, given: explore.list_columns(run, given["connectionId"], given["table"], given.get("sandbox")),
        {"connectionId": _ID, "table": "A `path` that `getTables` returns.", "sandbox": _SANDBOX},
        ("connectionId", "table"),
        "columns",
        "Column",
    ),
    "flowservice:index:getFlowsUsing": Function(
        "Return the dataflows that use a connection: a change affects them, and they prevent its deletion.",
        lambda run, given: explore.list_flows(run, given["connectionId"], given.get("sandbox")),
        {"connectionId": _ID, "sandbox": _SANDBOX},
        ("connectionId",),
        "flows",
        "Flow",
    ),
}
