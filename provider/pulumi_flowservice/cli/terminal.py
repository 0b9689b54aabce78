"""Tables for people. Whatever a server names a thing, it cannot move the cursor or colour the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 2000


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on standard output; long cells are folded and never cut."""
    table = Table(title=Text(printable(title)), title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    if sys.stdout.isatty():
        Console().print(table)
        return
    # A file or a program reads lines: there, nothing is folded and nothing padded.
    console = Console(width=_WIDE)
    with console.capture() as captured:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def printable(text: str) -> str:
    """The text with everything unprintable as Python's escapes."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
