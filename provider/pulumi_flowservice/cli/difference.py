"""What `drift` and `compare` share: rows of differences, and exit codes that tell "different" from "failed"."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .terminal import printable

SAME, FAILED, DIFFERENT = 0, 1, 2


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
            raise _WrongArgumentsError(error.message, error.ctx) from None


class _WrongArgumentsError(click.UsageError):
    """click ends with 2 for these, which would read as drift."""

    exit_code = FAILED


def differing_fields(
    name: str, left: Mapping[str, Any], right: Mapping[str, Any], fields: Collection[str]
) -> list[Difference]:
    """The fields whose values differ, in alphabetical order."""
    return [
        Difference(name, field, *_shown(field, left.get(field), right.get(field)))
        for field in sorted(fields)
        if left.get(field) != right.get(field)
    ]


def _shown(field: str, left: object, right: object) -> tuple[object, object]:
    """Two values that differ, as they may be shown."""
    if field != "password":
        return left, right
    return None if left is None else "set", None if right is None else "set" if left is None else "set differently"


def print_table(title: str, left: str, right: str, rows: Sequence[Difference]) -> None:
    """Show the differences side by side; each connection's name once."""
    table = Table("connection", "field", title=Text(printable(title)), title_justify="left")
    for side in (left, right):
        table.add_column(Text(printable(side)))
    shown = ""
    for row in rows:
        name = "" if row.connection == shown else row.connection
        table.add_row(*(Text(printable(cell)) for cell in (name, row.field, _cell(row.left), _cell(row.right))))
        shown = row.connection
    Console().print(table)


def print_json(document: Mapping[str, Any]) -> None:
    """Print a document in which differences may stand."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=asdict))


def _cell(value: object) -> str:
    """A value as people read it: text without quotes, a field without a value as a hyphen."""
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
