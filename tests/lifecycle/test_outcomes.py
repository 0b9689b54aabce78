"""Every step of a write, every way in which it can go wrong, and what the user is told: docs/engineering/outcomes.md.

The page is made by this module: `python -m tests.lifecycle.test_outcomes` prints it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code, FlowServiceError

from tests.support.lifecycle import Process, given

PAGE = Path(__file__).parents[2] / "docs" / "engineering" / "outcomes.md"
GOOD, NEW = "correct-horse", "battery-staple"
Fault = list[dict[str, Any]]
FOR_EVER: dict[str, Any] = {"kind": "status", "status": 503, "times": None}
# What happens to the request of a step: faults in the order in which its attempts meet them.
FAULTS: dict[str, Fault] = {
    "answer lost, not applied": [{"kind": "reset"}],
    "answer lost, applied": [{"kind": "lost_answer"}],
    "503, not applied": [{"kind": "status", "status": 503}],
    "504, applied": [{"kind": "late_write", "seconds": 0.0}],
    "body cut short, applied": [{"kind": "garbled"}],
    "applied but answer lost, then 403": [{"kind": "lost_answer"}, {"kind": "status", "status": 403}],
    "applied but answer lost, then 503 for ever": [{"kind": "lost_answer"}, FOR_EVER],
    "503 for ever": [FOR_EVER],
    "not applied and answer lost, then 403": [{"kind": "reset"}, {"kind": "status", "status": 403, "times": None}],
    "403": [{"kind": "status", "status": 403, "times": None}],
    "answer lost at the deadline, not applied": [{"kind": "reset"}],
    "answer lost at the deadline, applied": [{"kind": "lost_answer"}],
}


@dataclass(frozen=True)
class Step:
    """A write or what belongs to it: the request that meets the fault, and what leads to it."""

    command: str
    method: str
    path: str
    is_refused: bool = False
    skip: int = 0


STEPS = {
    "create: POST": Step("create", "POST", "/connections"),
    "create: test": Step("create", "GET", "/connections/*/test"),
    "create: undo (DELETE)": Step("create", "DELETE", "/connections/*", is_refused=True),
    "update: PATCH": Step("update", "PATCH", "/connections/*"),
    "update: test": Step("update", "GET", "/connections/*/test"),
    "update: undo (PATCH)": Step("update", "PATCH", "/connections/*", is_refused=True, skip=1),
    "delete: DELETE": Step("delete", "DELETE", "/connections/*"),
}


@dataclass(frozen=True)
class Outcome:
    """What a command told the user, and the passwords of the connections that were at the server then."""

    command: str
    told: str
    there: tuple[str, ...]

    def __str__(self) -> str:
        old = {"create": "created", "update": "unchanged", "delete": "still there"}[self.command]
        there = " and ".join({GOOD: old, NEW: "changed"}[password] for password in self.there)
        return f"{self.told}: {there or 'nothing there'}"


def outcome(emulator: Emulator, step: Step, fault: Fault, *, at_deadline: bool) -> Outcome:
    """Let one step meet a fault in a process of its own."""
    emulator.reset()
    emulator.settings(connection_test="pass")
    limit: dict[str, Any] = {"FLOWSERVICE_OPERATION_TIMEOUT": "0.2"} if at_deadline else {}
    connection_id, state = ("", {}) if step.command == "create" else Process(emulator).create()
    process = Process(emulator, **limit)
    for each in fault:
        emulator.fault(step.method, step.path, skip=step.skip, **each)
    if step.is_refused:
        emulator.settings(connection_test="fail")
    acts: dict[str, Callable[[], object]] = {
        "create": process.create,
        "update": lambda: process.up(connection_id, state, given({"password": NEW})),
        "delete": lambda: process.lifecycle.delete(connection_id, state),
    }
    try:
        acts[step.command]()
        told = "ok"
    except FlowServiceError as error:
        told = error.code
    codes = [warning.partition(":")[0] for warning in process.warnings]
    there = tuple(sorted(each["auth"]["params"]["password"] for each in emulator.connections()))
    return Outcome(step.command, " + ".join([told, *codes]), there)


def outcomes(emulator: Emulator) -> Iterator[tuple[str, str, Outcome]]:
    """Every cell: fault, step and outcome."""
    for fault_name, fault in FAULTS.items():
        for step_name, step in STEPS.items():
            yield fault_name, step_name, outcome(emulator, step, fault, at_deadline="deadline" in fault_name)


def page(cells: dict[tuple[str, str], Outcome]) -> str:
    """The page of docs/ that shows them."""
    titles = {value: name for name, value in vars(Code).items() if name.isupper()}
    used = sorted({code for cell in cells.values() for code in cell.told.split(" + ") if code != "ok"})
    lines = [
        "# Outcomes of writes, and what the user sees",
        "",
        "For each cell, a test causes the fault in that step. The cell shows `ok` or the code that the user sees,",
        "and then the state of the server. [errors.md](../reference/errors.md) explains the codes; FS3007 and FS3009",
        "also mean that it is unknown whether the undo was applied. Made by `python -m tests.lifecycle.test_outcomes`.",
        "",
        f"| fault | {' | '.join(STEPS)} |",
        "|---" * (len(STEPS) + 1) + "|",
    ]
    lines += [f"| {fault} | " + " | ".join(str(cells[fault, step]) for step in STEPS) + " |" for fault in FAULTS]
    lines += ["", *(f"- {code}: {titles[code].lower().replace('_', ' ')}" for code in used), ""]
    return "\n".join(lines)


@pytest.mark.long
def test_the_page_shows_what_happens_and_no_outcome_is_mistaken() -> None:
    """docs/engineering/outcomes.md is this matrix, and what each cell tells is true.

    Success has done its work, "undone" left nothing, and nothing is made twice.
    """
    with Emulator() as emulator:
        cells = {(fault, step): found for fault, step, found in outcomes(emulator)}

    assert PAGE.read_text(encoding="utf-8") == page(cells)
    assert {cell: found for cell, found in cells.items() if not is_true(found)} == {}


def is_true(found: Outcome) -> bool:
    """Whether the server is in the state that the user was told of."""
    code = found.told.partition(" ")[0]
    done = {"create": (GOOD,), "update": (NEW,), "delete": ()}[found.command]
    before = {"create": (), "update": (GOOD,), "delete": (GOOD,)}[found.command]
    if code == "ok":
        return found.there == done
    if code in (Code.REFUSED, Code.CREATION_UNDONE, Code.CHANGE_UNDONE, Code.UNREACHABLE):
        return found.there == before
    # These say themselves that the state of affairs is open, or what is left.
    return len(found.there) <= 1 and code in (
        Code.CREATION_UNKNOWN,
        Code.CREATION_NOT_UNDONE,
        Code.CHANGE_UNKNOWN,
        Code.CHANGE_NOT_UNDONE,
        Code.DELETION_UNKNOWN,
    )


if __name__ == "__main__":
    with Emulator() as running:
        print(page({(fault, step): found for fault, step, found in outcomes(running)}), end="")  # noqa: T201
