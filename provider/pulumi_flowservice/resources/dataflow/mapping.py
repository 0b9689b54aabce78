"""The mapping of a dataflow: which column, expression or constant goes to which path of the dataset's schema.

Source: Adobe's swagger file "Data Prep" and its tutorial on mapping sets. The API answers in another vocabulary than it
is asked in, and two forms of a row are documented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...lifecycle.call import Call

Mapped = dict[str, Any]
"""Paths of the schema, and for each a column, `{"expression": …}` or `{"static": …}`."""
LONGEST_EXPRESSION = 4096
_COLUMN, _EXPRESSION = "ATTRIBUTE", "EXPRESSION"
_COLUMN_TYPES = frozenset(("ATTRIBUTE", "text/x.schema-path", ""))


def mapping(value: object) -> Mapped:
    """Return a valid mapping. Raises: ValueError; paths are named, what goes there is not."""
    if not isinstance(value, Mapping):
        raise ValueError("must be a map of paths of the schema to columns")
    if not value:
        raise ValueError("is empty: give at least one path of the schema and its column")
    return {_path(path): _source(path, each) for path, each in value.items()}


def _path(path: object) -> str:
    if not isinstance(path, str) or not path or path != path.strip():
        raise ValueError("has a path that is empty, or begins or ends with white space")
    return path


def _source(path: object, value: object) -> Any:
    if isinstance(value, str) and value and value == value.strip():
        return value
    if isinstance(value, Mapping) and len(value) == 1:
        [(key, found)] = value.items()
        if key == "expression" and isinstance(found, str) and found.strip():
            if len(found) > LONGEST_EXPRESSION:
                raise ValueError(f"has at {path!r} an expression of more than {LONGEST_EXPRESSION} characters")
            return {"expression": found}
        if key == "static" and isinstance(found, (str, int, float, bool)):
            return {"static": found}
    raise ValueError(f'needs at {path!r} the name of a column, {{"expression": …}} or {{"static": …}}')


def shown_path(path: str, call: Call) -> str:
    """Return a path for a text, unless the program made the whole mapping secret, as far as the engine tells."""
    return str(call.shown("mapping", {"mapping": repr(path)}) or "one of its paths")


def columns(found: Mapped) -> list[str]:
    """Return the columns that go into the dataset as they are."""
    return [each for each in found.values() if isinstance(each, str)]


def rows(found: Mapped, kept: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return the rows for the API. Of `kept`, the rows of a set, those that do not change stay as they are: they may
    have what a program cannot say, such as an identity.
    """
    stay = {_meaning(each): {k: v for k, v in each.items() if k not in ("id", "version")} for each in kept}
    wanted = [_row(path, each) for path, each in found.items()]
    return [stay.get(_meaning(each), each) for each in wanted]


def is_like(found: Mapped, shown: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether the rows of a set mean this mapping, in any order."""
    return {_meaning(_row(path, each)) for path, each in found.items()} == {_meaning(each) for each in shown}


def from_rows(shown: Iterable[Mapping[str, Any]]) -> Mapped:
    """Return the mapping that the rows of a set mean."""
    meanings = map(_meaning, shown)
    return {path: source if kind == _COLUMN else {"expression": source} for path, kind, source in meanings}


def _row(path: str, found: Any) -> dict[str, Any]:
    if isinstance(found, str):
        return {"sourceType": _COLUMN, "source": found, "destination": path}
    # A constant as an expression: "static" is in one of Adobe's two lists of types only.
    source = found["expression"] if "expression" in found else json.dumps(found["static"], ensure_ascii=False)
    return {"sourceType": _EXPRESSION, "source": source, "destination": path}


def _meaning(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return path, type and source of a row, whichever form it has."""
    path = row.get("destination") or row.get("destinationXdmPath") or ""
    source = row.get("source") if row.get("source") is not None else row.get("sourceAttribute", "")
    type_ = str(row.get("sourceType") or "")
    if type_ == "STATIC":
        source = json.dumps(source, ensure_ascii=False)
    return str(path), _COLUMN if type_ in _COLUMN_TYPES else _EXPRESSION, str(source)
