"""Random runs of a stack with one dataflow, with trouble, kills and changes by others."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.dataflow_faults import Fault, calm, fresh
from tests.support.dataflow_lives import BY_OTHERS, EDITS, TROUBLE, edited, is_as_planned
from tests.support.dataflow_stack import Stack, killed_after
from tests.support.random_trouble import effort
from tools.local_database import LocalDatabase

# How often it runs and how long; a failure prints the steps that lead to it.
EXAMPLES, STEPS = 30, 20
# The table has as many rows, and they do not change: a flow that follows them brings each once.
ROWS = 2
DAY = 86_400.0


class DataflowLives(RuleBasedStateMachine):
    """One stack with at most one dataflow; the model knows what a person would know who reads every text."""

    emulator: Emulator
    database: LocalDatabase

    @initialize()
    def begin(self) -> None:
        self.world = fresh(self.emulator, self.database)
        # In this process, which is what is killed.
        self.stack = Stack(self.world, native=False)
        self.program = self.world.given()
        # The flows that the state has had: each may bring the rows of its table once.
        self.had: set[str] = set()
        # Whether a run was killed and none has ended well since: only the next one can name what is left.
        self.is_killed = False
        # Whether somebody paused the flow, which no plan has shown yet.
        self.is_paused_by_others = False

    @rule(edit=EDITS, trouble=TROUBLE)
    def up(self, edit: Properties, trouble: tuple[str, str, int, list[Fault]] | None) -> None:
        """Somebody edits the program; `pulumi up` meets trouble or none."""
        before = self._running()
        self._edit(edit)
        self._arm(trouble)
        told = self.stack.up(self.program)
        self._calm()
        self._assert_runs_on(before, told)
        if told == Code.LEFTOVER:
            self._take_over()
        elif told in (Code.CONCURRENT_CHANGE, Code.NOT_FOUND):
            assert self.stack.refresh() == "ok", self.stack.texts
        elif told == Code.NOT_THERE and "its target connection is gone" in str(self.stack.error):
            # A new mapping needs one: the dataflow is replaced on purpose.
            assert self.stack.destroy() == "ok", self.stack.texts
        elif told == Code.FROZEN:
            # A column that the flow does not read: the edit is taken back.
            self.program = self.world.given(name=self.program["name"])
        elif told == "ok":
            self.is_killed = False
            self._assert_done()
        else:
            assert trouble, (told, self.stack.texts[-1])

    @rule(edit=EDITS, answers=st.integers(1, 14))
    def killed(self, edit: Properties, answers: int) -> None:
        """The run is killed after so many answers, before its state is written."""
        self._edit(edit)
        with killed_after(answers):
            self.stack.up(self.program)
        self.is_killed = True
        self._calm()

    @rule(trouble=TROUBLE)
    def refresh(self, trouble: tuple[str, str, int, list[Fault]] | None) -> None:
        """`pulumi refresh` never fails because of what somebody did."""
        if not self.stack.id:
            return
        self._arm(trouble)
        told = self.stack.refresh()
        self._calm()
        assert told == "ok" or trouble, self.stack.texts
        if told == "ok":
            self.is_paused_by_others = False

    @precondition(lambda self: self.stack.id)
    @rule(change=BY_OTHERS)
    def change_by_others(self, change: dict[str, Any]) -> None:
        """Somebody renames, pauses, reschedules or describes the flow in the UI."""
        if self.stack.id in self.world.there()["flows"]:
            self.emulator.change_flow(self.stack.id, **change)
            self.is_paused_by_others = self.is_paused_by_others or "state" in change

    @precondition(lambda self: self.stack.id)
    @rule(what=st.sampled_from(["flow", "source", "target"]))
    def deleted_by_others(self, what: str) -> None:
        """Somebody deletes the flow, or one of its connections, and the nightly refresh follows."""
        there = self.world.there()
        if what == "flow" and self.stack.id in there["flows"]:
            self.emulator.delete_flow(self.stack.id)
        elif what != "flow" and self.stack.state.get(f"{what}ConnectionId") in there[f"{what}s"]:
            getattr(self.emulator, f"delete_{what}_connection")(self.stack.state[f"{what}ConnectionId"])
        assert self.stack.refresh() == "ok", self.stack.texts
        self.is_paused_by_others = False

    @precondition(lambda self: self.stack.id)
    @rule()
    def hidden(self) -> None:
        """An access label hides the flow for a while: refresh keeps it, while it has what it reads from."""
        flow_id, there = self.stack.id, self.world.there()
        if flow_id in there["flows"] and self.stack.state.get("sourceConnectionId") in there["sources"]:
            self.emulator.hide_flow(flow_id)
            assert self.stack.refresh() == "ok", self.stack.texts
            self.emulator.show_flow(flow_id)
            assert self.stack.id == flow_id

    @rule()
    def time_passes(self) -> None:
        """Flows run, as their schedules say."""
        self.emulator.advance(DAY)

    @rule(trouble=TROUBLE)
    def destroy(self, trouble: tuple[str, str, int, list[Fault]] | None) -> None:
        """`pulumi destroy`: nothing is left, or it is named."""
        if not self.stack.id:
            return
        self._arm(trouble)
        told = self.stack.destroy()
        self._calm()
        assert told == "ok" or trouble, self.stack.texts
        assert told != "ok" or not self.stack.id

    @invariant()
    def one_flow_and_each_row_once(self) -> None:
        """At most one flow feeds the dataset, and each that the state has had brought each row once at most."""
        if not hasattr(self, "stack"):
            return
        self.had |= {self.stack.id} - {""}
        assert len(self.world.there()["flows"]) <= 1
        assert self.emulator.rows(self.world.dataset)["count"] <= ROWS * len(self.had)
        assert self.is_killed or self.stack.unnamed() == []

    def _edit(self, edit: Properties) -> None:
        """After a run was killed, the name stays: what it left could not be recognised by another one."""
        self.program = edited(self.program, {k: v for k, v in edit.items() if k != "name" or not self.is_killed})

    def _take_over(self) -> None:
        """What the error says: the flow that it names is adopted, or deleted where it differs."""
        [left] = [each for each in self.world.there()["flows"] if each in self.stack.texts[-1]]
        told = self.stack.up({**self.program, "adopt": left, "enabled": None})
        self.had.add(left)
        if told != "ok":
            assert told == Code.NOT_OURS, self.stack.texts
            self.emulator.delete_flow(left)

    def _running(self) -> str:
        """The flow of the state, if it runs."""
        states = {each["id"]: each["state"] for each in self.emulator.flows("dev")}
        return self.stack.id if states.get(self.stack.id) == "enabled" else ""

    def _assert_runs_on(self, before: str, told: str) -> None:
        """A flow that ran still does, unless the program or a replacement said otherwise."""
        if not before or self.program["enabled"] is False:
            return
        states = {each["id"]: each["state"] for each in self.emulator.flows("dev")}
        if before in states:
            assert states[before] == "enabled", (told, self.stack.texts)
        else:
            assert any(Code.ROWS_AGAIN in each for each in self.stack.texts)

    def _assert_done(self) -> None:
        """The server has what the program says; what others changed since the last refresh stays until the next."""
        [flow] = [each for each in self.emulator.flows("dev") if each["id"] == self.stack.id]
        assert self.is_paused_by_others or (flow["state"] == "enabled") == self.program["enabled"]
        assert self.stack.refresh() == "ok", self.stack.texts
        assert self.stack.up(self.program) == "ok", self.stack.texts
        self.is_paused_by_others = False
        [flow] = [each for each in self.emulator.flows("dev") if each["id"] == self.stack.id]
        assert is_as_planned(flow, self.program)

    def _arm(self, trouble: tuple[str, str, int, list[Fault]] | None) -> None:
        if trouble:
            method, path, skip, faults = trouble
            for fault in faults:
                self.emulator.fault(method, path, skip=skip, **fault)

    def _calm(self) -> None:
        calm(self.emulator)


@pytest.mark.long
def test_random_lives_of_a_dataflow(
    flowservice_emulator: Emulator, database: LocalDatabase, pytestconfig: pytest.Config
) -> None:
    """Whatever happens in whatever order, every promise holds after each step.

    The same steps each time; with `--hypothesis-seed=N` five times as many others.
    """
    machine = type("Machine", (DataflowLives,), {"emulator": flowservice_emulator, "database": database})

    run_state_machine_as_test(machine, settings=effort(pytestconfig, EXAMPLES, STEPS))
