"""The inputs and outputs of a dataflow, and how each input is parsed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...lifecycle.names import wire_name
from ...lifecycle.properties import Properties, Type
from ..properties import DESCRIPTION, NAME, Property
from ..values import FLAG, STRING, string
from .mapping import mapping
from .schedule import schedule

OPTIONS_ON_WIRE = {
    "errorDiagnostics": "errorDiagnosticsEnabled",
    "partialIngestionPercent": "partialIngestionPercent",
}
"""The options of a dataflow, and their names at the API."""


def columns(value: object) -> list[str]:
    """Return the names of columns. Raises: ValueError."""
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list with the name of at least one column; leave it out to read all")
    found = [string(each) for each in value]
    if len({*found}) != len(found):
        raise ValueError("has the same column twice")
    return found


def filters(value: object) -> dict[str, Any]:
    """Return the filters as Adobe writes them: an object, or its JSON. Raises: ValueError."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise ValueError("is no valid JSON") from None
    if not isinstance(value, Mapping) or not value:
        raise ValueError('must be an object, such as {"type": "PQL", "format": "pql/json", "value": …}')
    return dict(value)


def options(value: object) -> dict[str, Any]:
    """Return the options. Raises: ValueError."""
    if not isinstance(value, Mapping) or not value:
        raise ValueError('must be an object, such as {"error_diagnostics": true}')
    found = {wire_name(str(key)): each for key, each in value.items() if each is not None}
    if not {*found} <= {*OPTIONS_ON_WIRE}:
        raise ValueError("has a key that is none of `error_diagnostics`, `partial_ingestion_percent`")
    percent = found.get("partialIngestionPercent")
    is_number = isinstance(percent, (int, float)) and not isinstance(percent, bool)
    if percent is not None and not (is_number and 0 < percent <= 100):
        raise ValueError("has a `partial_ingestion_percent` that is not a number above 0, and at most 100")
    if not isinstance(found.get("errorDiagnostics", True), bool):
        raise ValueError("has an `error_diagnostics` that is not true or false: write it without quotes")
    return found


def options_from_wire(shown: Mapping[str, Any]) -> Properties:
    """Return the options that the API shows, in whichever types: it is sent "10" and shows 10."""
    found: Properties = {}
    for name, on_wire in OPTIONS_ON_WIRE.items():
        value = shown.get(on_wire)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                continue
        if value is not None:
            found[name] = value
    return found


def patch_options(document: Any, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the operations that change a flow's options, key by key: the server has others, too."""
    before, after, there = old or {}, new or {}, document.options
    changed = [name for name in after if after[name] != options_from_wire(there).get(name)]
    if changed and not there:
        return [{"op": "add", "path": "/options", "value": {OPTIONS_ON_WIRE[name]: after[name] for name in after}}]
    sent = [{"op": "add", "path": f"/options/{OPTIONS_ON_WIRE[name]}", "value": after[name]} for name in changed]
    dropped = [name for name in before if name not in after and OPTIONS_ON_WIRE[name] in there]
    return [*sent, *({"op": "remove", "path": f"/options/{OPTIONS_ON_WIRE[name]}"} for name in dropped)]


WHOLE_NUMBER = Type(lambda value: value, "integer")


def _for_life(name: str, description: str, type: Type = STRING, is_always_set: bool = False) -> Property:
    return Property(name, f"{description} A change replaces the dataflow.", type, is_always_set, replaces=True)


_INPUTS = (
    _for_life("connection", "Id of the base connection to read from.", is_always_set=True),
    _for_life("table", "Path of the table, as `getTables` shows it.", is_always_set=True),
    _for_life("dataset", "Id or name of the dataset to write into.", is_always_set=True),
    Property(
        "mapping",
        "What goes into the dataset: paths of its schema, and for each the name of a column, "
        '`{"expression": "upper(name)"}` or `{"static": "EUR"}`.',
        Type(mapping, "mapping"),
        is_always_set=True,
    ),
    Property(
        "schedule",
        "When the dataflow runs. What is left out of it is not managed, except `interval`.",
        Type(schedule, "schedule"),
        is_always_set=True,
    ),
    _for_life(
        "deltaColumn",
        "Column with the time of a row's last change, in UTC: a run reads the rows that have changed since the run "
        "before. Required, and left out if `frequency` is `once`.",
    ),
    _for_life(
        "columns",
        "The columns to read. Default: all that the table has when the dataflow is created.",
        Type(columns, "list of strings"),
    ),
    _for_life(
        "filters",
        "Which rows to read, as Adobe writes it (PQL in JSON); for the databases that Flow Service filters at the "
        "source.",
        Type(filters, "any"),
    ),
    _for_life(
        "schema",
        "Id of the dataset's schema, needed only if the Catalog does not show it.",
    ),
    Property("options", "How runs treat rows that cannot be ingested.", Type(options, "options")),
    Property(
        "enabled",
        "False pauses the dataflow. Default: true; an adopted dataflow stays as it is. What happens to the time of a "
        "pause when it goes on is not documented.",
        FLAG,
    ),
    NAME,
    DESCRIPTION,
    _for_life(
        "sandbox",
        "Name of the sandbox, that of the connection and the dataset. Default: the provider's `sandbox`, or "
        "`flowservice:sandbox`.",
        is_always_set=True,
    ),
    Property(
        "adopt",
        "Id of an existing dataflow to take over instead of creating one; nothing is changed by that. If another "
        "resource of this state has it, give this one an alias instead, or take that one out of the state first "
        "(`pulumi state delete`).",
    ),
)
_OUTPUTS = (
    Property("sourceConnectionId", "Id of the source connection, which reads the table."),
    Property("targetConnectionId", "Id of the target connection, which writes into the dataset."),
    Property("mappingId", "Id of the mapping set."),
    Property("mappingVersion", "Version of the mapping set that the dataflow uses.", WHOLE_NUMBER),
    Property("datasetId", "Id of the dataset."),
    Property("datasetName", "Name of the dataset when it was looked up."),
    Property("schemaId", "Id of the dataset's schema."),
    Property("sourceColumns", "The columns that the source connection reads.", Type(columns, "list of strings")),
    Property("startTime", "When the first run is, or was: ISO 8601, in UTC."),
    Property("etag", "Etag of the flow; each change at the server gives it a new one."),
    Property("imsOrg", "Organization of the dataflow.", is_always_set=True),
    Property("state", "State as of the last read: `enabled`, `disabled` or a temporary one; none before the first."),
)
INPUTS: dict[str, Property] = {each.name: each for each in _INPUTS}
"""The inputs by name."""
OUTPUTS: dict[str, Property] = {each.name: each for each in _OUTPUTS}
"""The outputs that are no inputs, by name."""
COMPUTED = tuple(OUTPUTS)
"""The names of the outputs that are no inputs."""
RECORDED = tuple(name for name in OUTPUTS if name not in ("etag", "imsOrg", "state"))
"""Those that say what the dataflow was made of."""
NOT_KEPT = dict.fromkeys(("sandbox", "adopt"), STRING.parse)
"""The parsers of the inputs that the API does not keep."""
