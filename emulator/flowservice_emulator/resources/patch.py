"""Apply JSON Patch as Flow Service takes it: add, replace and remove on a few paths, here of a base connection."""

from __future__ import annotations

import copy

from ..http.errors import CodedError, MessageError, mandatory
from ..json_values import Json
from .models import PatchOperation, parsed

_OPERATIONS = ("add", "replace", "remove")
TEXT_FIELDS = ("name", "description")


def patched(connection: Json, body: object, *, single_params: bool, one_object: bool = False) -> Json:
    """Return a copy of a connection, its secrets included, with all of the operations applied.

    `add` and `replace` of `/auth/params` override the whole map (documented). The tutorials send an array in lower
    case, the API description has one object in upper case, which works with `one_object`.

    Raises:
        ApiError: one of the operations cannot be applied; then none is.
    """
    # On a copy, so that a patch which fails in the middle has changed nothing.
    result = copy.deepcopy(connection)
    for each in read_operations(body, one_object=one_object):
        _apply(result, each, single_params=single_params)
    return result


def read_operations(body: object, *, one_object: bool) -> list[PatchOperation]:
    """Return the operations of a patch, each with a path and, unless it removes, a value.

    Raises:
        ApiError: the body is no patch, or one of the operations is none.
    """
    if one_object and isinstance(body, dict):
        body = [{**body, "op": str(body.get("op")).lower()}]
    if not isinstance(body, list) or not all(isinstance(each, dict) for each in body):
        raise MessageError(400, "The request body must be an array of patch operations")
    return [_operation(each) for each in body]


def _operation(body: Json) -> PatchOperation:
    """Return an operation; what is missing from it is a missing field, in the words of the error catalogue."""
    for field in ("op", "path"):
        if not isinstance(body.get(field), str):
            raise invalid(field)
    operation = parsed(PatchOperation, body)
    if operation.op not in _OPERATIONS:
        raise CodedError(
            "1434-400",
            f"Unsupported operation '{operation.op[:80]}' received. "
            "Please use one of the supported operation types and try again.",
        )
    if not operation.path.startswith("/"):
        raise invalid("path")
    if operation.op != "remove" and not operation.has_value:
        raise invalid("value")
    return operation


def _apply(connection: Json, operation: PatchOperation, *, single_params: bool) -> None:
    """Apply one operation; the paths are those that tutorials use, anything else is called a missing field."""
    keys = operation.keys
    if keys[0] == "connectionSpec":
        raise CodedError("1414-400", "The connection spec of a connection cannot be updated.")
    if len(keys) == 1 and keys[0] in TEXT_FIELDS:
        change_text(connection, keys[0], operation)
    elif keys == ["auth", "params"]:
        _change_map(connection, operation)
    elif keys[:2] == ["auth", "params"] and len(keys) == 3 and single_params:
        change_key(connection["auth"]["params"], keys[2], operation)
    else:
        raise invalid(keys[-1])


def change_text(document: Json, field: str, operation: PatchOperation) -> None:
    """Change name or description; a name may not end up empty (assumed)."""
    if operation.op != "remove" and not isinstance(operation.value, str):
        raise MessageError(400, f"The value of {field} must be a string")
    if field == "name" and not operation.value:
        raise mandatory("name")
    change_key(document, field, operation)


def _change_map(connection: Json, operation: PatchOperation) -> None:
    """Put new params in the place of all prior ones; what is missing in the new ones is gone."""
    value = {} if operation.op == "remove" else operation.value
    if not isinstance(value, dict):
        raise MessageError(400, "The value of /auth/params must be an object")
    connection["auth"]["params"] = value


def change_key(container: Json, key: str, operation: PatchOperation) -> None:
    """Apply one operation to one key; `replace` and `remove` need the key to be there, as RFC 6902 says."""
    if operation.op != "add" and key not in container:
        raise invalid(key)
    if operation.op == "remove":
        del container[key]
    else:
        container[key] = operation.value


def invalid(field: str) -> CodedError:
    """Return the refusal of an operation, which calls whatever is wrong a missing field."""
    return CodedError(
        "1455-400", f'An error has occurred while validating patch instructions: Missing field "{field[:80]}".'
    )
