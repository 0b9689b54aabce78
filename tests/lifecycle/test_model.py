"""Random operations, faults and changes by others against the emulator, compared with what must be true.

The model knows what a person would know: what the program says, what the state holds, and what others did.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pulumi_flowservice.errors import ConcurrentChangeError, ConnectionTestError, InUseError
from pulumi_flowservice.kinds.kind import Properties

from tests.support.lifecycle import Process, given, stored
from tests.support.random_trouble import BAD, EDITS, FAULTS, GOOD, MANAGED, PASSWORDS

# How often it runs and how long; a failure prints the steps that lead to it.
EXAMPLES, STEPS = 60, 20


class Lifecycles(RuleBasedStateMachine):
    """One stack with at most one connection, other people, and a network that is not to be relied on."""

    emulator: Emulator

    @initialize()
    def begin(self) -> None:
        self.emulator.reset()
        self.emulator.settings(connection_test="pass")
        self.program = given({"password": GOOD[0]})
        self.connection_id: str | None = None
        self.state: Properties = {}
        # What others changed that the state does not know; whether the password there may be another than the state's;
        # and whether a run of ours ended with an error and left its change.
        self.touched: set[str] = set()
        self.rotated_by_others = self.is_doubtful = self.left_by_us = False
        self.strangers: set[str] = set()

    @rule(
        changes=EDITS,
        password=st.sampled_from([*GOOD, BAD]),
        fault=FAULTS,
        secrets=st.sampled_from(["omitted", "masked", "encrypted", "plain"]),
    )
    def up(self, changes: Properties, password: str, fault: Any, secrets: str) -> None:
        """Somebody edits the program; `pulumi up` meets trouble."""
        self.program = given(changes, {**self.program, "password": password})
        self.emulator.settings(secrets=secrets, connection_test="fail" if password == BAD else "pass")
        with self._trouble(fault):
            if self.connection_id:
                self._update()
            else:
                self._create()

    @rule()
    def stranger_makes_the_same(self) -> None:
        """Another client makes a connection of the same name and params."""
        names = ("server", "port", "database", "username", "password")
        body = {
            "name": self.program["name"],
            "auth": {
                "specName": "Basic Authentication",
                "params": {name: str(self.program[name]) for name in names if name in self.program},
            },
            "connectionSpec": {"id": "3416976c-a9ca-4bba-901a-1f08f66978ff", "version": "1.0"},
        }
        self.emulator.settings(other_clients=["stranger"])
        self.strangers.add(self.emulator.request("POST", "/connections", body, client="stranger").json["id"])

    @precondition(lambda self: self.connection_id)
    @rule(name=st.sampled_from(["server", "database", "schema"]))
    def change_by_others(self, name: str) -> None:
        """Somebody changes a param in the UI."""
        self.emulator.change_connection(self._id, params={name: "by.hand"})
        self.touched.add(name)
        self.is_doubtful = True

    @precondition(lambda self: self.connection_id)
    @rule()
    def rotate_by_others(self) -> None:
        """Somebody changes the password in the UI."""
        self.emulator.change_connection(self._id, params={"password": "their-rotation"})
        self.rotated_by_others = self.is_doubtful = True

    @precondition(lambda self: self.connection_id)
    @rule()
    def delete_by_others(self) -> None:
        """Somebody deletes the connection in the UI; a refresh follows, as in a nightly run."""
        self.emulator.delete_connection(self._id)
        assert self.process.lifecycle.read(self._id, self.state) is None
        self._forget()

    @precondition(lambda self: self.connection_id)
    @rule(fault=FAULTS)
    def refresh(self, fault: Any) -> None:
        """`pulumi refresh`: the state shows what the server shows, and never another password than before."""
        password = self.state["password"]
        with self._trouble(fault):
            found = self.process.lifecycle.read(self._id, self.state)
        assert found is not None
        self.state, inputs = found
        now = self._params(stored(self.emulator, self._id))
        assert self.state["password"] == inputs["password"] == password
        assert {name: self.state[name] for name in MANAGED} == {name: now[name] for name in MANAGED}
        self.touched, self.left_by_us = set(), False

    @precondition(lambda self: self.connection_id)
    @rule(fault=FAULTS, is_used=st.booleans())
    def destroy(self, fault: Any, is_used: bool) -> None:
        """`pulumi destroy`: gone; or in use, said so, and still there."""
        if is_used:
            self.emulator.use_connection(self._id)
        try:
            with self._trouble(fault):
                self.process.lifecycle.delete(self._id, self.state)
        except InUseError as error:
            assert is_used
            assert "Orders to profiles" in str(error)
            assert stored(self.emulator, self._id)
            self._forget_flows()
        else:
            assert not is_used
            self._forget()

    @invariant()
    def nothing_orphaned_nothing_duplicated(self) -> None:
        """At the server there is what the state knows and what strangers made, and nothing else."""
        known = {self.connection_id} - {None} if hasattr(self, "connection_id") else set()
        there = {connection["id"] for connection in self.emulator.connections()}
        assert there == known | getattr(self, "strangers", set())

    @property
    def process(self) -> Process:
        """Each command is a process of its own."""
        return Process(self.emulator)

    @property
    def _id(self) -> str:
        assert self.connection_id
        return self.connection_id

    def _create(self) -> None:
        """Afterwards there is exactly one, or none and an error."""
        before = {connection["id"] for connection in self.emulator.connections()}
        try:
            self.connection_id, self.state = self.process.lifecycle.create(self.program)
        except ConnectionTestError as error:
            assert not any(password in str(error) for password in PASSWORDS)
            assert self.program["password"] == BAD
            assert {connection["id"] for connection in self.emulator.connections()} == before
            return
        assert {connection["id"] for connection in self.emulator.connections()} - before == {self._id}

    def _update(self) -> None:
        """The server has what the program says, or an error, and nothing of others is overwritten unseen."""
        before = stored(self.emulator, self._id)
        try:
            self.state = self.process.up(self._id, self.state, self.program)
        except ConcurrentChangeError:
            assert self.touched or self.left_by_us
            assert self._params(before) == self._params(stored(self.emulator, self._id))
            return
        except ConnectionTestError as error:
            assert not any(password in str(error) for password in PASSWORDS)
            assert self.program["password"] == BAD
            self._assert_put_back(str(error), before)
            return
        connection = stored(self.emulator, self._id)
        now = self._params(connection)
        for name in MANAGED:
            # A change of others that the state does not know stays, until a refresh takes note of it.
            assert now[name] == ("by.hand" if name in self.touched else self.program[name])
        if not self.rotated_by_others:
            assert now["password"] == self.program["password"]
        self.rotated_by_others = now["password"] != self.program["password"]
        self.is_doubtful = self.is_doubtful and self.state["etag"] != connection["etag"]
        self.left_by_us = False

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

    def _forget_flows(self) -> None:
        for kind in ("flows", "sourceConnections"):
            for item in self.emulator.request("GET", f"/{kind}").json["items"]:
                assert self.emulator.request("DELETE", f"/{kind}/{item['id']}").status in (200, 202, 204)

    def _forget(self) -> None:
        self.connection_id, self.state, self.touched = None, {}, set()
        self.rotated_by_others = self.is_doubtful = self.left_by_us = False

    def _assert_put_back(self, text: str, before: dict[str, Any]) -> None:
        """After a refusal by the database: what was there is back where it was ours to know, and theirs never lost."""
        there, after = self._params(before), self._params(stored(self.emulator, self._id))
        if not self.is_doubtful:
            assert "the previous ones were put back" in text
            assert after == there
        elif there["password"] == "their-rotation":
            assert after["password"] in ("their-rotation", self.program["password"])
            assert "they stay" in text or after == there
        self.left_by_us = self.left_by_us or "they stay" in text

    @staticmethod
    def _params(connection: dict[str, Any]) -> dict[str, str]:
        return dict(connection["auth"]["params"])


def test_random_lives(flowservice_emulator: Emulator, pytestconfig: pytest.Config) -> None:
    """Whatever happens in whatever order, every promise holds after each step.

    The same steps each time; with `--hypothesis-seed=N` five times as many others.
    """
    is_seeded = pytestconfig.getoption("--hypothesis-seed") is not None
    machine = type("Machine", (Lifecycles,), {"emulator": flowservice_emulator})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES * (5 if is_seeded else 1),
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not is_seeded,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
