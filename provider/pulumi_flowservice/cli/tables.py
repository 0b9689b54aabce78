"""The one printer of tables. Whatever a server names a thing, it cannot move the cursor or colour the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..redaction import printable

# More than any row has: rich cuts at its console's width.
_ANY_WIDTH = 10**6


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table. Nothing is cut: a terminal folds long cells, a pipe gets lines of any length."""
    table = Table(title=Text(one_line(title)) if title else None, title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(Text(one_line(column)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    if sys.stdout.isatty():
        Console().print(table, crop=False)
        return
    console = Console(width=_ANY_WIDTH)
    with console.capture() as captured:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def one_line(text: str) -> str:
    """Return the text without control characters and line breaks, both as Python's escapes."""
    return printable(text).replace("\n", "\\n")
