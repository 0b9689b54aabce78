"""The keys of a dataflow in a manifest: their JSON Schema for editors, and the checks that the resource does not make.

Here a dataflow names its connection by its entry in the same file, and a schedule has a second, shorter form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..resources.dataflow import schedule as resource_schedule
from ..resources.dataflow.mapping import LONGEST_EXPRESSION
from ..resources.dataflow.mapping import mapping as resource_mapping
from ..resources.dataflow.properties import INPUTS, filters
from ..resources.properties import LONGEST_NAME
from ..resources.values import flag, string
from .keys import Key, Schema, described, for_sandboxes, list_such_as

SHORT = {"every": ("frequency", "interval"), "start": ("startTime",)}
"""The shorter keys of a schedule, and those of the resource that each stands for."""
_EVERY = re.compile(r"(?:([0-9]{1,9}) *)?(minute|hour|day|week)s?")
_STRING: Schema = {"minLength": 1, "type": "string"}
_FLAG: Schema = {"type": "boolean"}
_ROW: Schema = {
    "anyOf": [
        _STRING,
        {
            "additionalProperties": False,
            "maxProperties": 1,
            "minProperties": 1,
            "properties": {
                "expression": {"description": "An expression of Data Prep, such as `upper(name)`.", **_STRING},
                "static": {"description": "The same for each row.", "type": ["string", "number", "boolean"]},
            },
            "type": "object",
        },
    ]
}


def own() -> dict[str, Key]:
    """Return the keys of one dataflow: the inputs of the resource without `sandbox`, and the option `protect`."""
    forms: dict[str, Key] = {
        "connection": Key(described("Name of its connection: an entry of `connections`.", _STRING), string),
        "mapping": Key({"additionalProperties": _ROW, "minProperties": 1, "type": "object"}, _rows, each=_row),
        "schedule": Key({"anyOf": [{"const": "once"}, {"$ref": "#/$defs/Schedule"}]}, _schedule, within=schedule()),
        "columns": Key({"items": _STRING, "minItems": 1, "type": "array"}, _columns, each=_column),
        "filters": Key({"type": "object"}, _filters),
        "options": Key({"$ref": "#/$defs/Options"}, _options, within=options()),
        "enabled": Key(_FLAG, flag),
        "name": Key({**_STRING, "maxLength": LONGEST_NAME}),
    }
    inputs = {
        name: _with_description(each.description, forms.get(name) or Key(_STRING))
        for name, each in INPUTS.items()
        if name != "sandbox"
    }
    return {**inputs, "protect": Key(described("Pulumi refuses to delete it.", _FLAG), flag)}


def entry() -> dict[str, Key]:
    """Return the keys of an entry: those of a dataflow, its sandboxes and its overrides."""
    return {**own(), **for_sandboxes("dataflow", "those of its connection", "#/$defs/SettledDataflow")}


def schedule() -> dict[str, Key]:
    """Return the keys of a schedule: those of the resource, and the `SHORT` ones."""
    frequencies = list(resource_schedule.FREQUENCIES)
    once = "`schedule: once` runs once."
    backfill = "Whether the first run reads all rows, and not only those that change from then on. Default: true."
    return {
        "every": Key(described(f"Such as `1 day` or `15 minutes`. {once}", _STRING), _every),
        "start": Key(described("When the first run is. Default: a few minutes after the creation.", _STRING)),
        "frequency": Key({"description": "With `interval`, the same as `every`.", "enum": frequencies}),
        "interval": Key({"minimum": 1, "type": "integer"}),
        "startTime": Key(described("The same as `start`.", _STRING)),
        "backfill": Key(described(backfill, _FLAG), flag),
    }


def options() -> dict[str, Key]:
    """Return the keys of the options."""
    share = "Up to which share of such rows a run succeeds."
    return {
        "errorDiagnostics": Key(described("Whether runs keep details of rows that are not ingested.", _FLAG), flag),
        "partialIngestionPercent": Key(described(share, {"exclusiveMinimum": 0, "maximum": 100, "type": "number"})),
    }


def resource_form(given: object) -> tuple[object, dict[str, str]]:
    """Return a schedule with the resource's keys, and for each of them the key of the file that it came from."""
    if not isinstance(given, dict):
        return ({"frequency": given} if isinstance(given, str) else given), {}
    found: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key, value in given.items():
        long = SHORT.get(key, (key,))
        values: tuple[Any, ...] = _parsed_every(value) if key == "every" else (value,)
        found.update(zip(long, values, strict=True))
        origins.update((name, key) for name in long)
    return {name: value for name, value in found.items() if value is not None}, origins


def short_form(schedule: Mapping[str, Any]) -> object:
    """Return a schedule of the resource as a manifest has it: `{every: 1 day}`, or `once`."""
    interval, frequency, start = (schedule.get(name) for name in ("interval", "frequency", "startTime"))
    if frequency == resource_schedule.ONCE:
        return {"frequency": frequency, "start": start} if start else frequency
    every = f"{interval} {frequency}{'' if interval == 1 else 's'}"
    found = {"every": every, "start": start, "backfill": schedule.get("backfill")}
    return {name: value for name, value in found.items() if value is not None}


def written_twice(given: object) -> list[tuple[str, str]]:
    """Return each short key of a schedule with a key beside it that says the same."""
    keys = given.keys() if isinstance(given, dict) else ()
    return [(short, long) for short in SHORT for long in SHORT[short] if short in keys and long in keys]


def _with_description(description: str, key: Key) -> Key:
    schema = key.schema if "description" in key.schema else described(description, key.schema)
    return replace(key, schema=schema)


def _schedule(value: object) -> object:
    if value != resource_schedule.ONCE and not isinstance(value, dict):
        raise ValueError("is not a schedule: write {every: 1 day}, or `once`")
    if value == {}:
        raise ValueError("is empty: write {every: 1 day}, or `once`")
    return value


def _every(value: object) -> object:
    if value == resource_schedule.ONCE:
        raise ValueError("repeats a run: write `schedule: once` for a single one, or {frequency: once, start: …}")
    if not isinstance(value, str) or not _EVERY.fullmatch(value):
        raise ValueError("is not a number and a unit: write 15 minutes, 2 hours, 1 day or 1 week, for example")
    return value


def _parsed_every(value: str) -> tuple[str, int | None]:
    """Return frequency and interval; a unit alone has none."""
    found = _EVERY.fullmatch(value)
    assert found is not None  # noqa: S101 - It was parsed before.
    return found[2], int(found[1]) if found[1] else None


_columns = list_such_as("[id, email]")


def _column(_index: object, value: object) -> object:
    return string(value)


def _rows(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping: write a path of the dataset's schema and its column in each line below it")
    if not value:
        raise ValueError("is empty: give at least one path of the dataset's schema and its column")
    return value


def _row(path: object, value: object) -> object:
    """Return what a mapping has for one path."""
    try:
        return resource_mapping({path: value})[str(path)]
    except ValueError:
        pass
    expression = value.get("expression") if isinstance(value, dict) else None
    if isinstance(expression, str) and len(expression) > LONGEST_EXPRESSION:
        raise ValueError(f"has an expression of more than {LONGEST_EXPRESSION} characters: shorten it")
    if not str(path) or str(path) != str(path).strip():
        raise ValueError("has a path that is empty, or begins or ends with white space: correct it")
    advice = "write the column (in quotes if it is a number, or `on`, `no` or such), {expression: …} or {static: …}"
    raise ValueError(f"is neither a column nor an expression nor a constant: {advice}")


def _filters(value: object) -> object:
    try:
        return filters(value)
    except ValueError:
        raise ValueError(
            "is neither filters as Adobe writes them nor their JSON: write {type: PQL, format: pql/json, value: …}"
        ) from None


def _options(value: object) -> object:
    if not isinstance(value, dict) or not value:
        raise ValueError("must be a mapping that is not empty: write {errorDiagnostics: true}, for example")
    return value
