"""The common part of `drift` and `compare`: rows of differences, and the exit code for "different"."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .output import print_table
from .verdict import BAD, GOOD

SAME, DIFFERENT = GOOD, BAD


@dataclass(frozen=True)
class Secret:
    """A reference to a secret, which is compared and never shown."""

    reference: object = field(repr=False)


@dataclass(frozen=True)
class Difference:
    """One field of one connection that differs; an empty field stands for the whole connection. Holds no secret."""

    connection: str
    field: str
    left: object
    right: object


def differing_fields(
    name: str, left: Mapping[str, Any], right: Mapping[str, Any], fields: Collection[str]
) -> list[Difference]:
    """Return the fields whose values differ, in alphabetical order."""
    return [
        Difference(name, field, *_presented(left.get(field), right.get(field)))
        for field in sorted(fields)
        if left.get(field) != right.get(field)
    ]


def _presented(left: object, right: object) -> tuple[object, object]:
    """Return two values without secrets."""
    if isinstance(left, Secret) and isinstance(right, Secret):
        return "set", "set to another reference"
    return "set" if isinstance(left, Secret) else left, "set" if isinstance(right, Secret) else right


def print_differences(title: str, left: str, right: str, differences: Sequence[Difference]) -> None:
    """Print the differences side by side, with the name of each connection once."""
    rows = []
    previous = None
    for each in differences:
        name = "" if each.connection == previous else each.connection
        rows.append((name, each.field, _cell(each.left), _cell(each.right)))
        previous = each.connection
    print_table(title, ("connection", "field", left, right), rows)


def _cell(value: object) -> str:
    """Return a value for a table: strings without quotes, a missing value as a hyphen."""
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
