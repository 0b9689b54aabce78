"""Apply the filters of a source connection: conditions in Profile Query Language, as JSON."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from ...data_prep.expressions import Row, text_of

Test = Callable[[Row], bool]
_MOST_DEPTH = 20
_COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]  # Values of one type by then.
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}


class FilterError(ValueError):
    """A filter is not understood."""


def row_test(filters: object) -> Test:
    """Return the test that rows must pass; without filters all do.

    Raises:
        FilterError: the filters are not of the form that the tutorial shows.
    """
    if not filters:
        return lambda row: True
    if not isinstance(filters, dict) or filters.get("format") != "pql/json":
        raise FilterError("filters must have the format pql/json")
    return _test(filters.get("value"), 0)


def _test(node: object, depth: int) -> Test:
    """Return the test that a node of the condition stands for."""
    name, params = _applied(node)
    if depth > _MOST_DEPTH:
        raise FilterError("the filters are nested too deeply")
    if name in ("and", "or") and params:
        tests = [_test(each, depth + 1) for each in params]
        join = all if name == "and" else any
        return lambda row: join(test(row) for test in tests)
    if name == "not" and len(params) == 1:
        inner = _test(params[0], depth + 1)
        return lambda row: not inner(row)
    if len(params) < 2 or (len(params) > 2 and name != "in"):
        raise FilterError(f"{name[:40]} does not take {len(params)} parameters")
    column, values = _column(params[0]), [_literal(each) for each in params[1:]]
    if name == "in":
        allowed = [each for value in values for each in (value if isinstance(value, list) else [value])]
        return lambda row: any(_compare("=", row.get(column), each) for each in allowed)
    if name == "like":
        pattern = re.compile("".join({"%": ".*", "_": "."}.get(each, re.escape(each)) for each in str(values[0])))
        return lambda row: row.get(column) is not None and bool(pattern.fullmatch(text_of(row.get(column))))
    if name not in _COMPARISONS:
        raise FilterError(f"the operator {name[:40]} is not known")
    return lambda row: _compare(name, row.get(column), values[0])


def _applied(node: object) -> tuple[str, list[object]]:
    """Return name and parameters of a function that is applied."""
    if isinstance(node, dict) and node.get("nodeType") == "fnApply" and isinstance(node.get("params"), list):
        return str(node.get("fnName")), node["params"]
    raise FilterError("a condition must be a node of type fnApply with params")


def _column(node: object) -> str:
    if isinstance(node, dict) and node.get("nodeType") == "fieldLookup" and isinstance(node.get("fieldName"), str):
        return str(node["fieldName"])
    raise FilterError("the first parameter must be a node of type fieldLookup")


def _literal(node: object) -> object:
    if isinstance(node, dict) and node.get("nodeType") == "literal":
        return node.get("value")
    raise FilterError("the other parameters must be nodes of type literal")


def _compare(name: str, value: object, literal: object) -> bool:
    """Compare a value of the database with a literal of JSON; with null nothing compares, as in SQL."""
    if value is None or literal is None:
        return False
    compare = _COMPARISONS[name]
    if isinstance(value, bool) or isinstance(literal, bool):
        return compare(text_of(value), text_of(literal))
    if isinstance(value, (int, float, Decimal)):
        try:
            return compare(Decimal(str(value)), Decimal(str(literal)))
        except ArithmeticError:
            return False
    if isinstance(value, (datetime, date)):
        # In ISO 8601, the order of texts is that of times.
        return compare(value.isoformat(), str(literal).replace(" ", "T").removesuffix("Z"))
    return compare(text_of(value), str(literal))
