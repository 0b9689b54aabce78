"""Make rows of a dataset out of rows of a table, by a mapping set and the types of the schema."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal

from ....json_values import Json
from ...data_prep.bodies import ATTRIBUTE, STATIC
from ...data_prep.expressions import ExpressionError, Row, Value, column, parse, text_of

KEPT_ROWS = 100
_LARGEST_INTEGER = 2**63 - 1


@dataclass
class Written:
    """What a run has brought into a dataset."""

    read: int = 0
    written: int = 0
    failed: int = 0
    input_bytes: int = 0
    output_bytes: int = 0
    rows: list[Json] = field(default_factory=list)
    """The first hundred."""
    problems: Counter[str] = field(default_factory=Counter)
    """How many values could not be made, by field, and why rows failed."""


class Mapper:
    """Maps rows; `fields` are the paths of the schema with their types.

    A value that cannot be made is null, and a row without a required value fails: so says Data Prep's guide.
    """

    def __init__(self, mappings: list[Json], fields: Mapping[str, str], required: Collection[str]) -> None:
        self._values = [(each["destination"], self._value(each)) for each in mappings]
        self._fields = fields
        self._required = required

    def _value(self, mapping: Json) -> Value:
        """Return the value of a mapping; a column that is not ingested is null."""
        source = mapping["source"]
        if mapping["sourceType"] == STATIC:
            return lambda row, now: source
        try:
            if mapping["sourceType"] != ATTRIBUTE:
                return parse(source)
            name = column(source)
        except ExpressionError:
            # Valid when the flow was made; a set can be changed behind its back.
            return lambda row, now: None
        return lambda row, now: row.get(name)

    def add(self, row: Row, now: float, written: Written) -> None:
        """Map a row and count it; `now` is the time of the run, in seconds since the epoch."""
        written.read += 1
        written.input_bytes += len(json.dumps([text_of(each) for each in row.values()]))
        made: Json = {}
        for path, value in self._values:
            converted = _converted(value(row, now), self._fields.get(path, ""))
            if converted is _UNFIT:
                written.problems[path] += 1
            elif converted is not None:
                _put(made, path, converted)
        if any(_get(made, path) is None for path in self._required):
            written.failed += 1
            return
        written.written += 1
        written.output_bytes += len(json.dumps(made))
        if len(written.rows) < KEPT_ROWS:
            written.rows.append(made)


_UNFIT = object()


def _converted(value: object, kind: str) -> object:
    """Return a value of a database as JSON of a type, null for null, `_UNFIT` where it has none."""
    if value is None:
        return None
    try:
        return _CONVERSIONS[kind](value)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return _UNFIT


def _number(value: object) -> float | int:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        raise TypeError
    number = Decimal(str(value))
    if number != number.to_integral_value() or abs(number) > _LARGEST_INTEGER:
        raise ValueError
    return int(number)


def _boolean(value: object) -> bool:
    return {"true": True, "false": False}[text_of(value).lower()]


def _date(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else date.fromisoformat(text_of(value)[:10]).isoformat()


def _date_time(value: object) -> str:
    """Return a time in UTC; one without a zone is meant so, as databases must be set to it."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(text_of(value).replace("Z", "+00:00"))
    in_utc = moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return in_utc.isoformat().replace("+00:00", "Z")


_CONVERSIONS: Mapping[str, Callable[[object], object]] = {
    "string": text_of,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "date-time": _date_time,
}


def _put(row: Json, path: str, value: object) -> None:
    *steps, last = path.split(".")
    for step in steps:
        row = row.setdefault(step, {})
    row[last] = value


def _get(row: Json, path: str) -> object:
    found: object = row
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found
