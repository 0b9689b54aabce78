"""Tables for people. Whatever a server names a thing, it cannot move the cursor or colour the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on standard output; long cells are folded and never cut."""
    table = Table(title=Text(printable(title)), title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)


def printable(text: str) -> str:
    """The text with everything unprintable as Python's escapes."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
