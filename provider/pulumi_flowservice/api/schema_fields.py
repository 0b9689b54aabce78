"""The fields of a schema of Experience Platform's data model (XDM), by their paths.

Source: the samples of the Schema Registry's guide, in which the look-up with `xed-full` writes all fields out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .models import member


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
    waiting: list[tuple[str, object, bool]] = [("", schema, True)]
    while waiting:
        path, form, is_required = waiting.pop()
        properties = member(form, "properties")
        if not isinstance(properties, Mapping) or not properties:
            if path:
                yield SchemaField(path, _type(form), is_required)
            continue
        required = member(form, "required")
        names = set(filter(_is_text, required)) if isinstance(required, list) else set()
        inner = [
            (f"{path}.{name}" if path else name, each, is_required and name in names)
            for name, each in properties.items()
        ]
        waiting += reversed(inner)


def _type(form: object) -> str:
    found = (member(form, key) for key in ("meta:xdmType", "format", "type"))
    return next((each for each in found if isinstance(each, str) and each), "")


def _is_text(value: object) -> bool:
    return isinstance(value, str)
