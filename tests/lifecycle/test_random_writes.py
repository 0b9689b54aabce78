"""Random single writes against the emulator: what others did before them, what the network does to them, what is told.

`test_model.py` runs whole lives; here each write is in as much trouble as it can have.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import given as drawn
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from pulumi_flowservice.errors import Code, FlowServiceError, LifecycleError
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.lifecycle import Process, given, stored
from tests.support.random_trouble import (
    ANN,
    FIELDS,
    FORBIDDEN,
    GOOD,
    LOST_CHANGES,
    LOST_CREATIONS,
    PARAMS,
    by_hand,
    effort,
    is_applied,
)

CREATIONS, CHANGES, STEPS = 100, 50, 10
THEIRS, KILLED = "their-rotation", "of-a-killed-run"

REFUSED = (Code.CREATION_UNDONE, Code.CREATION_NOT_UNDONE, Code.CHANGE_UNDONE, Code.CHANGE_NOT_UNDONE)


def create(
    emulator: Emulator, leftover: str, lost: list[dict[str, Any]], is_denied: bool, limit: str, is_refused: bool
) -> None:
    """One creation in a run that has made another connection before: whatever it leaves is known or told."""
    emulator.reset()
    emulator.settings(connection_test="pass")
    environment: dict[str, Any] = {"FLOWSERVICE_OPERATION_TIMEOUT": limit} if limit else {}
    process = Process(emulator, **environment)
    _leave(emulator, process, leftover)
    others = {each["id"] for each in emulator.connections()}
    emulator.clear_log()
    emulator.settings(connection_test="fail" if is_refused else "pass")
    faults = [*lost, *([FORBIDDEN] if is_denied else [])]
    for each in faults:
        emulator.fault("POST", "/connections", **each)
    made, error, before = "", None, process.steps.passed()
    try:
        made, _ = process.create()
    except FlowServiceError as raised:
        error = raised
    took = process.steps.passed() - before
    posts = len(emulator.log("POST", "/connections"))
    told = "\n".join([str(error or ""), *process.warnings])
    applied = sum(map(is_applied, faults[:posts])) + max(0, posts - len(faults))
    left = _there(emulator, len(others) + applied) - others - {made}

    if leftover == "nothing happens to it":
        assert error is not None and error.code == Code.LEFTOVER
        assert posts == 0 and any(each in told for each in others)
        return
    assert error is None or not made
    assert error is None or error.code != Code.LEFTOVER
    assert is_refused or error is None or error.code not in REFUSED
    names_it = "for its name among the newest connections" in told
    assert all(names_it or each in told for each in left)
    # Only a whole look-up that finds nothing, ten seconds long, allows one more POST; then the user is told.
    assert took >= 9 * (posts - 1)
    assert posts < 2 or names_it or (error and error.code == Code.SEVERAL_CANDIDATES)


def _leave(emulator: Emulator, process: Process, leftover: str) -> None:
    """A killed run left the same connection; after this run has listed it, somebody changes it."""
    if leftover:
        left, _ = Process(emulator).create()
        process.create(name="another")
    if leftover == "renamed":
        emulator.change_connection(left, name="renamed")
    elif leftover == "moved":
        emulator.change_connection(left, params={"server": "elsewhere.example.com"})
    elif leftover == "deleted":
        emulator.delete_connection(left)


def _there(emulator: Emulator, made: int) -> set[str]:
    """What is at the server after everything that was made late; what is due is done in the server's own time."""
    emulator.clear_faults()
    emulator.advance(60)
    undone = {entry.path for entry in emulator.log("DELETE", "/connections/*")}
    for _ in range(500):
        found = {each["id"] for each in emulator.connections()}
        if len(found) == made - len(undone):
            return found
    raise AssertionError(f"{made} made, {len(undone)} undone, {len(found)} found")


class Changes(RuleBasedStateMachine):
    """One connection of a stack; Ann works in the UI."""

    emulator: Emulator

    @initialize()
    def begin(self) -> None:
        self.emulator.reset()
        self.emulator.settings(connection_test="pass")
        self.program = given({"password": GOOD[0], "port": None})
        self.id, self.state = Process(self.emulator).lifecycle.create(self.program)
        # Whether the user was told, once, that a visible change of Ann's may have changed the password too.
        self.was_told_once = False

    @rule(
        others=st.sampled_from(["nobody", "rotates", "sets", "sets", "killed"]),
        field=st.sampled_from([*FIELDS]),
        is_refreshed=st.booleans(),
        is_edited=st.booleans(),
        password=st.sampled_from([None, None, *GOOD]),
        is_refused=st.booleans(),
        trouble=st.sampled_from([[], [], *LOST_CHANGES]),
        value=st.integers(0, 2),
    )
    def change(
        self,
        others: str,
        field: str,
        is_refreshed: bool,
        is_edited: bool,
        password: str | None,
        is_refused: bool,
        trouble: list[tuple[str, dict[str, Any]]],
        value: int,
    ) -> None:
        """Somebody writes; maybe a refresh takes note; the program may change that very field, and meets trouble."""
        self._others(others, field)
        if is_refreshed:
            self._refresh()
        edits: Properties = {field: FIELDS[field][value]} if is_edited else {}
        self.program = given({**edits, **({"password": password} if password else {})}, self.program)
        if is_refused:
            self.emulator.settings(connection_test="fail")
        for method, fault in trouble:
            self.emulator.fault(method, "/connections/*", **fault)
        self._up(is_refused, bool(trouble))
        if is_refused:
            self.emulator.settings(connection_test="pass")

    def _others(self, others: str, field: str) -> None:
        """What happens between two runs."""
        if others == "rotates":
            self.emulator.change_connection(self.id, by=ANN, params={"password": THEIRS})
        elif others == "sets":
            self.emulator.change_connection(self.id, by=ANN, **by_hand(field))
        elif others == "killed":
            # Its state is lost. It stops, instead, where it meets a change of Ann's.
            with suppress(LifecycleError):
                Process(self.emulator).up(self.id, self.state, {**self.program, "password": KILLED})

    def _refresh(self) -> None:
        process = Process(self.emulator)
        found = process.lifecycle.read(self.id, self.state)
        assert found is not None
        self.state, _ = found
        self.was_told_once |= any(warning.startswith(Code.FOREIGN_CHANGE) for warning in process.warnings)

    def _up(self, is_refused: bool, is_in_trouble: bool) -> None:
        before, known = stored(self.emulator, self.id), self.state
        doubt, is_moved = known.get("credentialsInDoubt"), before["etag"] != known["etag"]
        is_theirs = is_moved and before["updatedBy"] == ANN
        process = Process(self.emulator)
        error: FlowServiceError | None = None
        try:
            self.state = process.up(self.id, known, self.program)
        except FlowServiceError as raised:
            error = raised
        if is_in_trouble:
            self.emulator.clear_faults()
        after = stored(self.emulator, self.id)
        has_written = after["etag"] != before["etag"]
        told = "\n".join([str(error or ""), *process.warnings])

        # Ours is the last write now, so this was the last chance to tell of hers.
        assert not (has_written and is_theirs) or doubt == "foreign" or ANN in told
        if error is None:
            assert not is_refused or _params(before) == _params(after)
            if has_written or doubt == "interrupted":
                self._assert_applied(after)
        elif error.code in REFUSED:
            assert is_refused
            if error.code == Code.CHANGE_UNDONE:
                self._assert_undone(before, after, told, (is_moved and not is_theirs) or doubt == "interrupted")
            else:
                assert error.code == Code.CHANGE_NOT_UNDONE
                assert is_in_trouble or is_theirs or doubt == "foreign" or _visible(before) == _visible(after)
        elif error.code == Code.CHANGE_UNKNOWN:
            assert is_in_trouble
        else:
            assert not has_written
            assert is_in_trouble or ((is_moved or doubt == "foreign") and error.code == Code.CONCURRENT_CHANGE)

    def _assert_applied(self, after: dict[str, Any]) -> None:
        """The server has what the program says; of a password that is not the program's, the user knows."""
        here = _visible(after)
        assert all(here.get(name) == str(self.program[name]) for name in here if name in self.program)
        if _params(after)["password"] == self.program["password"]:
            self.was_told_once &= "credentialsInDoubt" in self.state
        else:
            assert self.state.get("credentialsInDoubt") == "foreign" or self.was_told_once

    def _assert_undone(
        self, before: dict[str, Any], after: dict[str, Any], told: str, follows_interruption: bool
    ) -> None:
        """What the server had is back; of a password that no state knew, the user is told that the state's is there."""
        there, here = (_visible(each) | {"password": _params(each)["password"]} for each in (before, after))
        differing = {name for name in there.keys() | here.keys() if there.get(name) != here.get(name)}
        if differing:
            # Another run of ours, and a lost attempt of this one, look alike: only the state's values are known.
            assert all(here.get(name) in (None, str(self.state.get(name))) for name in differing)
            is_said = follows_interruption and "the credentials in the state were put back" in told
            assert is_said or (self.was_told_once and differing == {"password"})


def _params(connection: dict[str, Any]) -> Properties:
    """The params of a program, without what the server may add on its own."""
    return {name: value for name, value in connection["auth"]["params"].items() if name in PARAMS}


def _visible(connection: dict[str, Any]) -> Properties:
    """What the API shows of a connection."""
    shown = {name: connection.get(name) for name in ("name", "description")} | _params(connection)
    return {name: value for name, value in shown.items() if name != "password"}


@pytest.mark.long
def test_random_creations(flowservice_emulator: Emulator, pytestconfig: pytest.Config) -> None:
    """Whatever meets a creation: exactly one connection, or none and an error, or the user knows what to look for.

    The same ones each time; with `--hypothesis-seed=N` five times as many others.
    """

    @effort(pytestconfig, CREATIONS)
    @drawn(
        leftover=st.sampled_from(["", "", "", "", "", "nothing happens to it", "renamed", "moved", "deleted"]),
        lost=st.lists(st.sampled_from(LOST_CREATIONS), max_size=3),
        is_denied=st.booleans(),
        limit=st.sampled_from(["", "", "", "1", "4"]),
        is_refused=st.booleans(),
    )
    def creations(**drawn: Any) -> None:
        create(flowservice_emulator, **drawn)

    creations()


@pytest.mark.long
def test_random_changes(flowservice_emulator: Emulator, pytestconfig: pytest.Config) -> None:
    """Whatever meets a change: it is applied, or undone, or the user knows what may be in force.

    The same steps each time; with `--hypothesis-seed=N` five times as many others.
    """
    machine = type("Machine", (Changes,), {"emulator": flowservice_emulator})

    run_state_machine_as_test(machine, settings=effort(pytestconfig, CHANGES, STEPS))
