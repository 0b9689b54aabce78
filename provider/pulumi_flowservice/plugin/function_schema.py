"""The part of the schema that describes functions and their results."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ..lifecycle.names import wire_name
from ..lookups.results import (
    ColumnResult,
    ConnectionResult,
    DataflowResult,
    DataflowRunResult,
    DataflowScheduleResult,
    DatasetResult,
    FlowResult,
    SchemaFieldResult,
    SchemaResult,
    TableResult,
)
from ..resources.connection.kinds import KINDS
from .choices import KIND, choice
from .functions import FUNCTIONS, INTEGERS, Function

Schema = dict[str, Any]

_FIELDS = {
    "id": "Id.",
    "kind": "Kind of connection, such as `redshift`.",
    "name": "Name.",
    "sandbox": "Name of the sandbox.",
    "description": "Description shown in the UI.",
    "params": "Visible parameters by their names, such as `server`; never a secret.",
    "state": "State: `enabled`, `disabled` or a temporary state.",
    "etag": "Version at the server.",
    "imsOrg": "Organization.",
    "createdBy": "Who created it.",
    "createdAt": "When it was created: ISO 8601, in UTC.",
    "updatedBy": "Who changed it last.",
    "updatedAt": "When it was changed last: ISO 8601, in UTC.",
    "path": "Path. That of a table is the `table` of `getTableColumns`, that of a field the key of a mapping.",
    "type": "Type in Flow Service.",
    "canPreview": "Whether its rows can be previewed.",
    "canFetchSchema": "Whether its columns can be read.",
    "xdmType": "Type in Experience Platform's data model (XDM).",
    "schemaId": "The `$id` of the dataset's schema.",
    "isRequired": "Whether a row without a value is refused.",
    "title": "Title.",
    "version": "Version.",
    "fields": "Its fields; a list or map is one field.",
    "frequency": "`minute`, `hour`, `day`, `week` or `once`.",
    "interval": "It runs every so many of the frequency.",
    "startTime": "When it runs first: ISO 8601, in UTC.",
    "backfill": "Whether the first run reads all rows.",
    "schedule": "When it runs.",
    "sourceConnectionId": "Id of the source connection.",
    "targetConnectionId": "Id of the target connection.",
    "connectionId": "Id of the connection.",
    "table": "Path of the table.",
    "deltaColumn": "The column that tells which rows changed.",
    "datasetId": "Id of the dataset.",
    "mappingId": "Id of the mapping set.",
    "mappingVersion": "Version of the mapping set.",
    "status": "How it went: `success`, which may have failed rows, `failed`, `in_progress` or another word of the API.",
    "startedAt": "When it began: ISO 8601, in UTC.",
    "completedAt": "When it ended: ISO 8601, in UTC.",
    "durationSeconds": "How long it took.",
    "rowsRead": "Number of rows read.",
    "rowsWritten": "Number of rows written.",
    "rowsFailed": "Number of rows refused.",
    "errors": "Codes and messages of the API.",
}
_REDSHIFT = KINDS["redshift"]
_TYPES = {
    "Connection": ConnectionResult,
    "Table": TableResult,
    "Column": ColumnResult,
    "Flow": FlowResult,
    "Dataset": DatasetResult,
    "SchemaField": SchemaFieldResult,
    "Schema": SchemaResult,
    "DataflowSchedule": DataflowScheduleResult,
    "Dataflow": DataflowResult,
    "DataflowRun": DataflowRunResult,
}
_OR_NONE = " | None"
_JSON_TYPES = {"str": "string", "bool": "boolean", "int": "integer", "float": "number"}


def types() -> dict[str, Schema]:
    """Return the types of results by token."""
    found = {_token(name): _object(result) for name, result in _TYPES.items()}
    return {**found, _token("RedshiftConnection"): _redshift()}


def functions() -> dict[str, Schema]:
    """Return the functions by token."""
    return {token: _function(function) for token, function in FUNCTIONS.items()}


def _function(function: Function) -> Schema:
    inputs: dict[str, Schema] = {
        name: {"type": "integer" if name in INTEGERS else "string", "description": description}
        for name, description in function.arguments.items()
    }
    if "kind" in inputs:
        inputs["kind"] = choice(KIND, function.arguments["kind"])
    if function.result is None:
        outputs = _redshift() if function.is_redshift else _object(_TYPES[function.result_type])
    else:
        reference = {"$ref": f"#/types/{_token(function.result_type)}"}
        members = {function.result: {"type": "array", "items": reference, "description": "What was found."}}
        outputs = {"type": "object", "properties": members, "required": [function.result]}
    return {
        "description": function.description,
        "inputs": {"type": "object", "properties": inputs, "required": list(function.required)},
        "outputs": outputs,
    }


def _token(name: str) -> str:
    return f"flowservice:index:{name}Result"


def _object(result: Any) -> Schema:
    """Return the type of a result class; a member that may be None need not be there."""
    forms = {wire_name(field.name): str(field.type) for field in fields(result)}
    return {
        "type": "object",
        "properties": {name: {**_form(form), "description": _FIELDS[name]} for name, form in forms.items()},
        "required": [name for name, form in forms.items() if not form.endswith(_OR_NONE)],
    }


def _form(annotation: str) -> Schema:
    """Return the type of a member: a plain value, another result, or a list or map of either."""
    form = annotation.removesuffix(_OR_NONE)
    if form in _JSON_TYPES:
        return {"type": _JSON_TYPES[form]}
    if form == "Mapping[str, Any]":
        return {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}}
    if items := form.removeprefix("Sequence[").removesuffix("]") if form.startswith("Sequence[") else "":
        return {"type": "array", "items": _form(items)}
    return {"$ref": f"#/types/{_token(form.removesuffix('Result'))}"}


def _redshift() -> Schema:
    """Return the type of a Redshift connection, whose visible params stand beside its other members."""
    params: dict[str, Schema] = {
        param.name: {"type": param.type.json_type, "description": param.description}
        for param in _REDSHIFT.params
        if not param.is_secret
    }
    connection = _object(ConnectionResult)
    common = {name: form for name, form in connection["properties"].items() if name not in ("params", "kind")}
    required = [name for name in connection["required"] if name in common]
    return {"type": "object", "properties": {**common, **params}, "required": required}
