"""The functions of the package: read-only questions that programs of every language can ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ..errors import Code, SettingsError
from ..lifecycle.names import wire_name
from ..lifecycle.operation import Run
from ..lookups import connections, dataflows, datasets, explore, runs
from ..resources.connection.kinds import DEFAULT, KINDS, kind_named

Arguments = Mapping[str, Any]
INTEGERS = frozenset(("limit",))
"""The arguments that are no strings."""
_ID = "Id of the connection."
_FLOW_ID = "Id of the dataflow."
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
        arguments: The descriptions of the arguments. All are strings, except the integer `limit`.
        required: The names of the arguments that must be given.
        result: The name of the list in the result; None if the result is one object.
        result_type: The name of the type of the object, or of those in the list.
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
            # Not `isinstance`: a boolean is an integer to Python.
            if type(value) is not (int if name in INTEGERS else str):
                expected = "an integer" if name in INTEGERS else "a string"
                raise SettingsError(f"`{name}` must be {expected}", code=Code.INPUTS)
        if missing := [name for name in self.required if not arguments.get(name)]:
            raise SettingsError(f"`{missing[0]}` is missing", code=Code.INPUTS)
        found = self.ask(run, arguments)
        return self._form(found) if self.result is None else {self.result: [self._form(each) for each in found]}

    def _form(self, found: Any) -> dict[str, Any]:
        if self.is_redshift:
            return {wire_name(name): value for name, value in found.flat().items() if name != "kind"}
        return dict(_wire_form(found))


def _wire_form(value: Any) -> Any:
    """Return a result with the names of the protocol, also in what it holds; what is None is left out."""
    if is_dataclass(value):
        members = {wire_name(field.name): getattr(value, field.name) for field in fields(value)}
        return {name: _wire_form(member) for name, member in members.items() if member is not None}
    return [_wire_form(each) for each in value] if isinstance(value, (list, tuple)) else value


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
    "flowservice:index:getDataset": Function(
        "Return one dataset, by its id or by its name.",
        lambda run, given: datasets.find_dataset(run, given.get("id"), given.get("name"), given.get("sandbox")),
        {"id": "Id of the dataset.", "name": "Name of the dataset.", "sandbox": _SANDBOX},
        result_type="Dataset",
    ),
    "flowservice:index:listDatasets": Function(
        "Return the datasets of a sandbox, sorted by name.",
        lambda run, given: datasets.list_datasets(run, given.get("name"), given.get("sandbox")),
        {"name": "Only datasets with this name.", "sandbox": _SANDBOX},
        result="datasets",
        result_type="Dataset",
    ),
    "flowservice:index:getSchema": Function(
        "Return one schema with its fields, by its id or by its title.",
        lambda run, given: datasets.find_schema(run, given.get("id"), given.get("title"), given.get("sandbox")),
        {"id": "The `$id` of the schema.", "title": "Title of the schema.", "sandbox": _SANDBOX},
        result_type="Schema",
    ),
    "flowservice:index:getDataflow": Function(
        "Return one dataflow from a table to a dataset, by its id or by its name.",
        lambda run, given: dataflows.find_dataflow(run, given.get("id"), given.get("name"), given.get("sandbox")),
        {"id": _FLOW_ID, "name": "Name of the dataflow.", "sandbox": _SANDBOX},
        result_type="Dataflow",
    ),
    "flowservice:index:listDataflows": Function(
        "Return the dataflows from tables to datasets in a sandbox, most recently changed first.",
        lambda run, given: dataflows.list_dataflows(run, given.get("connection"), given.get("sandbox")),
        {"connection": "Only dataflows of the connection with this id.", "sandbox": _SANDBOX},
        result="dataflows",
        result_type="Dataflow",
    ),
    "flowservice:index:getDataflowRuns": Function(
        "Return the newest runs of a dataflow, newest first.",
        lambda run, given: runs.list_runs(run, given["id"], given.get("limit"), given.get("sandbox")),
        {"id": _FLOW_ID, "limit": f"The greatest number of runs; {runs.FEW} when left out.", "sandbox": _SANDBOX},
        ("id",),
        "runs",
        "DataflowRun",
    ),
}
