"""What the API does by itself after it has accepted a change of a dataflow: it takes a while, or fails."""

from __future__ import annotations

import pytest
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.dataflow_stack import Stack
from tests.support.dataflows import World, sent
from tests.support.lifecycle import Process, error_of

EDITS: dict[str, Properties] = {
    "paused": {"enabled": False},
    "paused and changed": {"enabled": False, "description": "Everybody"},
    "changed": {"schedule": {"frequency": "week", "interval": 2}},
    "remapped": {"mapping": {"_example.id": "id"}},
}

# Without the schema, a program has to give it; and some mapping sets cannot be deleted.
pytestmark = pytest.mark.reading(schema_ref="shown", columns="as sent", mapping_set_delete=204)


def stack_of(world: World, **changes: object) -> Stack:
    """A stack with a dataflow."""
    stack = Stack(world)
    assert stack.up(world.given(**changes)) == "ok"
    return stack


@pytest.mark.parametrize("edit", EDITS)
def test_a_change_that_takes_a_while(world: World, edit: str) -> None:
    """It is awaited, also on the way back; the state has what the server has."""
    world.emulator.settings(transition_seconds=20.0)
    stack = stack_of(world)

    for inputs in (world.given(**EDITS[edit]), world.inputs):
        assert stack.up(inputs) == "ok"
        state = stack.state
        assert stack.refresh() == "ok"
        assert stack.state == state
    assert stack.texts == []


@pytest.mark.parametrize("is_paused", [False, True])
@pytest.mark.parametrize("edit", EDITS)
def test_a_change_that_fails_afterwards(world: World, edit: str, is_paused: bool) -> None:
    """It is an error of this run, each request was sent once, and the next run does it."""
    stack = stack_of(world, enabled=not is_paused)
    world.emulator.settings(flow_operations="fail", transition_seconds=2.0)
    inputs = world.given(**({"enabled": True} if is_paused and "enabled" in EDITS[edit] else EDITS[edit]))
    inputs["enabled"] = inputs["enabled"] if "enabled" in EDITS[edit] else not is_paused
    world.emulator.clear_log()

    told = stack.up(inputs)
    writes = [each for each in sent(world.emulator) if each.startswith(("PATCH", "POST /flows"))]
    world.emulator.settings(flow_operations="complete")

    assert told == Code.CHANGE_UNKNOWN
    assert "the API accepted the change, and then did not make it" in stack.texts[-1]
    assert "The operation could not be completed" in stack.texts[-1]
    assert len(writes) == len({*writes})
    assert stack.up(inputs) == "ok"
    [flow] = world.emulator.flows("dev")
    assert flow["state"] == ("enabled" if inputs["enabled"] else "disabled")


def test_a_pause_is_told_with_what_failed_after_it(world: World) -> None:
    """The flow stands still, although the update failed."""
    stack = stack_of(world)

    assert stack.up(world.given(enabled=False, mapping={"_example.id": {"expression": "nonsense((id"}})) == "FS1008"
    assert "`enabled` of the same update was changed" in stack.texts[-1]
    assert "nothing was changed" not in stack.texts[-1]


@pytest.mark.parametrize("enabled", [True, False])
def test_somebody_else_does_the_same(world: World, enabled: bool, made: tuple[str, Properties], run: Process) -> None:
    """Between the look at the flow and the action: the action is refused, and all is as it should be."""
    flow_id, state = made
    world.emulator.change_flow(flow_id, state="disabled" if enabled else "enabled")
    refused = {"type": "https://ns.adobe.com/aep/errors/FLOW-1422-400", "title": "Bad Request", "status": 400}
    world.emulator.fault("POST", f"/flows/{flow_id}/action", status=400, json=refused, times=None)
    run.steps.meanwhile = lambda: world.emulator.change_flow(flow_id, state="enabled" if enabled else "disabled")

    after = run.lifecycle.update(flow_id, {**state, "enabled": not enabled}, world.given(enabled=enabled))

    assert (after["enabled"], after["state"]) == (enabled, "enabled" if enabled else "disabled")


def test_a_new_dataflow_that_cannot_be_paused_nor_removed(world: World) -> None:
    """It is named: it runs."""
    world.emulator.settings(flow_operations="fail")
    stack = Stack(world)

    assert stack.up(world.given(enabled=False)) == Code.CREATION_NOT_UNDONE
    [flow_id] = world.there()["flows"]
    assert f'adopt="{flow_id}"' in stack.texts[-1]
    assert stack.unnamed() == []


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_deletion_that_fails_afterwards(world: World, is_shared: bool) -> None:
    """The flow runs on, so the state keeps it; nothing claims that it was deleted."""
    stack = stack_of(world)
    if is_shared:
        other_id, _ = world.process().lifecycle.create(world.given(name="other"))
        [copy, _] = world.emulator.request("GET", f"/flows/{other_id}").json["items"][0]["transformations"]
        used = {"mappingId": stack.state["mappingId"], "mappingVersion": 0}
        world.emulator.change_flow(other_id, transformations=[copy, {"name": "Mapping", "params": used}])
        stack.state = {name: value for name, value in stack.state.items() if not name.endswith("ConnectionId")}
    world.emulator.settings(flow_operations="fail")
    error = error_of(lambda: world.process().lifecycle.delete(stack.id, stack.state))
    world.emulator.settings(flow_operations="complete")

    assert error.code == Code.IN_TRANSITION
    assert f"the API accepted the deletion of the flow {stack.id}, but it is still there" in str(error)
    assert "itself was deleted" not in str(error)
    assert stack.destroy() == "ok"
    assert len(world.there()["flows"]) == is_shared
