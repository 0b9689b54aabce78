"""A creation asks and makes at once what it can: which trouble is told is no chance, and nothing is left in silence."""

from __future__ import annotations

from itertools import count, product
from typing import Any

import pytest
from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code

from tests.support.dataflow_faults import calm, fresh
from tests.support.dataflow_stack import Stack
from tests.support.dataflows import World, sent
from tests.support.lifecycle import Process, error_of
from tests.support.waiting import wait_until
from tools.local_database import LocalDatabase

# Without the schema, a program has to give it; and some mapping sets cannot be deleted.
pytestmark = pytest.mark.reading(schema_ref="shown", columns="as sent", mapping_set_delete=204)

PARTS = ("/data/foundation/conversion/mappingSets", "/targetConnections", "/sourceConnections")
# The first one that fails is told.
LOOK_UPS = (
    ("GET", "/connections/*"),
    ("GET", "/flowSpecs/*"),
    ("GET", "/connections/*/explore"),
    ("GET", "/data/foundation/catalog/dataSets"),
    ("POST", "/data/foundation/conversion/mappingSets/validate"),
    ("GET", "/flows"),
    *(("GET", path) for path in PARTS),
)
REFUSED: dict[str, Any] = {"status": 403}
LOST: dict[str, Any] = {"kind": "lost_answer"}
# The answer is lost, and so is every search for what was made.
UNKNOWN = "unknown"


def refuse(world: World, method: str, path: str, title: str) -> None:
    """Refuse all such requests, with this title."""
    world.emulator.fault(method, path, times=None, status=403, json={"title": title, "status": 403})


def writes(world: World) -> list[str]:
    """The requests that made or removed something."""
    return [each for each in sent(world.emulator) if not each.startswith("GET") and "validate" not in each]


@pytest.mark.parametrize("first", range(len(LOOK_UPS)), ids=[f"{method} {path}" for method, path in LOOK_UPS])
def test_the_first_look_up_that_fails_is_told(world: World, run: Process, first: int) -> None:
    """Whatever those after it meet, and before anything is made."""
    for number, (method, path) in enumerate(LOOK_UPS[first:]):
        refuse(world, method, path, f"refusal {number}")
    world.emulator.clear_log()

    error = str(error_of(lambda: run.lifecycle.create(world.inputs)))

    assert "refusal 0" in error and "refusal 1" not in error, error
    assert writes(world) == []


def test_a_failed_look_up_is_asked_again(world: World, run: Process) -> None:
    """By the next creation of the same process, and those that did not fail are not."""
    refuse(world, "GET", "/targetConnections", "not yet")
    error_of(lambda: run.lifecycle.create(world.inputs))
    world.emulator.clear_faults()
    world.emulator.clear_log()

    run.lifecycle.create(world.inputs)

    assert [each for each in sent(world.emulator) if each.startswith("GET")] == ["GET /targetConnections"]


def test_problems_come_before_a_list_that_cannot_be_read(world: World, run: Process) -> None:
    """In the order of the inputs that have them."""
    refuse(world, "GET", "/flows", "no")
    wrong = world.given(dataset="Nothing", table="public.nothing")

    error = error_of(lambda: run.lifecycle.create(wrong))

    assert error.code == Code.NOT_THERE
    assert 0 < str(error).index("`table`") < str(error).index("`dataset`")


def arm(emulator: EmulatorControl, path: str, trouble: str) -> None:
    """Let the creation of a part meet this trouble."""
    emulator.fault("POST", path, **(REFUSED if trouble == "refused" else LOST))
    if trouble == UNKNOWN:
        emulator.fault("GET", path, skip=1, times=None, **REFUSED)


@pytest.mark.parametrize("troubles", [*product(("refused", "lost", UNKNOWN), repeat=2)], ids="+".join)
def test_two_parts_fail(flowservice_emulator: Emulator, database: LocalDatabase, troubles: tuple[str, str]) -> None:
    """All are made, or removed, or each is named; and the next run makes the dataflow."""
    stack = Stack(fresh(flowservice_emulator, database))
    for path, trouble in zip((PARTS[0], PARTS[2]), troubles, strict=True):
        arm(flowservice_emulator, path, trouble)

    told = stack.up(stack.world.inputs)
    calm(flowservice_emulator)

    assert told == (Code.CREATION_UNKNOWN if UNKNOWN in troubles else Code.REFUSED if "refused" in troubles else "ok")
    assert stack.unnamed() == []
    if told == Code.REFUSED:
        assert stack.world.kept() == {"flows": 0, "sources": 0, "targets": 0, "mapping sets": 0}
    assert told == "ok" or stack.up(stack.world.inputs) == "ok"
    assert stack.unnamed() == []


def test_a_refusal_beside_a_doubt_is_told(world: World, run: Process) -> None:
    """It is why the next run would fail, too; and what was made is removed, because no flow can name it."""
    arm(world.emulator, PARTS[0], UNKNOWN)
    refuse(world, "POST", PARTS[1], "no target")

    error = error_of(lambda: run.lifecycle.create(world.inputs))

    told = str(error)
    assert error.code == Code.CREATION_UNKNOWN
    assert 0 < told.index("whether the mapping set was created is unknown") < told.index("no target")
    assert 0 < told.index("Look for 'customers (mapping") < told.index("View Sources")
    assert world.kept() == {"flows": 0, "sources": 0, "targets": 0, "mapping sets": 1}


def test_a_part_that_cannot_be_removed_is_named(world: World, run: Process) -> None:
    """The others are gone."""
    world.emulator.fault("POST", "/sourceConnections", **REFUSED)
    world.emulator.fault("DELETE", "/targetConnections/*", times=None, **REFUSED)

    error = str(error_of(lambda: run.lifecycle.create(world.inputs)))

    [target] = world.there()["targets"]
    assert f"also created, and left: target connection {target}" in error
    assert world.kept() == {"flows": 0, "sources": 0, "targets": 1, "mapping sets": 0}


def test_a_cancellation_after_the_first_part(world: World) -> None:
    """It is named if it cannot be removed, and no text says that nothing was changed."""
    run = world.process(native=False, FLOWSERVICE_REQUESTS_PER_SECOND="1")
    run.lifecycle.create(world.inputs)
    before, pauses = world.there(), count()

    def cancel() -> None:
        # Only a validation and the parts are left to send; the first two requests go on.
        if next(pauses) > 1:
            wait_until(lambda: world.there() != before)
            run.run.clock.cancelled.set()

    run.steps.meanwhile = cancel
    world.emulator.fault("DELETE", "**", times=None, **REFUSED)
    error = error_of(lambda: run.lifecycle.create(world.given(name="orders")))

    [left] = [each for kind, found in world.there().items() for each in found if each not in before[kind]]
    assert error.code == Code.CANCELLED
    assert "also created, and left: " in str(error) and left in str(error)
    assert "nothing was changed" not in str(error)


def test_nothing_is_asked_or_made_after_a_cancellation(world: World, run: Process) -> None:
    """By none of the threads."""
    run.run.clock.cancelled.set()
    world.emulator.clear_log()

    error = error_of(lambda: run.lifecycle.create(world.inputs))

    assert (error.code, sent(world.emulator)) == (Code.CANCELLED, [])
