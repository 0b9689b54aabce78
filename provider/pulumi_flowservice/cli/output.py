"""Print tables, JSON and lines.

Names from a server may hold control characters, which must not reach the terminal, and line breaks with what a pipeline
takes as a command, which must not reach its log.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..redaction import one_line

# Commands of GitHub Actions (also after white space, which some letters outside ASCII are) and of Azure Pipelines.
_COMMAND = re.compile(r"^[^!-~\n]*:(?=:)|#(?=#(?:vso)?\[)", re.MULTILINE)
# Wider than any row, because rich cuts rows at the width of its console.
_ANY_WIDTH = 10**6


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    whole: Collection[str] = (),
    list_if_narrow: bool = False,
) -> None:
    """Print a table. Long cells are folded in a terminal, and written on one line of any length into a pipe.

    The columns in `whole` are never folded, because their cells are copied. A table of many columns asks for
    `list_if_narrow`: in a terminal that it does not fit into, each of its cells has a line of its own.
    """
    table = _table(title, columns, rows, whole)
    if not sys.stdout.isatty():
        console = Console(width=_ANY_WIDTH)
        with console.capture() as captured:
            console.print(table)
        echo("\n".join(line.rstrip() for line in captured.get().split("\n")[:-1]))
        return
    console = Console()
    if list_if_narrow and Console(width=_ANY_WIDTH).measure(table).maximum > console.width:
        table = _list(title, columns, rows)
    console.print(table, crop=False)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], whole: Collection[str]) -> Table:
    table = Table(title=_title(title), title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(Text(one_line(column)), overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    return table


def _list(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return one line for each cell that says something; what is in the first column stands in front of its row."""
    table = Table(title=_title(title), title_justify="left", box=None, show_header=False, padding=(0, 3, 0, 0))
    table.add_column()
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for first, *cells in rows:
        table.add_row()
        table.add_row(Text(one_line(first)), columns[1], Text(one_line(cells[0])))
        for column, cell in zip(columns[2:], cells[1:], strict=True):
            if cell != "-":
                table.add_row("", column, Text(one_line(cell)))
    table.add_row()
    return table


def _title(title: str) -> Text | None:
    return Text(one_line(title)) if title else None


def print_json(document: Mapping[str, Any]) -> None:
    """Print a document, which may hold dataclasses, as JSON. Control characters are shown as in tables."""
    escaped = _escaped(document)
    text = json.dumps(escaped, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(escaped, indent=2)
    click.echo(harmless(text))


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if is_dataclass(value):
        return {field.name: _escaped(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {one_line(key): _escaped(inner) for key, inner in value.items()}
    return [_escaped(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def echo(text: object, *, err: bool = False) -> None:
    """Print lines of which a pipeline takes none as a command."""
    click.echo(harmless("\n".join(one_line(line) for line in str(text).split("\n"))), err=err)


def harmless(text: str) -> str:
    """Escape one character, as JSON does, of what a pipeline takes as a command, such as a line beginning with `::`."""
    return _COMMAND.sub(lambda command: f"{command[0][:-1]}\\u{ord(command[0][-1]):04x}", text)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as `2 connections`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
