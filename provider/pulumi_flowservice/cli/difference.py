"""The common part of `drift` and `compare`: rows of differences, and the exit code for "different"."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..redaction import one_line
from .output import fits, print_table, say
from .verdict import BAD, GOOD

SAME, DIFFERENT = GOOD, BAD


@dataclass(frozen=True)
class Secret:
    """A reference to a secret, which is compared and never shown."""

    reference: object = field(repr=False)


@dataclass(frozen=True, eq=False)
class Reference:
    """What a dataflow refers to, a connection or a dataset: equal to a reference that has one of the same names."""

    shown: str
    names: frozenset[str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and bool(self.names & other.names)


@dataclass(frozen=True)
class Difference:
    """One field of one resource that differs; an empty field stands for the whole resource. Holds no secret.

    `id` is that of its object, where it is needed.
    """

    resource: str
    field: str
    left: object
    right: object
    noun: str = "connection"
    id: str = ""

    def document(self) -> dict[str, object]:
        """Return it for machines, with its noun as the key of its resource."""
        return {self.noun: self.resource, "field": self.field, "left": self.left, "right": self.right}


def differing_fields(
    name: str, left: Mapping[str, Any], right: Mapping[str, Any], fields: Collection[str], noun: str = "connection"
) -> list[Difference]:
    """Return the fields whose values differ, in alphabetical order; of a mapping, only the paths that differ."""
    return [
        Difference(name, field, *_presented(left.get(field), right.get(field)), noun)
        for field in sorted(fields)
        if left.get(field) != right.get(field)
    ]


def _presented(left: object, right: object) -> tuple[object, object]:
    """Return two values without secrets, and of two structures only the parts that differ."""
    if isinstance(left, Secret) and isinstance(right, Secret):
        return "set", "set to another reference"
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        parts = [part for part in {**left, **right} if left.get(part) != right.get(part)]
        return _only(left, parts), _only(right, parts)
    return _shown(left), _shown(right)


def _only(structure: Mapping[str, object], parts: Sequence[str]) -> dict[str, object]:
    return {part: structure[part] for part in parts if part in structure}


def _shown(value: object) -> object:
    if isinstance(value, Secret):
        return "set"
    return value.shown if isinstance(value, Reference) else value


def print_differences(
    title: str,
    left: str,
    right: str,
    differences: Sequence[Difference],
    more: Sequence[str] = (),
    told: Callable[[Difference], Sequence[str]] = lambda each: (),
) -> None:
    """Print the differences side by side, with the name of each resource once; connections and dataflows apart.

    `more` are the titles of further columns, and `told` returns their cells, which are about the resource. Where the
    terminal is too narrow for them, they are lines below the table.
    """
    for noun in dict.fromkeys(each.noun for each in differences):
        ours = [each for each in differences if each.noun == noun]
        # The first row of each resource says which one it is.
        first = [number for number, each in enumerate(ours) if not number or ours[number - 1].resource != each.resource]
        rows = [
            (each.resource if number in first else "", each.field, _cell(each.left), _cell(each.right))
            for number, each in enumerate(ours)
        ]
        cells = [tuple(told(each)) if number in first else ("",) * len(more) for number, each in enumerate(ours)]
        columns, wide = (noun, "field", left, right), [(*row, *rest) for row, rest in zip(rows, cells, strict=True)]
        if fits(title, (*columns, *more), wide):
            print_table(title, (*columns, *more), wide, whole=(noun, "field", *more))
            continue
        print_table(title, columns, rows, whole=(noun, "field"))
        for number in first:
            said = [f"{column} {cell}" for column, cell in zip(more, cells[number], strict=True) if cell != "-"]
            if said:
                say(f"{one_line(ours[number].resource)}: {one_line(' '.join(said))}")


def _cell(value: object) -> str:
    """Return a value for a table: strings without quotes, a missing value as a hyphen, the parts of a structure."""
    if isinstance(value, Mapping):
        return ", ".join(f"{part}: {_cell(each)}" for part, each in value.items()) or "-"
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
