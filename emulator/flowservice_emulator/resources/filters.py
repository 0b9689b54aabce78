"""Turn `property=path==value` and `orderby` into SQL with bound values.

property=name==TestConn                          equality
property=id==a,b                                 a comma means OR; repeated parameters mean AND
property=auth.params.server=="a, b"              quotes keep a comma inside the value
property=sourceConnectionIds[]==a                any element of an array
property=createdAt>=1597973312000                >, <, >=, <= on numbers
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..http.errors import CodedError
from ..http.limits import MOST_ORDERS, MOST_VALUES
from ..store.store import Selection

_TIMES = ("createdAt", "updatedAt")
_AUTHORS = ("createdBy", "updatedBy", "createdClient", "updatedClient")
_PLACE = ("sandboxId", "sandboxName", "imsOrgId")
_ALL = ("id", "name", "description", "state", "version", "etag", "connectionSpec", "lastOperation", *_TIMES)
_MARKS = {*_ALL, *_AUTHORS, *_PLACE, "inheritedAttributes"}
_FIELDS = {
    "connections": {*_MARKS, "auth", "providerId"},
    "sourceConnections": {*_MARKS, "baseConnectionId", "data", "params"},
    "targetConnections": {*_MARKS, "baseConnectionId", "data", "params"},
    "runs": {*_MARKS, "flowId", "flowSpec", "providerRefId", "metrics", "activities"},
    "flows": {
        *(*_MARKS, "flowSpec", "sourceConnectionIds", "targetConnectionIds", "transformations", "scheduleParams"),
        *("options", "labels", "lastRunDetails"),
    },
}
# ASCII alone, and only so deep: paths become part of the SQL.
_FILTER = re.compile(r"(?P<path>[\w.\[\]-]+)\s*(?P<operator>[=<>!~]{1,9})(?P<value>.*)", re.DOTALL | re.ASCII)
_PATH = re.compile(r"[\w-]{1,80}(\[\])?(\.[\w-]{1,80}(\[\])?){0,9}", re.ASCII)
_OPERATORS = {"==": "=", ">": ">", "<": "<", ">=": ">=", "<=": "<="}
_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)"(?:,|$)|([^,]*)(?:,|$)', re.DOTALL)
_COLUMNS = {"id": "id", "name": "name"}
# Of bounded length, as SQLite compares them as floating point.
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


def selection(kind: str, filters: Sequence[str]) -> Selection:
    """Return what all of the filters select together.

    Raises:
        CodedError: a filter is malformed or about an unknown field (1440 to 1453-400).
    """
    parts = [_condition(kind, each) for each in filters]
    return Selection([sql for sql, _ in parts], [value for _, values in parts for value in values])


def ordering(kind: str, orderby: str) -> str:
    """Return SQL for `orderby`: fields parted by commas, each ascending unless a minus stands before it.

    Raises:
        CodedError: the prefix (1432-400) or the field (1433-400) is none.
    """
    terms = orderby.split(",")
    if len(terms) > MOST_ORDERS:
        raise CodedError("1433-400", f"More than {MOST_ORDERS} fields passed in orderBy.")
    return ", ".join(_ordered(kind, each) for each in terms)


def _ordered(kind: str, field: str) -> str:
    """Return SQL for one field of `orderby`."""
    # A plus sign in a query arrives as a space.
    direction = "DESC" if field.startswith("-") else "ASC"
    path = field[1:] if field[:1] in ("-", "+", " ") else field
    if path[:1] in ("-", "+", " "):
        raise CodedError(
            "1432-400",
            "Sort order specified is not correct, prepend + for ascending order and - for descending order in the "
            "fieldName.",
        )
    if not _PATH.fullmatch(path) or "[]" in path or path.partition(".")[0] not in _FIELDS[kind]:
        raise CodedError("1433-400", f"Incorrect field= {path[:80]} passed in orderBy, example are +name, -name, name.")
    return f"json_extract(document, '{_json_path(path)}') {direction}"


def _condition(kind: str, text: str) -> tuple[str, list[str]]:
    """Return SQL for one filter, and the values to bind to it."""
    match = _FILTER.fullmatch(text)
    if match is None:
        raise CodedError("1453-400", f"Invalid query value {text[:80]} provided in query param.")
    path, operator, raw = match["path"], match["operator"], match["value"]
    # Known by its first step: whatever lies below a field depends on spec and state.
    root = path.partition(".")[0].removesuffix("[]")
    if not _PATH.fullmatch(path) or root not in _FIELDS[kind]:
        raise CodedError("1449-400", f"Invalid field {root[:80]} in filter params.")
    _check_operator(path, operator)
    values = literal_values(raw)
    if not raw or not values or len(values) > MOST_VALUES or "\0" in raw:
        raise CodedError("1453-400", f"Invalid query value {path[:80]}{operator} provided in query param.")
    # The error catalogue's own example of a wrong value is two times after one `==`.
    if path in _TIMES and operator == "==" and not (len(values) == 1 and _NUMBER.fullmatch(values[0])):
        raise CodedError("1452-400", f"Invalid value {raw[:80]} for field {path}.")
    if operator == "==":
        return _equality(path, values)
    return _comparison(path, operator, values)


def _check_operator(path: str, operator: str) -> None:
    """Refuse operators as the error catalogue does: not implemented, unknown, or unfit for the field."""
    if operator == "~":
        raise CodedError("1440-400", "Operator '~' not implemented.")
    if operator not in _OPERATORS:
        raise CodedError("1450-400", f"Invalid operator {operator} in filter params.")
    if operator != "==" and path in _COLUMNS:
        raise CodedError("1448-400", f"Operator {operator} not supported for field {path}.")


def _equality(path: str, values: Sequence[str]) -> tuple[str, list[str]]:
    """Return SQL for `==`, which compares texts; several values mean any of them."""
    marks = ", ".join("?" * len(values))
    # These two have an index; all else looks through the documents.
    if path in _COLUMNS:
        return f"{_COLUMNS[path]} IN ({marks})", list(values)
    test = f"CAST(json_extract({{0}}) AS TEXT) IN ({marks})"
    if any(value in ("true", "false") for value in values):
        # JSON's booleans come out of SQLite as numbers, and their spelling as their type.
        return _reach(path, f"({test} OR json_type({{0}}) IN ({marks}))"), [*values, *values]
    return _reach(path, test), list(values)


def _comparison(path: str, operator: str, values: Sequence[str]) -> tuple[str, list[str]]:
    """Return SQL for the operators that compare numbers."""
    if len(values) > 1:
        raise CodedError("1443-400", f"Operator '{operator}' is not allowed for multiple values.")
    if not _NUMBER.fullmatch(values[0]):
        if path in _TIMES:
            raise CodedError("1452-400", f"Invalid value {values[0][:80]} for field {path}.")
        raise CodedError("1448-400", f"Operator {operator} not supported for field {path}.")
    sql = _OPERATORS[operator]
    return _reach(path, f"json_extract({{0}}) {sql} CAST(? AS REAL)"), [values[0]]


def _reach(path: str, test: str) -> str:
    """Return the SQL that applies `test` to the value at a path, or to any value where arrays lie on the way."""
    *arrays, last = path.split("[]")
    if not arrays:
        return test.format(f"document, '{_json_path(last)}'")
    source, tables = "document", []
    for number, segment in enumerate(arrays):
        tables.append(f"json_each({source}, '{_json_path(segment.lstrip('.'))}') AS a{number}")
        source = f"a{number}.value"
    # An element that is plain text is not JSON by itself.
    element = f"{source}, '{_json_path(last.lstrip('.'))}'" if last else f"json_array({source}), '$[0]'"
    return f"EXISTS (SELECT 1 FROM {', '.join(tables)} WHERE {test.format(element)})"  # noqa: S608  # Paths are checked, values bound.


def _json_path(path: str) -> str:
    """Return SQLite's spelling of a dotted path; the path's characters were checked before."""
    return "$" + "".join(f'."{each}"' for each in path.split("."))


def literal_values(raw: str) -> list[str]:
    """Return the values on the right of an operator: parted by commas, each bare or in quotes."""
    values, position = [], 0
    while position < len(raw):
        match = _VALUE.match(raw, position)
        if match is None:
            return []
        quoted, bare = match.groups()
        values.append(bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        position = match.end()
    return values
