"""What each request of a command on a dataflow may meet, and the world in which it meets that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flowservice_emulator.server import Emulator

from tests.support.dataflow_stack import Stack
from tests.support.dataflows import World
from tools.local_database import LocalDatabase

Fault = dict[str, Any]
Command = Callable[[Stack], str]


def coded(code: str, status: int = 400, **schedule: Any) -> Fault:
    """A refusal with a code of Flow Service."""
    body = {"type": f"https://ns.adobe.com/aep/errors/FLOW-{code}", "title": "Bad Request", "status": status}
    return {"kind": "status", "status": status, "json": body, **schedule}


FORBIDDEN: Fault = {"kind": "status", "status": 403}
DOWN: Fault = {"kind": "reset", "times": None}
# One after the other, from the chosen request on.
ON_WRITES: dict[str, list[Fault]] = {
    "reset": [{"kind": "reset"}],
    "answer lost": [{"kind": "lost_answer"}],
    "503": [{"kind": "status", "status": 503}],
    "504, done soon": [{"kind": "late_write", "seconds": 4.0}],
    "504, done late": [{"kind": "late_write", "seconds": 30.0}],
    "half an answer": [{"kind": "garbled"}],
    "403": [FORBIDDEN],
    "400": [{"kind": "status", "status": 400}],
    "412": [{"kind": "status", "status": 412}],
    "429": [{"kind": "status", "status": 429, "retry_after": 1}],
    "in transition": [coded("1421-400", times=2)],
    "down from here on": [DOWN],
    "answer lost, then down": [{"kind": "lost_answer"}, DOWN],
    "answer lost, then forbidden": [{"kind": "lost_answer"}, {**FORBIDDEN, "times": None}],
}
ON_READS: dict[str, list[Fault]] = {
    "reset": [{"kind": "reset"}],
    "403": [FORBIDDEN],
    "another form": [{"kind": "wrong_types"}],
    "down from here on": [DOWN],
}


def fresh(emulator: Emulator, database: LocalDatabase, **settings: Any) -> World:
    """A world in which nothing has happened."""
    emulator.reset()
    # What is late is done at once when its time has come, without a log-in to the database.
    emulator.settings(table_check="never", schema_ref="shown", mapping_set_delete=204, **settings)
    return World(emulator, database)


def requests_of(world: World, stack: Stack, command: Command) -> list[str]:
    """The requests of a command that meets nothing, in their order."""
    world.emulator.clear_log()
    assert command(stack) == "ok", stack.texts
    found = [f"{entry.method} {entry.path}" for entry in world.emulator.log()]
    assert any(each.startswith(("POST /", "DELETE")) and "token" not in each for each in found)
    return found


# Each request meets one fault of so many in each run of the tests, unless they are asked for all.
SHARE = 4


def cases(requests: list[str], *, every: bool) -> Iterator[tuple[int, str, list[Fault]]]:
    """Each request with each fault, or with a share of them: its number, a name, and the faults."""
    for number, request in enumerate(requests):
        method, _, path = request.partition(" ")
        is_read = method == "GET" or path.endswith(("/validate", "/token/v3"))
        for place, (name, faults) in enumerate((ON_READS if is_read else ON_WRITES).items()):
            if every or (number + place) % SHARE == 0:
                yield number, f"{number} {method} {path.removeprefix('/data/foundation')[:60]}: {name}", faults


def arm(emulator: Emulator, number: int, faults: list[Fault]) -> None:
    """Let the request of this number meet the faults, which follow each other."""
    for fault in faults:
        emulator.fault("*", "**", skip=number, **fault)


def calm(emulator: Emulator) -> None:
    """No more faults, and what was late is done."""
    emulator.clear_faults()
    emulator.advance(100)
