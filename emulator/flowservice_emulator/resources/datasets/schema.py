"""Build the schema of a dataset from a list of its fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ...json_values import Json

TENANT = "example"
_SEGMENT = re.compile(r"[A-Za-z_][\w:-]{0,79}", re.ASCII)
_MOST_FIELDS = 1_000
_MOST_DEPTH = 8
TYPES: Mapping[str, Json] = {
    "string": {"type": "string", "meta:xdmType": "string"},
    "number": {"type": "number", "meta:xdmType": "number"},
    "integer": {"type": "integer", "meta:xdmType": "int"},
    "boolean": {"type": "boolean", "meta:xdmType": "boolean"},
    "date": {"type": "string", "format": "date", "meta:xdmType": "date"},
    "date-time": {"type": "string", "format": "date-time", "meta:xdmType": "date-time"},
}
"""The types that a field can have, and how an XDM schema writes them."""


def check_fields(fields: Mapping[str, object], required: Collection[object]) -> None:
    """Refuse fields that no schema can have.

    Raises:
        ValueError: which field, and what is wrong with it.
    """
    if not 0 < len(fields) <= _MOST_FIELDS:
        raise ValueError(f"fields must name 1 to {_MOST_FIELDS} paths, such as _{TENANT}.orderId, each with its type")
    for path, kind in fields.items():
        steps = path.split(".")
        if len(steps) > _MOST_DEPTH or not all(_SEGMENT.fullmatch(each) for each in steps):
            raise ValueError(
                f"{path[:80]!r} is no path of a field: names with a dot between them, at most {_MOST_DEPTH}"
            )
        if not isinstance(kind, str) or kind not in TYPES:
            raise ValueError(f"the type of {path} is none of {', '.join(TYPES)}")
        for count in range(1, len(steps)):
            if ".".join(steps[:count]) in fields:
                raise ValueError(f"{'.'.join(steps[:count])} is a field, so it cannot have the field {path}")
    for each in required:
        if not isinstance(each, str) or each not in fields:
            raise ValueError(f"required names {str(each)[:80]!r}, which is none of the fields")


def object_schema(fields: Mapping[str, str], required: Collection[str]) -> Json:
    """Return the JSON Schema of an object with these fields; a required field makes the objects around it required."""
    root: Json = {"type": "object", "properties": {}}
    for path, kind in fields.items():
        parent, (*steps, last) = root, path.split(".")
        for step in steps:
            _mark_required(parent, step, path in required)
            empty: Json = {"type": "object", "meta:xdmType": "object", "properties": {}}
            parent = parent["properties"].setdefault(step, empty)
        _mark_required(parent, last, path in required)
        parent["properties"][last] = {"title": last, **TYPES[kind]}
    return root


def _mark_required(parent: Json, name: str, is_required: bool) -> None:
    if is_required and name not in parent.setdefault("required", []):
        parent["required"].append(name)
