"""The paths of a schema of Experience Platform's data model (XDM), as a mapping names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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


def _fields(node: Any) -> Mapping[str, Any] | None:
    """Return the fields of an object, or of the items of an array; None where any name may follow."""
    while isinstance(node, Mapping) and isinstance(node.get("items"), Mapping):
        node = node["items"]
    found = node.get("properties") if isinstance(node, Mapping) else None
    if isinstance(found, Mapping):
        return found
    is_map = isinstance(node, Mapping) and (node.get("type") in (None, "object") or "additionalProperties" in node)
    return None if is_map else {}
