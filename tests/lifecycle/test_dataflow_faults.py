"""Each request of the creation, change, replacement and deletion of a dataflow meets faults, and each kill.

`pytest --every-fault` takes all faults, which is several minutes; without it, each request meets a share of them. The
requests are counted, not written down: a request that is added later meets the faults, too. Of those that are sent at
once, the one that comes in with the number of a case meets its faults.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.dataflow_faults import Command, arm, calm, cases, fresh, requests_of
from tests.support.dataflow_stack import Stack, killed_after
from tests.support.dataflows import World
from tools.local_database import LocalDatabase

# How a command may end that met trouble: refused or unanswered, or what is unknown, left, undone or not.
ENDS = {
    "ok",
    Code.NOT_THERE,
    Code.NO_ANSWER,
    Code.UNREACHABLE,
    Code.MALFORMED,
    Code.REFUSED,
    Code.CONFLICT,
    Code.IN_TRANSITION,
    Code.CREATION_UNKNOWN,
    Code.CREATION_UNDONE,
    Code.CREATION_NOT_UNDONE,
    Code.CHANGE_UNKNOWN,
    Code.DELETION_UNKNOWN,
}
CHANGES: Properties = {
    "mapping": {"_example.id": "id"},
    "schedule": {"frequency": "week", "interval": 2},
    "enabled": False,
}
Judge = Callable[[Stack, World], list[str]]


def created(stack: Stack) -> str:
    """A creation, with the pause that follows it."""
    return stack.up(stack.world.given(enabled=False))


def updated(stack: Stack) -> str:
    """A pause, a new version of the mapping set, and a patch."""
    return stack.up(stack.world.given(**CHANGES))


def replaced(stack: Stack) -> str:
    """Fewer columns: the old one is deleted first."""
    return stack.up(stack.world.given(columns=["id", "created_at"], mapping={"_example.id": "id"}))


def destroyed(stack: Stack) -> str:
    """The end."""
    return stack.destroy() if stack.id else "ok"


def made(stack: Stack) -> None:
    """A dataflow from an earlier run."""
    assert stack.up(stack.world.inputs) == "ok"


def nothing(stack: Stack) -> None:
    """An empty stack."""


COMMANDS: dict[str, tuple[Callable[[Stack], None], Command]] = {
    "creation": (nothing, created),
    "update": (made, updated),
    "replacement": (made, replaced),
    "deletion": (made, destroyed),
}


def problems(stack: Stack, command: Command, told: str, old_id: str) -> list[str]:
    """What is wrong after trouble and one more run, which meets none."""
    world, found = stack.world, []
    first = world.there()["flows"]
    if told not in ENDS:
        found.append(f"ended with {told}")
    if len(first) > 1:
        found.append("two flows at once")
    lives_on = stack.error is not None and "so it was not deleted" in str(stack.error)
    if lives_on and [each["state"] for each in world.emulator.flows() if each["id"] == old_id] != ["enabled"]:
        found.append("the old flow does not run")
    again = command(stack)
    if again == Code.LEFTOVER:
        # A flow of which the run that made it could not tell: it is taken over, as the error says.
        left = [each for each in world.there()["flows"] if each in stack.texts[-1]]
        again = stack.up({**world.inputs, "adopt": left[0], "enabled": None}) if len(left) == 1 else "unnamed"
    if again == Code.CONCURRENT_CHANGE:
        again = stack.refresh() if stack.refresh() != "ok" else command(stack)
    if again != "ok":
        found.append(f"the next run: {again}")
    expected = 0 if command is destroyed else 1
    if len(world.there()["flows"]) != expected:
        found.append(f"{len(world.there()['flows'])} flows")
    return found + [f"nobody names {each}" for each in stack.unnamed()]


@pytest.mark.long
@pytest.mark.parametrize("name", COMMANDS)
def test_every_request_meets_faults(
    flowservice_emulator: Emulator, database: LocalDatabase, name: str, every_fault: bool
) -> None:
    """One dataflow, or none; whatever is left has been named; the old one runs on; the next run goes on."""
    before, command = COMMANDS[name]
    stack = Stack(fresh(flowservice_emulator, database))
    before(stack)
    wrong: dict[str, list[str]] = {}
    for number, case, faults in cases(requests_of(stack.world, stack, command), every=every_fault):
        stack = Stack(fresh(flowservice_emulator, database))
        before(stack)
        old_id = stack.id
        arm(flowservice_emulator, number, faults)
        told = command(stack)
        calm(flowservice_emulator)
        if found := problems(stack, command, told, old_id):
            wrong[case] = [told, *found, *stack.texts]

    assert wrong == {}, json.dumps(wrong, indent=1)


@pytest.mark.long
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_between_any_two_requests(flowservice_emulator: Emulator, database: LocalDatabase, name: str) -> None:
    """The state knows nothing of that run. The next one goes on, or names what is left.

    The process of the tests is what is killed, so the lifecycle is in it; a plugin has another.
    """
    before, command = COMMANDS[name]
    stack = Stack(fresh(flowservice_emulator, database), native=False)
    before(stack)
    wrong: dict[str, list[str]] = {}
    for number in range(1, len(requests_of(stack.world, stack, command)) + 1):
        stack = Stack(fresh(flowservice_emulator, database), native=False)
        before(stack)
        old_id = stack.id
        with killed_after(number) as requests:
            command(stack)
        if found := problems(stack, command, "ok", old_id):
            wrong[requests[-1]] = [*found, *stack.texts]

    assert wrong == {}, json.dumps(wrong, indent=1)
