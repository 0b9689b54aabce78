"""The common part of `drift` and `compare`: rows of differences, and exit codes for "different" and "failed"."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from .output import print_table

SAME, FAILED, DIFFERENT = 0, 1, 2


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


class DifferenceCommand(click.Command):
    """A command with the exit codes 0 for no difference, 2 for differences, and 1 for errors."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the arguments; wrong ones end with 1, because 2 means "different"."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            # `message` of click's error is empty for a missing argument; only `format_message` has the text.
            raise _WrongArgumentsError(error.format_message(), error.ctx) from None


class _WrongArgumentsError(click.UsageError):
    """Wrong arguments, for which click itself would exit with 2."""

    exit_code = FAILED


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
