"""Print tables, JSON and lines.

Names from a server may hold control characters, which must not reach the terminal, and line breaks with what a pipeline
takes as a command, which must not reach its log.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..redaction import one_line

# Commands of GitHub Actions (also after white space, which some letters outside ASCII are) and of Azure Pipelines.
_COMMAND = re.compile(r"^[^!-~\n]*:(?=:)|#(?=#(?:vso)?\[)", re.MULTILINE)
# Wider than any row, because rich cuts rows at the width of its console.
_ANY_WIDTH = 10**6
# Longer lines of text are hard to read.
WIDEST = 100
# Of a column that is cut.
_NARROWEST = 8


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    whole: Collection[str] = (),
    below: Collection[str] = (),
) -> None:
    """Print a table. Long cells are folded in a terminal, and written on one line of any length into a pipe.

    The columns in `whole` are never folded, because their cells are copied. A table with columns `below` has one line
    for each row; in a terminal that is too narrow for that two, and these columns are on the second one.
    """
    table = _table(title, columns, rows, whole)
    if not sys.stdout.isatty():
        console = Console(width=_ANY_WIDTH)
        with console.capture() as captured:
            console.print(table)
        echo("\n".join(line.rstrip() for line in captured.get().split("\n")[:-1]))
        return
    console = Console()
    if below and not fits(title, columns, rows):
        _print_in_two_lines(console, title, columns, rows, below)
    else:
        console.print(table, crop=False)


def fits(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a table needs no folding; in a pipe, none does."""
    table = _table(title, columns, rows, ())
    return not sys.stdout.isatty() or Console(width=_ANY_WIDTH).measure(table).maximum <= Console().width


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], whole: Collection[str]) -> Table:
    table = Table(title=_title(title), title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(Text(one_line(column)), overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    return table


def _print_in_two_lines(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], below: Collection[str]
) -> None:
    """Print the columns `below` under each row. What does not fit into a line is cut, and ends with an ellipsis."""
    above = [column for column in columns if column not in below]
    cells = [[row[columns.index(column)] for column in above] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(above, *cells, strict=True)]
    # The table has three columns of space around each cell, and one more at the end.
    _shorten(widths, console.width - 3 * len(above) - 1)
    cut = [[_cut(cell, width) for cell, width in zip(row, widths, strict=True)] for row in cells]
    with console.capture() as captured:
        console.print(_table(title, above, cut, above))
    lines = captured.get().rstrip("\n ").split("\n")
    print("\n".join(lines[: -len(rows)]))  # noqa: T201 - It is for the terminal, with its colours.
    for line, row in zip(lines[-len(rows) :], rows, strict=True):
        rest = "  ".join(cell for column, cell in zip(columns, row, strict=True) if column in below and cell != "-")
        print(line)  # noqa: T201 - As above.
        if rest:
            console.print(Text(f"    {_cut(rest, console.width - 4)}", style="dim"), no_wrap=True)
    console.print()


def _shorten(widths: list[int], most: int) -> None:
    """Take from the widest column until all fit, as long as there is something to take."""
    while sum(widths) > most and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1


def _cut(cell: str, width: int) -> str:
    text = Text(one_line(cell))
    text.truncate(width, overflow="ellipsis")
    return text.plain


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


def say(text: str, *, err: bool = False) -> None:
    """Print sentences, wrapped at words in a terminal. Paragraphs are separated by empty lines."""
    echo(wrapped(text, err=err), err=err)


def wrapped(text: str, *, err: bool = False, prefix: str = "") -> str:
    """Return sentences with lines of the terminal's width, broken at words; for a pipe, as they are.

    `prefix` is what stands before the first line.
    """
    if not (sys.stderr if err else sys.stdout).isatty():
        return text
    width = min(shutil.get_terminal_size().columns, WIDEST)
    words = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(map(words.fill, f"{prefix}{text}".split("\n"))).removeprefix(prefix)


def harmless(text: str) -> str:
    """Escape one character, as JSON does, of what a pipeline takes as a command, such as a line beginning with `::`."""
    return _COMMAND.sub(lambda command: f"{command[0][:-1]}\\u{ord(command[0][-1]):04x}", text)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as `2 connections`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def moment(iso: str | None) -> str:
    """Return a time of a result for people, in UTC."""
    return iso[:19].replace("T", " ") if iso else "-"
