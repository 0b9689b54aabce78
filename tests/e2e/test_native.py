"""The native provider under the real engine: what the dynamic one cannot do, and moves between the two."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.e2e.test_upgrade import PASSWORD, PROGRAM, record
from tests.support.connections import make
from tests.support.programs import HEAD, Expression, one_connection
from tests.support.pulumi_stack import Stack

Inputs = dict[str, Any]
# A pause or a timeout of the provider must end long before this.
SOON_SECONDS = 10.0


@pytest.fixture
def stack(make_stack: MakeStack, flowservice_emulator: Emulator) -> Stack:
    """A new stack whose programs take the native classes; the database lets everybody in."""
    flowservice_emulator.settings(connection_test="pass")
    return make_stack(flowservice_emulator.environment, native=True)


def writes(emulator: Emulator) -> list[str]:
    """The methods of all requests that were not reads, except the token's."""
    return [entry.method for entry in emulator.log() if entry.method != "GET" and "/ims/" not in entry.path]


def test_a_state_goes_to_the_native_provider_and_back(stack: Stack, flowservice_emulator: Emulator) -> None:
    """No request by the moves themselves; refresh and update work directly after each.

    The first refresh only reads, and carries the doubt about a password over.
    """
    stack.is_native = False
    record(stack, flowservice_emulator)
    stack.is_native = True
    stack.write(PROGRAM.format(password=PASSWORD))

    there = stack.up("--expect-no-changes").ok()
    after_there = flowservice_emulator.log()
    refreshed = stack.up("--refresh", "--expect-no-changes").ok()
    doubted = stack.resource("doubted")["outputs"]
    written_there = writes(flowservice_emulator)
    stack.write(PROGRAM.format(password="battery-staple-1"))
    rotated_there = stack.up().ok()
    stack.is_native = False
    flowservice_emulator.clear_log()
    stack.write(PROGRAM.format(password="battery-staple-1"))
    back = stack.up().ok()
    after_back = flowservice_emulator.log()
    stack.write(PROGRAM.format(password="battery-staple-2"))
    rotated_back = stack.up("--refresh").ok()
    stack.is_native = True
    stack.write(PROGRAM.format(password="battery-staple-2"))
    again = stack.up("--expect-no-changes").ok()
    ended = stack.destroy().ok()

    assert (after_there, after_back) == ([], [])
    assert there.changes == refreshed.changes == again.changes == {"unchanged": 4}
    assert "FS4004: connection 'doubted'" in refreshed.text
    assert (doubted["credentialsInDoubt"], doubted["etag"][0], doubted["state"]) == ("foreign", '"', "enabled")
    assert written_there == []
    assert rotated_there.changes == back.changes == rotated_back.changes == {"updated": 3, "unchanged": 1}
    assert ended.changes == {"deleted": 4}
    assert flowservice_emulator.connections() == []


def test_import(stack: Stack, flowservice_emulator: Emulator) -> None:
    """Reads only, one of them of another sandbox; then the program manages them, and nothing is replaced."""
    kind = "flowservice:index:RedshiftConnection"
    homes = {"one": "dev", "two": "stage"}
    made = {name: make(flowservice_emulator, name, sandbox=home) for name, home in homes.items()}
    flowservice_emulator.clear_log()

    id_ = f"stage/{made['two']}"
    stack.run("import", kind, "two", id_, "--yes", "--skip-preview", "--generate-code=false", "--protect=false").ok()
    shown = stack.resource("two")
    common = {name: value for name, value in shown["inputs"].items() if name not in ("name", "sandbox")}
    program = HEAD + "".join(
        f"RedshiftConnection({name!r}, name={name!r}, sandbox={home!r}, **{common!r}, opts=pulumi.ResourceOptions("
        f"import_={made[name] if name == 'one' else None!r}))\n"
        for name, home in homes.items()
    )
    stack.write(program)
    imported = stack.up().ok()

    assert writes(flowservice_emulator) == []
    assert shown["id"] == made["two"]
    assert imported.changes == {"imported": 1, "unchanged": 2}
    assert stack.up("--expect-no-changes").ok().changes == {"unchanged": 3}


def ended(stack: Stack, until: Callable[[], object], stop: Callable[[psutil.Process], object]) -> tuple[float, str]:
    """Start an `up`, do something to the engine at a moment; return the seconds until it ended, and its output."""
    process = stack.start_until(until, "up", "--yes", "--skip-preview")
    stop(psutil.Process(process.pid))
    stopped = time.monotonic()
    text = process.communicate(timeout=60)[0]
    return time.monotonic() - stopped, text


def test_ctrl_c_ends_a_pause(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """The API asks to wait for a minute; the user does not."""
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after=60, times=None)
    stack.write(one_connection(inputs))

    seconds, text = ended(
        stack,
        lambda: flowservice_emulator.log("POST", "/connections"),
        lambda engine: engine.send_signal(signal.SIGINT),
    )

    assert seconds < SOON_SECONDS, text
    assert "FS2004: creating connection 'warehouse-" in text
    assert flowservice_emulator.connections() == []


def test_custom_timeouts(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """The time limit of a creation is the one of the program, not `flowservice:operationTimeout`."""
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after=3, times=None)
    limit = Expression("pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create='4s'))")
    stack.write(one_connection(inputs, opts=limit))

    seconds, text = ended(stack, lambda: flowservice_emulator.log("POST", "/connections"), lambda engine: None)

    assert seconds < SOON_SECONDS, text
    assert "FS2004: creating connection 'warehouse-" in text


def test_kill_9_leaves_no_process(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator, survivors: list[psutil.Process]
) -> None:
    """The plugin finishes its request and ends; the next run names the connection that was made."""
    flowservice_emulator.fault("POST", "/connections", kind="slow", seconds=1.0)
    stack.write(one_connection(inputs))
    plugins: list[psutil.Process] = []

    def kill(engine: psutil.Process) -> None:
        survivors.extend(engine.children(recursive=True))
        plugins.extend(each for each in survivors if "pulumi-resource-flowservice" in " ".join(each.cmdline()))
        engine.kill()

    ended(stack, lambda: flowservice_emulator.log("POST", "/connections"), kill)
    _, alive = psutil.wait_procs(plugins, timeout=SOON_SECONDS)
    stack.run("cancel", "--yes").ok()
    named = stack.up().failed()

    [made] = flowservice_emulator.connections()
    assert plugins and not alive
    assert f'adopt="{made["id"]}"' in named.text


def test_a_refused_creation_that_stays(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Its undo fails: the state has the id, and every `up` is red until the database lets it in, also after a read."""
    flowservice_emulator.settings(connection_test="fail")
    flowservice_emulator.fault("DELETE", "/connections/*", status=403, times=None)
    stack.write(one_connection(inputs))

    refused = stack.up().failed()
    [made] = flowservice_emulator.connections()
    kept = stack.resource("warehouse")
    still = stack.up().failed()
    stack.refresh().ok()
    red = stack.up().failed()
    flowservice_emulator.settings(connection_test="pass")
    green = stack.up("--refresh").ok()

    assert "FS3007" in refused.text and made["id"] in refused.text
    assert "The state has it. Correct the credentials and run `pulumi up`, which tests it again" in refused.text
    assert (kept["id"], kept["outputs"]["testRefused"]) == (made["id"], True)
    for each in (still, red):
        assert f"still refuses the connection's credentials; {made['id']} is kept" in each.text
    assert green.changes == {"updated": 1, "unchanged": 1}
    assert "testRefused" not in stack.resource("warehouse")["outputs"]
    assert len(flowservice_emulator.log("POST", "/connections")) == 1
    assert stack.up("--expect-no-changes").ok().changes == {"unchanged": 2}


def test_a_change_of_unknown_outcome_is_in_the_state(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """The failed update records the doubt itself: a reverted program sends its password without a refresh."""
    stack.write(one_connection(inputs))
    stack.up().ok()
    flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer")
    flowservice_emulator.fault("PATCH", "/connections/*", status=403)
    stack.write(one_connection(inputs, password="battery-staple"))

    unknown = stack.up().failed()
    doubt = stack.resource("warehouse")["outputs"]["credentialsInDoubt"]
    stack.write(one_connection(inputs))
    reverted = stack.up().ok()

    [connection] = flowservice_emulator.connections()
    assert "FS3004" in unknown.text
    assert doubt == "interrupted"
    assert reverted.changes == {"updated": 1, "unchanged": 1}
    assert connection["auth"]["params"]["password"] == inputs["password"]
    assert "credentialsInDoubt" not in stack.resource("warehouse")["outputs"]


def test_what_a_plan_shows(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """The changed properties by name, secrets hidden; what `ignore_changes` names is left alone."""
    stack.write(one_connection(inputs))
    stack.up().ok()
    ignoring = Expression("pulumi.ResourceOptions(ignore_changes=['description'])")
    changed = {**inputs, "password": "battery-staple", "port": 5440}
    stack.write(one_connection(changed, description="Ignored", opts=ignoring))

    plan = stack.preview("--diff").ok()
    stack.up().ok()

    [connection] = flowservice_emulator.connections()
    assert "~ password: [secret] => [secret]" in plan.text
    assert f"~ port    : {inputs['port']} => 5440" in plan.text
    assert "Ignored" not in plan.text
    assert "battery-staple" not in plan.text
    assert not connection.get("description")


def test_names_of_the_stack(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """`pulumi:autonaming` makes the name; once there, a connection keeps it."""
    stack.run("config", "set", "--path", "pulumi:autonaming.pattern", "team-${name}-${stack}").ok()
    stack.write(one_connection(inputs))
    stack.up().ok()
    stack.run("config", "set", "--path", "pulumi:autonaming.pattern", "other-${name}").ok()

    unchanged = stack.up("--expect-no-changes").ok()

    [connection] = flowservice_emulator.connections()
    assert connection["name"] == "team-warehouse-dev"
    assert unchanged.changes == {"unchanged": 2}
