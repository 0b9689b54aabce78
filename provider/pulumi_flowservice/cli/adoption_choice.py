"""Choose what to adopt: by ids and names as arguments, or by numbers at a terminal."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from ..errors import Code, FlowServiceError
from ..lifecycle.names import without_digits
from .output import counted
from .placed import Placed, PlacedDataflow

AnyPlaced = Placed | PlacedDataflow


@dataclass(frozen=True)
class Choice:
    """What was chosen: connections, with those that dataflows need, and dataflows."""

    connections: list[Placed]
    dataflows: list[PlacedDataflow]

    @classmethod
    def of(cls, chosen: Sequence[AnyPlaced], offered: Sequence[AnyPlaced]) -> Choice:
        """Return a choice, completed by the connections of dataflows that the file does not have yet."""
        flows = [each for each in chosen if isinstance(each, PlacedDataflow)]
        needed = {each.candidate.connection_id for each in flows if not (each.entry or each.resource)}
        connections = [each for each in chosen if isinstance(each, Placed)]
        for each in (each for each in offered if isinstance(each, Placed)):
            if each.candidate.id in needed and not each.entry and each not in connections:
                connections.append(each)
        return cls(connections, flows)


def named(offered: Sequence[AnyPlaced], choices: Sequence[str]) -> list[AnyPlaced]:
    """Return what has these ids and names, each once. Raises: FlowServiceError, if one is not unique."""
    chosen = {each.candidate.id: each for choice in choices for each in [_one(offered, choice)]}
    return list(chosen.values())


def can_ask() -> bool:
    """Return whether there is somebody at a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(offered: Sequence[AnyPlaced]) -> list[AnyPlaced]:
    """Ask for numbers of the tables and return what they stand for."""
    if not offered:
        return []
    while True:
        question = "Which do you want to adopt? Numbers such as 1,3-5, `all`, or Enter for none"
        answer = click.prompt(question, "", show_default=False)
        try:
            return _numbered(offered, answer)
        except ValueError:
            click.echo(f"Numbers go from 1 to {len(offered)}.")


def _numbered(offered: Sequence[AnyPlaced], answer: str) -> list[AnyPlaced]:
    if answer.strip().lower() == "all":
        return list(offered)
    chosen: dict[int, AnyPlaced] = {}
    for part in re.split(r"[,\s]+", answer.strip()) if answer.strip() else ():
        first, _, last = part.partition("-")
        numbers = range(int(first), int(last or first) + 1)
        if not numbers or numbers[0] < 1 or numbers[-1] > len(offered):
            raise ValueError
        chosen |= {number: offered[number - 1] for number in numbers}
    return list(chosen.values())


def _one(offered: Sequence[AnyPlaced], choice: str) -> AnyPlaced:
    matching = [each for each in offered if choice == each.candidate.id]
    matching = matching or [each for each in offered if choice == each.candidate.name]
    matching = matching or [each for each in offered if choice == without_digits(each.candidate.name)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        nouns = [each.candidate.noun for each in matching]
        told = " and ".join(counted(nouns.count(noun), noun) for noun in dict.fromkeys(nouns))
        text = f"{told} are named {choice!r}: {', '.join(each.candidate.id for each in matching)}"
        raise FlowServiceError(text, code=Code.CHOICE, remedy="Give an id.")
    near = difflib.get_close_matches(choice, [each.candidate.name for each in offered], n=3)
    hint = f"Similar names: {', '.join(map(repr, near))}." if near else "Without arguments, this command lists them."
    text = f"nothing that is listed has the id or name {choice!r}"
    raise FlowServiceError(text, code=Code.CHOICE, remedy=hint)
