"""The part of the schema that describes functions and their results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ..lifecycle.properties import wire_name
from ..lookups.results import ColumnResult, ConnectionResult, FlowResult, TableResult
from ..resources.connection.kind import Kind
from ..resources.connection.kinds import KINDS
from .functions import FUNCTIONS, Function

Schema = dict[str, Any]

_FIELDS = {
    "id": "Id.",
    "kind": "Kind of connection, such as `redshift`.",
    "name": "Name.",
    "sandbox": "Name of the sandbox.",
    "description": "Description shown in the UI.",
    "params": "Visible parameters by their names, such as `server`; never a secret.",
    "state": "State. For a connection: `enabled`, `disabled` or a temporary state.",
    "etag": "Version at the server.",
    "imsOrg": "Organization.",
    "createdBy": "Who created it.",
    "createdAt": "When it was created: ISO 8601, in UTC.",
    "updatedBy": "Who changed it last.",
    "updatedAt": "When it was changed last: ISO 8601, in UTC.",
    "path": "Path. Use it as `table` in `getTableColumns`.",
    "type": "Type in Flow Service.",
    "canPreview": "Whether its rows can be previewed.",
    "canFetchSchema": "Whether its columns can be read.",
    "xdmType": "Type in Experience Platform's data model (XDM).",
}
_REDSHIFT = KINDS["redshift"]
_OPTIONAL = frozenset(
    ("description", "etag", "imsOrg", "createdBy", "createdAt", "updatedBy", "updatedAt", *_REDSHIFT.details)
)
_TYPES = {"Connection": ConnectionResult, "Table": TableResult, "Column": ColumnResult, "Flow": FlowResult}


def types() -> dict[str, Schema]:
    """Return the types of results by token."""
    found = {_token(name): _object(_members(result)) for name, result in _TYPES.items()}
    return {**found, _token("RedshiftConnection"): _object(_flat_members(_REDSHIFT))}


def functions() -> dict[str, Schema]:
    """Return the functions by token."""
    return {token: _function(function) for token, function in FUNCTIONS.items()}


def _function(function: Function) -> Schema:
    inputs = {name: {"type": "string", "description": description} for name, description in function.arguments.items()}
    if function.result is None:
        members = _flat_members(_REDSHIFT) if function.is_redshift else _members(ConnectionResult)
    else:
        reference = {"$ref": f"#/types/{_token(function.result_type)}"}
        members = {function.result: {"type": "array", "items": reference, "description": "What was found."}}
    return {
        "description": function.description,
        "inputs": {"type": "object", "properties": inputs, "required": list(function.required)},
        "outputs": _object(members),
    }


def _token(name: str) -> str:
    return f"flowservice:index:{name}Result"


def _object(members: Mapping[str, Schema]) -> Schema:
    required = [name for name in members if name not in _OPTIONAL]
    return {"type": "object", "properties": members, "required": required}


def _members(result: Any) -> dict[str, Schema]:
    """Return the members of a result class."""
    found: dict[str, Schema] = {}
    for field in fields(result):
        name = wire_name(field.name)
        form: Schema = {"type": "boolean" if field.type == "bool" else "string", "description": _FIELDS[name]}
        if name == "params":
            form |= {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}}
        found[name] = form
    return found


def _flat_members(kind: Kind) -> dict[str, Schema]:
    """Return the members of a connection whose visible params stand beside the others."""
    params: dict[str, Schema] = {
        param.name: {"type": param.type.json_type, "description": param.description}
        for param in kind.params
        if not param.is_secret
    }
    common = {name: form for name, form in _members(ConnectionResult).items() if name not in ("params", "kind")}
    return {**common, **params}
