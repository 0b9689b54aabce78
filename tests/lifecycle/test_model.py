"""Random operations, faults and changes by others against the emulator, compared with what must be true.

The model knows what a person would know: what the program says, what the state holds, what others did, and what the
user was told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
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
from pulumi_flowservice.errors import AnswerError, Code, FlowServiceError, LifecycleError
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.lifecycle import Process, error_of, given, stored
from tests.support.random_trouble import (
    BAD,
    EDITS,
    FAULTS,
    GOOD,
    MANAGED,
    PARAMS,
    PASSWORDS,
    connection_body,
    effort,
    hidden,
)

# How often it runs and how long; a failure prints the steps that lead to it.
EXAMPLES, STEPS = 60, 20
ID = re.compile(r"[0-9a-f-]{36}")
READ_BACK = st.sampled_from(["omitted", "masked", "encrypted", "plain"])


class Lifecycles(RuleBasedStateMachine):
    """One stack with at most one connection, other people, and a network that is not to be relied on."""

    emulator: Emulator

    @initialize()
    def begin(self) -> None:
        self.emulator.reset()
        self.emulator.settings(connection_test="pass", other_clients=["stranger"])
        self.program = given({"password": GOOD[0]})
        self.forget()
        self.strangers: set[str] = set()
        # What no state has, and the user was told of with its id; and the names to look for that the user was told.
        self.told: set[str] = set()
        self.told_names: set[str] = set()

    def forget(self) -> None:
        """The stack has no connection."""
        self.connection_id: str | None = None
        self.state: Properties = {}
        # What others changed that the state does not know; whether somebody else, or a run of ours that no state
        # recorded, may have set the password; and whether a run ended with an error and left its change.
        self.touched: set[str] = set()
        self.is_foreign = self.is_interrupted = self.left_by_us = self.knows_of_change = self.refuses = False

    @rule(
        changes=EDITS,
        password=st.sampled_from([*GOOD, BAD]),
        fault=FAULTS,
        secrets=READ_BACK,
        mood=st.sampled_from(["", "", "", "hurry", "refuses"]),
    )
    def up(self, changes: Properties, password: str, fault: Any, secrets: str, mood: str) -> None:
        """Somebody edits the program; `pulumi up` meets trouble, a short deadline, or a database that refuses."""
        self.program = given(changes, {**self.program, "password": password})
        self.refuses = password == BAD or mood == "refuses"
        self.emulator.settings(secrets=secrets, connection_test="fail" if self.refuses else "pass")
        limit: dict[str, Any] = {"FLOWSERVICE_OPERATION_TIMEOUT": "1"} if mood == "hurry" else {}
        process = Process(self.emulator, **limit)
        with self._trouble(fault):
            if self.connection_id:
                self._update(process)
            else:
                self._create(process)

    @precondition(lambda self: self.connection_id)
    @rule(password=st.sampled_from(GOOD), is_refreshed=st.booleans())
    def killed_rotation(self, password: str, is_refreshed: bool) -> None:
        """A run rotates the password and is killed before its state is written; the program is reverted."""
        self.emulator.settings(connection_test="pass")
        before = stored(self.emulator, self._id)["etag"]
        try:
            Process(self.emulator).up(self._id, self.state, {**self.program, "password": password})
        except LifecycleError as error:
            assert error.code == Code.CONCURRENT_CHANGE
            assert self.touched or self.left_by_us
            return
        if stored(self.emulator, self._id)["etag"] != before:
            self.is_interrupted = self.left_by_us = True
            if is_refreshed:
                self.refresh(None)

    @rule()
    def stranger_makes_the_same(self) -> None:
        """Another client makes a connection of the same name and params."""
        body = connection_body(self.program)
        self.strangers.add(self.emulator.request("POST", "/connections", body, client="stranger").json["id"])

    @precondition(lambda self: self.connection_id)
    @rule(name=st.sampled_from(["server", "database", "schema", "description"]))
    def change_by_others(self, name: str) -> None:
        """Somebody changes a field in the UI, managed or not."""
        change: Any = {"description": "by hand"} if name == "description" else {"params": {name: "by.hand"}}
        self.emulator.change_connection(self._id, **change)
        self.touched.add(name)
        self.is_foreign = True

    @precondition(lambda self: self.connection_id)
    @rule()
    def rotate_by_others(self) -> None:
        """Somebody changes the password in the UI."""
        self.emulator.change_connection(self._id, params={"password": "their-rotation"})
        self.is_foreign = True

    @precondition(lambda self: self.connection_id)
    @rule()
    def delete_by_others(self) -> None:
        """Somebody deletes the connection in the UI; a refresh follows, as in a nightly run."""
        self.emulator.delete_connection(self._id)
        assert Process(self.emulator).lifecycle.read(self._id, self.state) is None
        self.forget()

    @precondition(lambda self: self.connection_id)
    @rule()
    def hidden_from_us(self) -> None:
        """The API answers "not found" in the form that may mean "hidden": gone, and the user is told."""
        process = Process(self.emulator)
        with hidden(self.emulator, self._id):
            assert process.lifecycle.read(self._id, self.state) is None
        assert [warning.partition(":")[0] for warning in process.warnings] == [Code.MAYBE_HIDDEN]
        self.told.add(self._id)
        self.forget()

    @precondition(lambda self: self.connection_id)
    @rule(fault=FAULTS)
    def refresh(self, fault: Any) -> None:
        """`pulumi refresh`: the state shows what the server shows; another password there is told, at each refresh."""
        password, process = self.state["password"], Process(self.emulator)
        with self._trouble(fault):
            found = process.lifecycle.read(self._id, self.state)
        assert found is not None
        self.state, inputs = found
        now = self._params(stored(self.emulator, self._id))
        codes = [warning.partition(":")[0] for warning in process.warnings]
        self.knows_of_change = self.knows_of_change or Code.FOREIGN_CHANGE in codes
        doubt = self.state.get("credentialsInDoubt")
        assert self.state["password"] == inputs["password"] == password
        assert {name: self.state[name] for name in MANAGED} == {name: now[name] for name in MANAGED}
        assert bool(doubt) == bool({Code.DOUBT_FOREIGN, Code.DOUBT_INTERRUPTED} & set(codes))
        # Only what the plan shows may explain a foreign write.
        assert Code.FOREIGN_CHANGE not in codes or self.touched
        assert now["password"] == password or doubt or self.knows_of_change
        assert not (self.is_interrupted and not self.is_foreign) or doubt == "interrupted"
        self.touched, self.left_by_us = set(), False

    @precondition(lambda self: self.connection_id)
    @rule(fault=FAULTS, is_used=st.booleans())
    def destroy(self, fault: Any, is_used: bool) -> None:
        """`pulumi destroy`: gone; or in use, said so, and still there."""
        if is_used:
            self.emulator.use_connection(self._id)
        try:
            with self._trouble(fault):
                Process(self.emulator).lifecycle.delete(self._id, self.state)
        except AnswerError as error:
            assert error.code == Code.IN_USE
            assert is_used
            assert "Orders to profiles" in str(error)
            assert stored(self.emulator, self._id)
            self._remove_flows()
        else:
            assert not is_used
            self.forget()

    @precondition(lambda self: self.connection_id and not self.touched and not self.left_by_us)
    @rule()
    def tainted(self) -> None:
        """A forced replacement makes the new one first: refused with the ways out, and done when the old one goes."""
        self.emulator.settings(connection_test="pass")
        if any(self.state.get(name) != self.program.get(name) for name in ("port", "schema", *MANAGED)):
            return
        refused = error_of(lambda: Process(self.emulator).lifecycle.create(self.program))
        assert refused.code == Code.LEFTOVER
        assert self._id in str(refused) and "delete_before_replace=True" in str(refused)
        process = Process(self.emulator)
        process.lifecycle.delete(self._id, self.state)
        self.forget()
        self._create(process)

    @precondition(lambda self: self.connection_id and not (self.touched or self.left_by_us or self.told))
    @rule()
    def another_takes_the_name(self) -> None:
        """One run makes a twin of this connection, renames this one, and makes another under the name that is free."""
        self.emulator.settings(connection_test="pass")
        process = Process(self.emulator)
        if self.program["password"] == BAD:
            return
        process.lifecycle.diff(self._id, self.state, self.program)
        twin, _ = process.lifecycle.create(self.program)
        self.emulator.delete_connection(twin)
        self.state = process.up(self._id, self.state, {**self.program, "name": "renamed"})
        other, _ = process.lifecycle.create(self.program)
        assert other != self._id
        self.emulator.delete_connection(other)
        self.state = process.up(self._id, self.state, self.program)
        if stored(self.emulator, self._id)["auth"]["params"]["password"] == self.program["password"]:
            self._sent()

    @invariant()
    def nothing_orphaned_nothing_duplicated(self) -> None:
        """At the server there is what the state knows, what the user was told of, what strangers made, nothing else."""
        there = {connection["id"]: connection["name"] for connection in self.emulator.connections()}
        if not hasattr(self, "told"):
            return
        known = ({self.connection_id} - {None}) | self.strangers | self.told
        self.told |= {each for each, name in there.items() if each not in known and name in self.told_names}
        assert set(there) == known | self.told

    @property
    def _id(self) -> str:
        assert self.connection_id
        return self.connection_id

    def _create(self, process: Process) -> None:
        """Afterwards there is exactly one, or none and an error, or one that the error tells of."""
        before = {connection["id"] for connection in self.emulator.connections()}
        try:
            self.connection_id, self.state = process.lifecycle.create(self.program)
        except FlowServiceError as error:
            new = {connection["id"] for connection in self.emulator.connections()} - before
            if error.code in (Code.CREATION_UNDONE, Code.CREATION_NOT_UNDONE):
                assert not any(password in str(error) for password in PASSWORDS)
                assert self.refuses
                assert new <= set(ID.findall(str(error)))
                assert not new or error.code == Code.CREATION_NOT_UNDONE
                self.told |= new
            elif error.code in (Code.LEFTOVER, Code.SEVERAL_CANDIDATES):
                self._adopt(process, str(error))
            elif error.code == Code.CREATION_UNKNOWN:
                assert repr(self.program["name"]) in str(error)
                self.told_names.add(self.program["name"])
            else:
                # Nothing was sent, or it was refused: nothing is there.
                assert not new
            return
        assert {connection["id"] for connection in self.emulator.connections()} - before == {self._id}
        for code in (warning.partition(":")[0] for warning in process.warnings):
            assert code in (Code.NO_TEST_RESULT, Code.REFUSED_BUT_KEPT, Code.POSSIBLE_DUPLICATE, Code.TAKEN_OVER)

    def _adopt(self, process: Process, text: str) -> None:
        """What a leftover's error says: the one that it names, of which the user was told before, is taken over."""
        named = set(ID.findall(text)) & {each["id"] for each in self.emulator.connections()}
        assert named and not named & self.strangers
        for left in named:
            self.emulator.delete_connection(left)
        self.told -= named

    def _update(self, process: Process) -> None:
        """The server has what the program says, or an error, and nothing of others is overwritten unseen."""
        before = stored(self.emulator, self._id)
        was_interrupted = self.state.get("credentialsInDoubt") == "interrupted"
        try:
            self.state = process.up(self._id, self.state, self.program)
        except FlowServiceError as error:
            if error.code == Code.CONCURRENT_CHANGE:
                assert self.touched or self.left_by_us
                assert self._params(before) == self._params(stored(self.emulator, self._id))
            elif error.code in (Code.CHANGE_UNDONE, Code.CHANGE_NOT_UNDONE):
                assert not any(password in str(error) for password in PASSWORDS)
                assert self.refuses
                self._assert_put_back(error, before)
            elif error.code == Code.CHANGE_UNKNOWN:
                self.left_by_us = self.is_interrupted = True
            else:
                assert stored(self.emulator, self._id) == before
            return
        now = self._params(stored(self.emulator, self._id))
        for name in MANAGED:
            # A change of others that the state does not know stays, until a refresh takes note of it.
            assert now[name] == ("by.hand" if name in self.touched else self.program[name])
        self.left_by_us = False
        assert not was_interrupted or now["password"] == self.program["password"]
        if now["password"] == self.program["password"] and not self.state.get("credentialsInDoubt"):
            self._sent()
        else:
            # Without a refresh, nobody asks what others, or a run that was killed, have done.
            assert (
                self.state.get("credentialsInDoubt") or self.knows_of_change or self.is_foreign or self.is_interrupted
            )

    def _sent(self) -> None:
        """The server has this stack's password."""
        self.is_foreign = self.is_foreign and bool(self.state.get("credentialsInDoubt"))
        self.is_interrupted = self.knows_of_change = self.left_by_us = False

    @contextmanager
    def _trouble(self, fault: Any) -> Iterator[None]:
        """One command meets the fault, whatever is left of it is gone afterwards."""
        if fault:
            (method, path), details, skip = fault
            if details["kind"] == "late_write" and method != "POST":
                details = {"kind": "reset"}
            self.emulator.fault(method, path, skip=skip, **details)
        try:
            yield
        finally:
            self.emulator.clear_faults()
            # What a deadline cut off may still arrive: it counts as having happened before the next command.
            self.emulator.advance(60)

    def _remove_flows(self) -> None:
        for kind in ("flows", "sourceConnections"):
            for item in self.emulator.request("GET", f"/{kind}").json["items"]:
                assert self.emulator.request("DELETE", f"/{kind}/{item['id']}").status in (200, 202, 204)

    def _assert_put_back(self, error: FlowServiceError, before: dict[str, Any]) -> None:
        """After a refusal by the database: what the server had is back, or the error says that it is not."""
        after = stored(self.emulator, self._id)
        if error.code == Code.CHANGE_UNDONE:
            # Of a foreign write that other fields explain, the user was told once: the state's password counts again.
            own = "password" if self.is_interrupted or self.knows_of_change else ""
            there, here = self._params(before), self._params(after)
            assert {k: v for k, v in here.items() if k != own} == {k: v for k, v in there.items() if k != own}
            assert after.get("description") == before.get("description")
            assert not own or here[own] in (there[own], self.state["password"])
            self.is_interrupted = True
            return
        assert error.code == Code.CHANGE_NOT_UNDONE
        if self._params(before)["password"] == "their-rotation":
            assert self._params(after)["password"] in ("their-rotation", self.program["password"])
        assert self.is_foreign or "unknown" in str(error) or "could not be put back" in str(error)
        self.left_by_us = self.is_interrupted = True

    @staticmethod
    def _params(connection: dict[str, Any]) -> dict[str, str]:
        # Without what the server may add on its own, such as `authorizedDate`.
        return {name: value for name, value in connection["auth"]["params"].items() if name in PARAMS}


@pytest.mark.long
def test_random_lives(flowservice_emulator: Emulator, pytestconfig: pytest.Config) -> None:
    """Whatever happens in whatever order, every promise holds after each step.

    The same steps each time; with `--hypothesis-seed=N` five times as many others.
    """
    machine = type("Machine", (Lifecycles,), {"emulator": flowservice_emulator})

    run_state_machine_as_test(machine, settings=effort(pytestconfig, EXAMPLES, STEPS))
