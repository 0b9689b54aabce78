"""`pulumi up` killed in the middle: nothing is duplicated in silence, and what is left is named and can be adopted."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

import psutil
from flowservice_emulator.server import Emulator

from tests.e2e.test_promises_others import ids, plain, program
from tests.support.pulumi_stack import Stack
from tests.support.terminal import assert_quoted

Inputs = dict[str, Any]
HELD_SECONDS = 600.0


def killed(stack: Stack, is_time: Callable[[], object], survivors: list[psutil.Process] | None = None) -> None:
    """Start `pulumi up`, kill it with SIGKILL at the named moment, and unlock the stack.

    The machine dies with it, or, where a list for them is given, the engine alone: its provider goes on with its calls.
    """
    process = stack.start_until(is_time, "up", "--yes", "--skip-preview")
    engine = psutil.Process(process.pid)
    others = engine.children(recursive=True)
    with process:
        for each in [engine, *others] if survivors is None else [engine]:
            # Some helpers of an engine end by themselves meanwhile.
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
    if survivors is not None:
        survivors += others
    stack.run("cancel", "--yes").ok()


def seen(emulator: Emulator, method: str, path: str, count: int = 1) -> Callable[[], bool]:
    """Whether that many such requests have come in."""
    return lambda: len(emulator.log(method, path)) >= count


def test_creations(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Before the POST: nothing is left. In flight, and before the state is written: named with what adopts it."""
    emulator = flowservice_emulator
    stack.write(program(plain(["flying", "landed"]), inputs))
    emulator.fault("GET", "/connections", kind="slow", seconds=HELD_SECONDS)
    killed(stack, seen(emulator, "GET", "/connections"))
    assert emulator.connections() == []

    emulator.fault("POST", "/connections", kind="slow", seconds=HELD_SECONDS)
    emulator.fault("GET", "/connections/*/test", kind="slow", seconds=HELD_SECONDS)
    killed(stack, lambda: len(emulator.connections()) == 2 and seen(emulator, "GET", "/connections/*/test")())
    made = ids(emulator)

    stopped = stack.up("--continue-on-error").failed()
    pattern = r"creating connection '(\w+)' in sandbox 'dev': .*? it over: adopt=\"([^\"]+)\""
    adopt = dict(re.findall(pattern, stopped.text))
    stack.write(program({name: {"adopt": connection_id} for name, connection_id in adopt.items()}, inputs))
    stack.up().ok()
    stack.write(program(plain(["flying", "landed"]), inputs))
    nothing = stack.up("--expect-no-changes").ok()

    assert adopt == made == ids(emulator)
    assert nothing.changes == {"unchanged": 3}
    assert_quoted(stopped)


def test_a_change_and_an_undo(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """The PATCH was applied, the undo was not: the next `up` recognises the one and names what the other left."""
    emulator = flowservice_emulator
    stack.write(program(plain(["changed"]), inputs))
    stack.up().ok()
    changed = ids(emulator)["changed"]
    emulator.fault("PATCH", f"/connections/{changed}", kind="slow", seconds=HELD_SECONDS)
    emulator.fault("DELETE", "/connections/*", kind="late_write", seconds=HELD_SECONDS, answer="none")
    stack.write(program({"changed": {"schema": "public"}, "refused": {"password": "wrong-horse"}}, inputs))
    both = seen(emulator, "PATCH", "/connections/*"), seen(emulator, "DELETE", "/connections/*")
    killed(stack, lambda: all(done() for done in both))
    left = ids(emulator)["refused"]

    stopped = stack.up("--continue-on-error").failed()
    after = {connection["name"]: connection for connection in emulator.connections()}
    stack.write(program({"changed": {"schema": "public"}, "refused": {"adopt": left}}, inputs))
    stack.up().ok()
    nothing = stack.up("--expect-no-changes").ok()

    assert f'adopt="{left}"' in stopped.text
    assert after["changed"]["auth"]["params"]["schema"] == "public"
    assert set(after) == {"changed", "refused"}
    assert ids(emulator) == {"changed": changed, "refused": left}
    assert nothing.changes == {"unchanged": 3}


def test_a_deletion_with_the_provider_going_on(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator, survivors: list[psutil.Process]
) -> None:
    """The connection is gone, the state still has it: the next `up` finds nothing left to delete."""
    emulator = flowservice_emulator
    stack.write(program(plain(["kept", "dropped"]), inputs))
    stack.up().ok()
    kept = ids(emulator)["kept"]
    emulator.fault("DELETE", "/connections/*", kind="slow", seconds=1.0)
    stack.write(program(plain(["kept"]), inputs))
    killed(stack, seen(emulator, "DELETE", "/connections/*"), survivors)

    finished = stack.up().ok()

    assert ids(emulator) == {"kept": kept}
    assert finished.changes["deleted"] == 1
