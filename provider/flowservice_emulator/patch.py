"""JSON Patch as Flow Service takes it: add, replace and remove on a few paths of a connection."""

from __future__ import annotations

import copy
from typing import Any

from .errors import CodedError, MessageError

Json = dict[str, Any]
_OPERATIONS = ("add", "replace", "remove")
_TEXT_FIELDS = ("name", "description")


def patched(connection: Json, operations: Any, *, single_params: bool) -> Json:
    """Return a copy of a connection, its secrets included, with all of the operations applied.

    `add` and `replace` of `/auth/params` override the whole map (documented). Operations written as one
    object or in upper case, as the API description has them, are refused like the tutorials' clients
    never send them (assumed).

    Raises:
        ApiError: one of the operations cannot be applied; then none is.
    """
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        raise MessageError(400, "The request body must be an array of patch operations")
    # On a copy, so that a patch which fails in the middle has changed nothing.
    result = copy.deepcopy(connection)
    for operation in operations:
        _apply(result, operation, single_params=single_params)
    return result


def _apply(connection: Json, operation: Json, *, single_params: bool) -> None:
    """Apply one operation; the paths are those that tutorials use, anything else is called a missing field."""
    verb, path = operation.get("op"), operation.get("path")
    if verb not in _OPERATIONS:
        raise CodedError(
            "1434-400",
            f"Unsupported operation '{verb}' received. Please use one of the supported operation types and try again.",
        )
    if not isinstance(path, str) or not path.startswith("/"):
        raise _invalid("path")
    if verb != "remove" and "value" not in operation:
        raise _invalid("value")
    # The escapes of JSON Pointer, in its order.
    keys = [key.replace("~1", "/").replace("~0", "~") for key in path[1:].split("/")]
    if keys[0] == "connectionSpec":
        raise CodedError("1414-400", "The connection spec of a connection cannot be updated.")
    if len(keys) == 1 and keys[0] in _TEXT_FIELDS:
        _change_text(connection, keys[0], verb, operation)
    elif keys == ["auth", "params"]:
        _change_map(connection, verb, operation)
    elif keys[:2] == ["auth", "params"] and len(keys) == 3 and single_params:
        _change_key(connection["auth"]["params"], keys[2], verb, operation)
    else:
        raise _invalid(keys[-1])


def _change_text(connection: Json, field: str, verb: str, operation: Json) -> None:
    """Change name or description; a name may not end up empty (assumed)."""
    value = operation.get("value")
    if verb != "remove" and not isinstance(value, str):
        raise MessageError(400, f"The value of {field} must be a string")
    if field == "name" and not value:
        raise CodedError("1304-400", "The mandatory field name is not provided. Please provide the name and try again.")
    _change_key(connection, field, verb, operation)


def _change_map(connection: Json, verb: str, operation: Json) -> None:
    """Put new params in the place of all prior ones; what is missing in the new ones is gone."""
    value = {} if verb == "remove" else operation["value"]
    if not isinstance(value, dict):
        raise MessageError(400, "The value of /auth/params must be an object")
    connection["auth"]["params"] = value


def _change_key(container: Json, key: str, verb: str, operation: Json) -> None:
    """Apply one operation to one key; `replace` and `remove` need the key to be there, as RFC 6902 says."""
    if verb != "add" and key not in container:
        raise _invalid(key)
    if verb == "remove":
        del container[key]
    else:
        container[key] = operation["value"]


def _invalid(field: str) -> CodedError:
    return CodedError(
        "1455-400", f'An error has occurred while validating patch instructions: Missing field "{field[:80]}".'
    )
