"""The steps of a life, drawn at random; each one is plain text, so that a history can be repeated and shortened."""

from __future__ import annotations

import random
from dataclasses import dataclass

# How often each is drawn, relative to the others.
EDITS = {
    "none": 6,
    "add": 8,
    "add several": 3,
    "remove": 4,
    "describe": 4,
    "server": 4,
    "schema": 3,
    "name": 3,
    "swap names": 1,
    "alias": 2,
    "key": 1,
    "rotate": 4,
    "wrong password": 4,
    "version": 2,
    "provider": 4,
    "taint": 2,
    "dataflow": 10,
}
OTHERS = {
    "none": 16,
    "describe": 2,
    "server": 1,
    "password": 2,
    "delete": 1,
    "twin": 2,
    "flow": 2,
    "pause flow": 2,
    "reschedule flow": 2,
    "delete flow": 1,
}
TROUBLE = {
    "none": 4,
    "lost answer": 5,
    "late write": 3,
    "reset": 3,
    "status": 4,
    "slow": 1,
    "garbled": 1,
    "revoked token": 2,
    "kill engine": 4,
    "kill provider": 4,
    "kill emulator": 2,
    "ctrl-c": 4,
    "sleep": 2,
}
COMMANDS = {"up": 12, "up --refresh": 4, "refresh": 2, "preview": 1, "destroy": 1}


@dataclass(frozen=True)
class Step:
    """An edit of the program, what others do, the trouble, and the command; `number` decides the rest."""

    edit: str
    others: str
    trouble: str
    command: str
    number: int

    def __str__(self) -> str:
        return " / ".join((self.edit, self.others, self.trouble, self.command, str(self.number)))

    @staticmethod
    def parse(text: str) -> Step:
        """Return the step that `str` has written. Raises: ValueError."""
        edit, others, trouble, command, number = text.strip().split(" / ")
        for word, known in ((edit, EDITS), (others, OTHERS), (trouble, TROUBLE), (command, COMMANDS)):
            if word not in known:
                raise ValueError(f"{word!r} is not one of: {', '.join(known)}")
        return Step(edit, others, trouble, command, int(number))


def draw(chance: random.Random) -> Step:
    """Return the next step."""
    edit, others, trouble, command = (
        chance.choices(list(each), list(each.values()))[0] for each in (EDITS, OTHERS, TROUBLE, COMMANDS)
    )
    return Step(edit, others, trouble, command, chance.randrange(1_000_000))


def history(text: str) -> list[Step]:
    """Return the steps of a text, one per line; empty lines and lines with `#` are left out."""
    return [Step.parse(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]
