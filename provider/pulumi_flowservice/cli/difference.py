"""What `drift` and `compare` share: rows of differences, and exit codes that tell "different" from "failed"."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import click

from .tables import print_table

SAME, FAILED, DIFFERENT = 0, 1, 2


@dataclass(frozen=True)
class Secret:
    """Where a secret is found; compared and never shown."""

    reference: object = field(repr=False)


@dataclass(frozen=True)
class Difference:
    """One field of one connection; an empty field stands for the whole connection. Never holds a secret."""

    connection: str
    field: str
    left: object
    right: object


class DifferenceCommand(click.Command):
    """A command that ends with 0 for no difference, 2 for some, and 1 for all that keeps it from telling."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the arguments; wrong ones end with 1 here, because 2 has a meaning."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            # click keeps the sentence about a missing argument out of `message`.
            raise _WrongArgumentsError(error.format_message(), error.ctx) from None


class _WrongArgumentsError(click.UsageError):
    """click ends with 2 for these, which would read as drift."""

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
    """Return two values that differ, as they may be shown."""
    if isinstance(left, Secret) and isinstance(right, Secret):
        return "set", "set differently"
    return "set" if isinstance(left, Secret) else left, "set" if isinstance(right, Secret) else right


def print_differences(title: str, left: str, right: str, differences: Sequence[Difference]) -> None:
    """Print the differences side by side; each connection's name once."""
    rows = []
    previous = None
    for each in differences:
        name = "" if each.connection == previous else each.connection
        rows.append((name, each.field, _cell(each.left), _cell(each.right)))
        previous = each.connection
    print_table(title, ("connection", "field", left, right), rows)


def print_json(document: Mapping[str, Any]) -> None:
    """Print a document in which differences may stand."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=asdict))


def _cell(value: object) -> str:
    """Return a value as people read it: strings without quotes, a field without a value as a hyphen."""
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
