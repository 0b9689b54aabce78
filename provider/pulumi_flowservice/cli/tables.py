"""Print tables and JSON. Names from a server may hold control characters, which must not reach the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..redaction import printable

# Wider than any row, because rich cuts rows at the width of its console.
_ANY_WIDTH = 10**6


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Collection[str] = ()
) -> None:
    """Print a table. Long cells are folded in a terminal, and written on one line of any length into a pipe.

    The columns in `whole` are never folded, because their cells are copied.
    """
    table = Table(title=Text(one_line(title)) if title else None, title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(Text(one_line(column)), overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    if sys.stdout.isatty():
        Console().print(table, crop=False)
        return
    console = Console(width=_ANY_WIDTH)
    with console.capture() as captured:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def print_json(document: Mapping[str, Any]) -> None:
    """Print a document, which may hold dataclasses, as JSON."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=asdict))


def one_line(text: str) -> str:
    """Return the string with control characters and line breaks escaped, as Python does."""
    return printable(text).replace("\n", "\\n")


def many(number: int, noun: str) -> str:
    """Return a number with its noun, such as `2 connections`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
