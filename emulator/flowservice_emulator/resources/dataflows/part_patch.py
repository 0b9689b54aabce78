"""Apply JSON Patch to source and target connections."""

from __future__ import annotations

import copy

from ...http.errors import CodedError, MessageError
from ...json_values import Json
from ..patch import TEXT_FIELDS, change_key, change_text, invalid, read_operations


def patched_part(document: Json, body: object, *, one_object: bool) -> Json:
    """Return a copy of a source or target connection with all of the operations applied.

    The one path that is printed is `/params/filters`; name, description and other params are assumed.

    Raises:
        ApiError: one of the operations cannot be applied; then none is.
    """
    result = copy.deepcopy(document)
    for each in read_operations(body, one_object=one_object):
        keys = each.keys
        if keys[0] == "connectionSpec":
            raise CodedError("1414-400", "The connection spec of a connection cannot be updated.")
        if len(keys) == 1 and keys[0] in TEXT_FIELDS:
            change_text(result, keys[0], each)
        elif keys == ["params"] and each.op != "remove":
            if not isinstance(each.value, dict):
                raise MessageError(400, "The value of /params must be an object")
            result["params"] = each.value
        elif keys[0] == "params" and len(keys) == 2:
            result["params"] = result.get("params") or {}
            change_key(result["params"], keys[1], each)
        else:
            raise invalid(keys[-1])
    return result
