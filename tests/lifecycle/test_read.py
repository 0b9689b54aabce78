"""Reading: the truth about what is there, and no word about passwords."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.lifecycle import INPUTS, Process, given, stored

pytestmark = pytest.mark.usefixtures("passing")

READ_BACK = ["omitted", "masked", "encrypted", "plain"]


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

        assert outputs == {**state, "state": "enabled"}
        assert inputs == given({"description": "Orders", "schema": "public"})
        assert not process.lifecycle.diff(connection_id, outputs, inputs).changes
        assert len(flowservice_emulator.log()) == 1
        assert process.warnings == []

    @pytest.mark.reading(single_params=True)
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

        differing = {key for key in {*outputs, *state} - {"etag", "state"} if outputs.get(key) != state.get(key)}
        after = stored(flowservice_emulator, connection_id)
        assert (differing, outputs.get(name), inputs.get(name)) == ({name}, seen, seen)
        assert len(flowservice_emulator.log("PATCH")) == 1
        assert all(after.get(key) == before.get(key) for key in ("name", "description", "auth"))
        assert {**repaired, "etag": ""} == {**state, "etag": "", "state": "enabled"}
        assert [text.partition(":")[0] for text in process.warnings] == [Code.FOREIGN_CHANGE]

    @pytest.mark.parametrize("change", [{}, {"description": "x"}, {"params": {"orgId": "x"}}, {"state": "disabled"}])
    def test_what_is_not_managed_is_no_drift(
        self, flowservice_emulator: Emulator, process: Process, change: dict[str, Any]
    ) -> None:
        """A new etag alone, a description, a param or a state that the program leaves out: nothing to do."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, **change)

        outputs, inputs = refresh(process, connection_id, state)

        assert inputs == INPUTS
        assert {name: outputs[name] for name in INPUTS} == INPUTS
        assert not process.lifecycle.diff(connection_id, outputs, INPUTS).changes

    @pytest.mark.parametrize("known", [{}, {"state": "initializing"}, {"state": "enabled"}])
    def test_being_disabled_explains_a_foreign_write(
        self, flowservice_emulator: Emulator, process: Process, known: dict[str, str]
    ) -> None:
        """Also before the first refresh, where the state does not say yet that it was enabled: told once, no doubt."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, state="disabled")

        outputs, _ = refresh(process, connection_id, {**state, **known})
        refresh(process, connection_id, outputs)

        assert outputs["state"] == "disabled"
        assert "credentialsInDoubt" not in outputs
        assert [text.partition(":")[0] for text in process.warnings] == [Code.FOREIGN_CHANGE]

    def test_a_foreign_credential_change_is_told(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Etag moved, visible fields equal: who and when, at each refresh, until the password is sent again."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, by="ann@example.com", params={"password": "theirs"})

        once, _ = refresh(process, connection_id, state)
        twice, _ = refresh(Process(flowservice_emulator), connection_id, once)
        [warning] = process.warnings
        resent = process.up(connection_id, twice, given({"credentialsVersion": 1}))
        refresh(process, connection_id, resent)

        assert warning.startswith(f"{Code.DOUBT_FOREIGN}: ")
        assert "somebody else changed the connection (last change by ann@example.com at 20" in warning
        assert "change `credentials_version`" in warning
        assert once == twice
        assert once["credentialsInDoubt"] == "foreign"
        assert not process.lifecycle.diff(connection_id, once, INPUTS).changes
        assert "credentialsInDoubt" not in resent
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "correct-horse"
        assert process.warnings[1:] == []

    def test_a_foreign_change_that_is_seen_is_told_once(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A change of the description explains the new etag: it is repaired, and no doubt stays behind it."""
        connection_id, state = process.create(description="Orders")
        program = given({"description": "Orders"})
        flowservice_emulator.change_connection(connection_id, description="theirs", params={"password": "theirs"})
        seen, _ = refresh(process, connection_id, state)
        repaired = process.up(connection_id, seen, program)

        later = Process(flowservice_emulator)
        again, _ = refresh(later, connection_id, repaired)

        assert [warning.partition(":")[0] for warning in process.warnings] == [Code.FOREIGN_CHANGE]
        assert "may have changed the credentials too (last change by someone@example.com" in process.warnings[0]
        assert later.warnings == []
        assert "credentialsInDoubt" not in again

    def test_an_interrupted_rotation_is_told_until_the_password_is_sent(
        self, flowservice_emulator: Emulator, process: Process
    ) -> None:
        """A killed run sent a password that the state does not know: the next `up --refresh` sends the program's."""
        connection_id, state = process.create()
        Process(flowservice_emulator).up(connection_id, state, given({"password": "battery-staple"}))

        once, inputs = refresh(process, connection_id, state)
        twice, _ = refresh(process, connection_id, once)
        resolved = process.up(connection_id, twice, inputs)
        after, _ = refresh(process, connection_id, resolved)

        assert once["credentialsInDoubt"] == twice["credentialsInDoubt"] == "interrupted"
        assert [warning.partition(":")[0] for warning in process.warnings] == [Code.DOUBT_INTERRUPTED] * 2
        assert process.lifecycle.diff(connection_id, twice, inputs).changes
        assert "credentialsInDoubt" not in {**resolved, **after}
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "correct-horse"

    def test_without_a_managed_password_there_is_no_doubt(
        self, flowservice_emulator: Emulator, process: Process
    ) -> None:
        """An adopted connection whose password was left out: somebody else's rotation is none of ours."""
        connection_id, _ = Process(flowservice_emulator).create()
        _, state = process.create(adopt=connection_id, password=None)
        flowservice_emulator.change_connection(connection_id, params={"password": "theirs"})

        outputs, _ = refresh(process, connection_id, state)

        assert "credentialsInDoubt" not in outputs
        assert process.warnings == []

    def test_initializing_is_no_drift(self, flowservice_emulator: Emulator, process: Process) -> None:
        """An etag that appears when the connection is ready is nothing to show."""
        flowservice_emulator.settings(initializing_seconds=5)
        connection_id, state = process.create(connectionTest="off")
        first, _ = refresh(process, connection_id, state)
        flowservice_emulator.advance(10)

        second, _ = refresh(Process(flowservice_emulator), connection_id, state)

        assert first == {**state, "state": "initializing"}
        assert second == {**state, "state": "enabled", "etag": stored(flowservice_emulator, connection_id)["etag"]}

    def test_params_that_are_not_shown_stay(self, flowservice_emulator: Emulator, process: Process) -> None:
        """ "A partial view of the credentials": a required param that is left out there is no drift."""
        connection_id, state = process.create()
        shown = flowservice_emulator.request("GET", f"/connections/{connection_id}").json
        del shown["items"][0]["auth"]["params"]["username"]
        flowservice_emulator.fault("GET", "/connections/*", kind="status", status=200, json=shown)

        outputs, _ = refresh(process, connection_id, state)

        assert outputs == {**state, "state": "enabled"}

    def test_optional_params_that_are_not_shown_either_stay(
        self, flowservice_emulator: Emulator, process: Process
    ) -> None:
        """A view that lacks a required param is partial: an optional one that is missing with it was not removed."""
        connection_id, state = process.create(schema="public")
        shown = flowservice_emulator.request("GET", f"/connections/{connection_id}").json
        for name in ("username", "schema", "port"):
            del shown["items"][0]["auth"]["params"][name]
        flowservice_emulator.fault("GET", "/connections/*", kind="status", status=200, json=shown)

        outputs, _ = refresh(process, connection_id, state)

        assert outputs == {**state, "state": "enabled"}

    def test_get_reads_what_nobody_manages(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Everything but the password, from the id and the sandbox alone."""
        flowservice_emulator.settings(secrets="plain")
        connection_id, state = process.create()

        outputs, _ = refresh(process, connection_id, {"sandbox": "dev", "name": None, "password": None})

        assert outputs == {**{name: value for name, value in state.items() if name != "password"}, "state": "enabled"}
