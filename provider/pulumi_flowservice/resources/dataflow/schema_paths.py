"""The paths of a schema of Experience Platform's data model (XDM), as a mapping names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# A dot within a name is escaped. Source: Adobe's troubleshooting guide of Data Prep.
_DOT = re.compile(r"(?<!\\)\.")


def missing_paths(schema: Mapping[str, Any], paths: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each path that a whole schema does not have, with the paths there beside it.

    Nothing is missing in a schema that does not write out its fields.
    """
    if not isinstance(schema.get("properties"), Mapping):
        return
    for path in paths:
        node: Any = schema
        walked: list[str] = []
        for name in _DOT.split(path):
            fields = _fields(node)
            if fields is None:
                break
            plain = name.replace("\\.", ".")
            if plain not in fields:
                yield path, [".".join((*walked, each)) for each in fields]
                break
            walked.append(name)
            node = fields[plain]


@dataclass(frozen=True)
class SchemaField:
    """A field that holds a value, or a list or map of values.

    Args:
        path: The names on the way to it, with dots between them, such as `_example.orderId`.
        xdm_type: The most specific type that the schema gives, such as `date-time`; empty if it gives none.
        is_required: Whether every row must have it: the schema requires it, and each object around it.
    """

    path: str
    xdm_type: str
    is_required: bool


def schema_fields(schema: Mapping[str, Any]) -> Iterator[SchemaField]:
    """Yield the fields of a whole schema, in its order; an object is not one itself if its own fields are known."""
    # Not recursive: how deep a schema is nested is up to whoever wrote it.
    waiting: list[tuple[str, Any, bool]] = [("", schema, True)]
    while waiting:
        path, node, is_required = waiting.pop()
        form = node if isinstance(node, Mapping) else {}
        properties, required = form.get("properties"), form.get("required")
        if not isinstance(properties, Mapping) or not properties:
            if path:
                yield SchemaField(path, _type(form), is_required)
            continue
        names = required if isinstance(required, list) else []
        prefix = f"{path}." if path else ""
        inner = [
            (prefix + name.replace(".", "\\."), each, is_required and name in names)
            for name, each in properties.items()
        ]
        waiting += reversed(inner)


def _type(form: Mapping[str, Any]) -> str:
    found = (form.get(key) for key in ("meta:xdmType", "format", "type"))
    return next((each for each in found if isinstance(each, str) and each), "")


def _fields(node: Any) -> Mapping[str, Any] | None:
    """Return the fields of an object, or of the items of an array; None where any name may follow."""
    while isinstance(node, Mapping) and isinstance(node.get("items"), Mapping):
        node = node["items"]
    found = node.get("properties") if isinstance(node, Mapping) else None
    if isinstance(found, Mapping):
        return found
    is_map = isinstance(node, Mapping) and (node.get("type") in (None, "object") or "additionalProperties" in node)
    return None if is_map else {}
