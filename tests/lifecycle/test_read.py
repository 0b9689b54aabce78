"""Reading: the truth about what is there, and no word about passwords."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.kinds.kind import Properties

from tests.support.lifecycle import INPUTS, Process, given, stored

READ_BACK = ["omitted", "masked", "encrypted", "plain"]


@pytest.fixture(autouse=True)
def passing(flowservice_emulator: Emulator) -> None:
    """The database lets everybody in, unless a test says otherwise."""
    flowservice_emulator.settings(connection_test="pass")


def refresh(process: Process, connection_id: str, state: Properties) -> tuple[Properties, Properties]:
    """What a refresh puts into the state: outputs and inputs."""
    found = process.lifecycle.read(connection_id, state)
    assert found is not None
    return found


class TestRead:
    """A read tells the truth, and a password is no part of it."""

    @pytest.mark.parametrize("secrets", READ_BACK)
    def test_nothing_changed_is_no_drift(self, flowservice_emulator: Emulator, process: Process, secrets: str) -> None:
        """However the password reads back, outputs and inputs are as they were, by one request."""
        flowservice_emulator.settings(secrets=secrets)
        connection_id, state = process.create(description="Orders", schema="public")
        flowservice_emulator.clear_log()

        outputs, inputs = refresh(process, connection_id, state)

        assert outputs == state
        assert inputs == given({"description": "Orders", "schema": "public"})
        assert not process.lifecycle.diff(connection_id, outputs, inputs).changes
        assert len(flowservice_emulator.log()) == 1
        assert process.warnings == []

    @pytest.mark.parametrize(
        ("change", "name", "seen"),
        [
            ({"name": "by hand"}, "name", "by hand"),
            ({"description": "by hand"}, "description", "by hand"),
            ({"description": None}, "description", None),
            ({"params": {"server": "by.hand"}}, "server", "by.hand"),
            ({"params": {"port": "1"}}, "port", 1),
            ({"params": {"port": None}}, "port", None),
            ({"params": {"port": "broken"}}, "port", "broken"),
            ({"params": {"database": "by hand"}}, "database", "by hand"),
            ({"params": {"username": "by hand"}}, "username", "by hand"),
            ({"params": {"schema": "by hand"}}, "schema", "by hand"),
            ({"params": {"schema": None}}, "schema", None),
        ],
        ids=str,
    )
    def test_drift_shows_and_is_repaired(
        self, flowservice_emulator: Emulator, process: Process, change: dict[str, Any], name: str, seen: object
    ) -> None:
        """The changed field, and no other, differs after a refresh; the next `up` sends that one field."""
        program = given({"description": "Orders", "schema": "public"})
        connection_id, state = process.create(**program)
        before = stored(flowservice_emulator, connection_id)
        flowservice_emulator.change_connection(connection_id, **change)

        outputs, inputs = refresh(process, connection_id, state)
        repaired = process.up(connection_id, outputs, program)

        differing = {key for key in {*outputs, *state} - {"etag"} if outputs.get(key) != state.get(key)}
        after = stored(flowservice_emulator, connection_id)
        assert (differing, outputs.get(name), inputs.get(name)) == ({name}, seen, seen)
        assert len(flowservice_emulator.log("PATCH")) == 1
        assert all(after.get(key) == before.get(key) for key in ("name", "description", "auth"))
        assert {**repaired, "etag": ""} == {**state, "etag": ""}
        assert [text.partition("in sandbox 'dev': ")[2].partition(" too")[0] for text in process.warnings] == [
            "its password may have been changed"
        ]

    @pytest.mark.parametrize("change", [{}, {"description": "x"}, {"params": {"orgId": "x"}}, {"state": "disabled"}])
    def test_what_is_not_managed_is_no_drift(
        self, flowservice_emulator: Emulator, process: Process, change: dict[str, Any]
    ) -> None:
        """A new etag alone, a description, a param or a state that the program leaves out: nothing to show or do."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, **change)

        outputs, inputs = refresh(process, connection_id, state)

        assert (outputs, inputs) == (state, INPUTS)
        assert not process.lifecycle.diff(connection_id, outputs, INPUTS).changes

    def test_a_foreign_credential_change_is_told(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Etag moved, visible fields equal: who and when, at each refresh, until the password is sent again."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, by="ann@example.com", params={"password": "theirs"})

        once, _ = refresh(process, connection_id, state)
        twice, _ = refresh(Process(flowservice_emulator), connection_id, once)
        [warning] = process.warnings
        resent = process.up(connection_id, twice, given({"credentialsVersion": 1}))
        refresh(process, connection_id, resent)

        assert "its credentials may have been changed by ann@example.com at 20" in warning
        assert "change `credentials_version`" in warning
        assert (once, twice) == (state, state)
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "correct-horse"
        assert process.warnings[1:] == []

    def test_a_doubt_is_told_until_the_password_is_sent(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A repaired description does not repair a password that somebody changed with it."""
        connection_id, state = process.create(description="Orders")
        program = given({"description": "Orders"})
        flowservice_emulator.change_connection(connection_id, description="theirs", params={"password": "theirs"})
        seen, _ = refresh(process, connection_id, state)
        repaired = process.up(connection_id, seen, program)

        later = Process(flowservice_emulator)
        again, _ = refresh(later, connection_id, repaired)
        sent = later.up(connection_id, again, {**program, "credentialsVersion": 2})
        refresh(later, connection_id, sent)

        [warning] = later.warnings
        assert "its password is in doubt since somebody else changed the connection" in warning
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "correct-horse"

    def test_our_own_interrupted_write_is_told_once(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A killed run may have sent a password that the state does not know."""
        connection_id, state = process.create()
        process.up(connection_id, state, given({"password": "battery-staple"}))

        outputs, _ = refresh(process, connection_id, state)
        refresh(process, connection_id, outputs)

        [warning] = process.warnings
        assert "with this stack's own credentials (a rotation that was put back, " in warning
        assert outputs["etag"] == stored(flowservice_emulator, connection_id)["etag"]

    def test_initializing_is_no_drift(self, flowservice_emulator: Emulator, process: Process) -> None:
        """An etag that appears when the connection is ready is nothing to show."""
        flowservice_emulator.settings(initializing_seconds=5)
        connection_id, state = process.create(connectionTest="off")
        first, _ = refresh(process, connection_id, state)
        flowservice_emulator.advance(10)

        second, _ = refresh(Process(flowservice_emulator), connection_id, state)

        assert first == second == state

    def test_params_that_are_not_shown_stay(self, flowservice_emulator: Emulator, process: Process) -> None:
        """ "A partial view of the credentials": a required param that is left out there is no drift."""
        connection_id, state = process.create()
        shown = flowservice_emulator.request("GET", f"/connections/{connection_id}").json
        del shown["items"][0]["auth"]["params"]["username"]
        flowservice_emulator.fault("GET", "/connections/*", kind="status", status=200, json=shown)

        outputs, _ = refresh(process, connection_id, state)

        assert outputs == state

    def test_get_reads_what_nobody_manages(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Everything but the password, from the id and the sandbox alone."""
        flowservice_emulator.settings(secrets="plain")
        connection_id, state = process.create()

        outputs, _ = refresh(process, connection_id, {"sandbox": "dev", "name": None, "password": None})

        assert outputs == {name: value for name, value in state.items() if name != "password"}
