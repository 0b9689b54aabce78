"""Choose the connections to adopt: by ids and names as arguments, or by numbers at a terminal."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Sequence

import click

from ..errors import Code, FlowServiceError
from .adopted_entries import Placed


def named(placed: Sequence[Placed], choices: Sequence[str]) -> list[Placed]:
    """Return the connections with these ids and names, each once. Raises: FlowServiceError, if one is not unique."""
    chosen = {each.candidate.connection.id: each for choice in choices for each in [_one(placed, choice)]}
    return list(chosen.values())


def ask(placed: Sequence[Placed]) -> list[Placed]:
    """Ask for numbers of the table and return their connections; none if there is no terminal."""
    if not placed or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return []
    while True:
        answer = click.prompt(
            "Which connections do you want to adopt? Numbers such as 1,3-5, `all`, or Enter for none",
            "",
            show_default=False,
        )
        try:
            return _numbered(placed, answer)
        except ValueError:
            click.echo(f"Numbers go from 1 to {len(placed)}.")


def _numbered(placed: Sequence[Placed], answer: str) -> list[Placed]:
    if answer.strip().lower() == "all":
        return list(placed)
    chosen: dict[int, Placed] = {}
    for part in re.split(r"[,\s]+", answer.strip()) if answer.strip() else ():
        first, _, last = part.partition("-")
        numbers = range(int(first), int(last or first) + 1)
        if not numbers or numbers[0] < 1 or numbers[-1] > len(placed):
            raise ValueError
        chosen |= {number: placed[number - 1] for number in numbers}
    return list(chosen.values())


def _one(placed: Sequence[Placed], choice: str) -> Placed:
    matching = [each for each in placed if choice == each.candidate.connection.id]
    matching = matching or [each for each in placed if choice == each.candidate.connection.name]
    if len(matching) == 1:
        return matching[0]
    if matching:
        ids = ", ".join(c.id for c in (each.candidate.connection for each in matching))
        raise FlowServiceError(
            f"{len(matching)} connections are named {choice!r}: {ids}", code=Code.CHOICE, remedy="Give an id."
        )
    near = difflib.get_close_matches(choice, [each.candidate.connection.name for each in placed], n=3)
    hint = f"Similar names: {', '.join(map(repr, near))}." if near else "Without arguments, this command lists them."
    raise FlowServiceError(f"no listed connection has the id or name {choice!r}", code=Code.CHOICE, remedy=hint)
