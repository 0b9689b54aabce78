"""Rotating the password, and what the database says to it."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.lifecycle import INPUTS, Process, error_of, given, stored

pytestmark = pytest.mark.usefixtures("passing")

ROTATED = {"password": "battery-staple"}


def rotate_elsewhere(emulator: Emulator, connection_id: str, client: str = "another") -> None:
    """Another client changes the password, by a whole map of params, which every API takes."""
    current = stored(emulator, connection_id)
    params = {**current["auth"]["params"], "password": "their-rotation"}
    operations = [{"op": "replace", "path": "/auth/params", "value": params}]
    etag = current["etag"]
    path = f"/connections/{connection_id}"
    answer = emulator.request("PATCH", path, operations, client=client, headers={"if-match": etag})
    assert answer.status == 200


class TestRotation:
    """The password changes, and the database has a say."""

    def refused(self, process: Process, emulator: Emulator, connection_id: str, state: Properties) -> str:
        """Rotate while the database refuses; the error's text."""
        emulator.settings(connection_test="fail")
        error = error_of(lambda: process.up(connection_id, state, given(ROTATED)))
        assert error.code in (Code.CHANGE_UNDONE, Code.CHANGE_NOT_UNDONE)
        assert "battery-staple" not in str(error)
        return str(error)

    def test_a_refused_rotation_is_put_back(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Flows go on with the credentials they had, and the error says so; every later attempt does the same."""
        connection_id, state = process.create()

        for attempt in (process, Process(flowservice_emulator), Process(flowservice_emulator)):
            text = self.refused(attempt, flowservice_emulator, connection_id, state)

            assert "refused the new credentials" in text
            assert "were put back" in text
            assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "correct-horse"

    def test_the_next_up_tries_again(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Once the database accepts the new password, the same program succeeds."""
        connection_id, state = process.create()
        self.refused(process, flowservice_emulator, connection_id, state)
        flowservice_emulator.settings(connection_test="pass")

        after = process.up(connection_id, state, given(ROTATED))

        connection = stored(flowservice_emulator, connection_id)
        assert connection["auth"]["params"]["password"] == "battery-staple"
        assert after["etag"] == connection["etag"]

    @pytest.mark.reading(single_params=True)
    @pytest.mark.parametrize("fault", ["lost_answer", "reset"])
    def test_a_lost_answer_to_the_undo_is_recognised(
        self, flowservice_emulator: Emulator, process: Process, fault: str
    ) -> None:
        """The undo was applied though its answer was lost: it is not called a foreign change."""
        connection_id, state = process.create()
        flowservice_emulator.fault("PATCH", "/connections/*", kind=fault, skip=1)

        text = self.refused(process, flowservice_emulator, connection_id, state)

        assert "the previous ones were put back" in text
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "correct-horse"

    def test_other_params_are_put_back_too(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Optional ones that were added go, ones that were removed come back; the description stays out of it."""
        connection_id, state = process.create()
        flowservice_emulator.settings(connection_test="fail")
        news = given({"port": None, "schema": "public", "server": "other.example.com"})

        error_of(lambda: process.up(connection_id, state, news))

        assert stored(flowservice_emulator, connection_id)["auth"]["params"] == {
            "server": "redshift.example.com",
            "port": "5439",
            "database": "dev",
            "username": "loader",
            "password": "correct-horse",
        }

    @pytest.mark.reading(single_params=True)
    def test_what_holds_no_secret_is_put_back_also_after_somebody_elses_write(
        self, flowservice_emulator: Emulator, process: Process
    ) -> None:
        """A refused server is the server of before again, and the password is still theirs."""
        connection_id, state = process.create()
        rotate_elsewhere(flowservice_emulator, connection_id)
        flowservice_emulator.settings(connection_test="fail")

        error = error_of(lambda: process.up(connection_id, state, given({"server": "other.example.com"})))

        params = stored(flowservice_emulator, connection_id)["auth"]["params"]
        assert "the previous ones were put back" in str(error)
        assert (params["server"], params["password"]) == ("redshift.example.com", "their-rotation")

    def test_a_password_sent_over_theirs_is_told(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The rotation goes on, as the declared password is the wanted one; who had written is named."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, by="ann@example.com", params={"password": "theirs"})

        process.up(connection_id, state, given(ROTATED))

        [warning] = process.warnings
        assert warning.startswith(f"{Code.SENT_OVER_THEIRS}: ")
        assert "if the other change (ann@example.com at 20" in warning

    def test_a_foreign_rotation_before_ours_is_not_undone_by_an_old_password(
        self, flowservice_emulator: Emulator, process: Process
    ) -> None:
        """Somebody rotated after the state was written: what came before ours is not ours to know, and that is said."""
        connection_id, state = process.create()
        rotate_elsewhere(flowservice_emulator, connection_id)

        text = self.refused(process, flowservice_emulator, connection_id, state)

        assert "they are still at the server: somebody changed the connection after the state was written" in text
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "battery-staple"

    def test_a_foreign_rotation_during_ours_is_not_overwritten(
        self, flowservice_emulator: Emulator, process: Process
    ) -> None:
        """Somebody rotates between our PATCH and the undo: theirs stays."""
        connection_id, state = process.create()
        flowservice_emulator.settings(connection_test="fail")
        flowservice_emulator.fault("GET", "/connections/*/test", kind="status", status=503)
        process.steps.meanwhile = lambda: rotate_elsewhere(flowservice_emulator, connection_id)

        error = error_of(lambda: process.up(connection_id, state, given(ROTATED)))

        assert "the previous ones were not put back, because somebody else changed the connection in the" in str(error)
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "their-rotation"

    @pytest.mark.reading(single_params=True)
    def test_a_change_of_other_params_puts_no_password_back(
        self, flowservice_emulator: Emulator, process: Process
    ) -> None:
        """A refused server is put back by itself; the password was not sent and is not sent."""
        connection_id, state = process.create()
        rotate_elsewhere(flowservice_emulator, connection_id)
        flowservice_emulator.settings(connection_test="fail")

        error_of(lambda: process.up(connection_id, state, given({"server": "other.example.com"})))

        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "their-rotation"

    @pytest.mark.reading(single_params=True)
    def test_an_undo_that_fails_says_so(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The new credentials are still there: the error does not pretend otherwise."""
        connection_id, state = process.create()
        flowservice_emulator.fault("PATCH", "/connections/*", kind="status", status=500, times=None, skip=1)

        text = self.refused(process, flowservice_emulator, connection_id, state)

        assert "whether the previous ones were put back is unknown (the API answered 500" in text
        assert "run `pulumi up --refresh`" in text

    def test_no_verdict_undoes_nothing(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A test that cannot be made is no refusal: a warning, and the rotation stands."""
        connection_id, state = process.create()
        flowservice_emulator.settings(connection_test="unavailable")

        after = process.up(connection_id, state, given(ROTATED))

        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "battery-staple"
        assert after["password"] == "battery-staple"
        assert "gave no result" in process.warnings[0]

    @pytest.mark.parametrize(("policy", "warnings"), [("warn", 1), ("off", 0)])
    def test_other_policies_keep_the_rotation(
        self, flowservice_emulator: Emulator, process: Process, policy: str, warnings: int
    ) -> None:
        """`warn` says what the database said, `off` does not ask."""
        connection_id, state = process.create(connectionTest=policy)
        flowservice_emulator.settings(connection_test="fail")

        process.up(connection_id, state, given({**ROTATED, "connectionTest": policy}))

        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "battery-staple"
        assert len(process.warnings) == warnings


class TestWhatIsBlamed:
    """A refused test names what was changed, and what the next run should do."""

    @pytest.mark.reading(single_params=True)
    @pytest.mark.parametrize("native", [False, True])
    def test_a_new_server_is_not_the_credentials(self, flowservice_emulator: Emulator, native: bool) -> None:
        """It says which param is new, and that the password was not sent."""
        process = Process(flowservice_emulator, native=native)
        connection_id, state = process.create()
        flowservice_emulator.settings(connection_test="fail")

        text = str(error_of(lambda: process.up(connection_id, state, given({"server": "new.example.com", "port": 1}))))

        assert "refused the login with the new `server`, `port` (`password` was not sent" in text
        assert "the previous ones were put back" in text
        assert "new credentials" not in text
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["server"] == INPUTS["server"]

    @pytest.mark.reading(single_params=True)
    @pytest.mark.parametrize("native", [False, True])
    def test_a_user_whose_password_somebody_else_set(self, flowservice_emulator: Emulator, native: bool) -> None:
        """Both changed in the UI, then `up --refresh`: who did it, and the way out, which works."""
        process = Process(flowservice_emulator, native=native)
        connection_id, state = process.create()
        params = {"username": "theirs", "password": "their-rotation"}
        flowservice_emulator.change_connection(connection_id, by="ann@example.com", params=params)
        found = process.lifecycle.read(connection_id, state)
        assert found is not None
        flowservice_emulator.settings(connection_test="fail")

        text = str(error_of(lambda: process.up(connection_id, found[0], INPUTS)))
        flowservice_emulator.settings(connection_test="pass")
        process.up(connection_id, found[0], given({"credentialsVersion": 2}))

        assert "refused the login with the new `username` (`password` was not sent" in text
        assert "if ann@example.com at " in text
        assert "change `credentials_version` (in YAML and TypeScript `credentialsVersion`), and the next" in text
        kept = stored(flowservice_emulator, connection_id)["auth"]["params"]
        assert (kept["username"], kept["password"]) == (INPUTS["username"], INPUTS["password"])


class TestAfterAnUndo:
    """A change that was refused and undone leaves no alarm that nobody explained."""

    @pytest.mark.reading(single_params=True)
    def test_native_records_the_version_after_it(self, flowservice_emulator: Emulator) -> None:
        """So the next refresh sees no write that it does not know."""
        process = Process(flowservice_emulator, native=True)
        connection_id, state = process.create()
        flowservice_emulator.settings(connection_test="fail")

        error: Any = error_of(lambda: process.up(connection_id, state, given(ROTATED)))
        refreshed = process.lifecycle.read(connection_id, dict(error.left.outputs))

        assert (error.code, error.left.id) == (Code.CHANGE_UNDONE, connection_id)
        assert error.left.outputs == {**state, "etag": stored(flowservice_emulator, connection_id)["etag"]}
        assert refreshed is not None
        assert "credentialsInDoubt" not in refreshed[0]
        assert process.warnings == []
        assert "the next `pulumi up` shows one update that sends nothing" in str(error)

    @pytest.mark.reading(single_params=True)
    def test_dynamic_says_what_clears_it(self, flowservice_emulator: Emulator) -> None:
        """The engine keeps the old state of a failed update, so the undo looks like an interrupted run."""
        process = Process(flowservice_emulator, native=False)
        connection_id, state = process.create()
        flowservice_emulator.settings(connection_test="fail")

        error = error_of(lambda: process.up(connection_id, state, given(ROTATED)))
        refreshed = process.lifecycle.read(connection_id, state)

        assert "a refresh takes this undo for an interrupted run; `pulumi up --refresh` ends that" in str(error)
        assert refreshed is not None
        assert "a run that was interrupted or undone" in process.warnings[0]
        flowservice_emulator.settings(connection_test="pass")
        after = process.up(connection_id, refreshed[0], INPUTS)
        assert "credentialsInDoubt" not in after
