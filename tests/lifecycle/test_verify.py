"""What follows the connection test of a new connection."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code

from tests.support.lifecycle import INPUTS, Process, error_of, requests, stored
from tools.local_database import LocalDatabase

pytestmark = pytest.mark.usefixtures("passing")


class TestConnectionTest:
    """What follows the connection test of a new connection."""

    def test_fail_leaves_nothing(self, flowservice_emulator: Emulator) -> None:
        """Refused: the connection is removed, and the error names it and no value of its inputs."""
        flowservice_emulator.settings(connection_test="fail")

        # The native provider knows which inputs are secret, and names the others.
        error = error_of(Process(flowservice_emulator, native=False).create)

        assert error.code == Code.CREATION_UNDONE
        assert flowservice_emulator.connections() == []
        assert "the database refused the connection's credentials; no connection was left behind" in str(error)
        assert not any(str(INPUTS[name]) in str(error) for name in ("server", "username", "password"))

    def test_warn_keeps_it_and_says_so(self, flowservice_emulator: Emulator) -> None:
        """The user sees which connection does not work."""
        flowservice_emulator.settings(connection_test="fail")
        process = Process(flowservice_emulator)

        made, _ = process.create(connectionTest="warn")

        [warning] = process.warnings
        assert made in warning
        assert not any(str(INPUTS[name]) in warning for name in ("server", "username", "password"))
        assert len(flowservice_emulator.connections()) == 1

    def test_off_does_not_ask(self, flowservice_emulator: Emulator) -> None:
        """No test, no request for one; the setting for all connections counts where a connection has none."""
        flowservice_emulator.settings(connection_test="fail")
        process = Process(flowservice_emulator, FLOWSERVICE_CONNECTION_TEST="off")

        process.create()

        assert requests(flowservice_emulator)[1:] == ["GET /connections", "POST /connections"]

    @pytest.mark.parametrize("native", [False, True])
    def test_an_undo_that_fails_names_what_is_left(self, flowservice_emulator: Emulator, native: bool) -> None:
        """The id, and what to do about it: only the native provider's state has it."""
        flowservice_emulator.settings(connection_test="fail")
        flowservice_emulator.fault("DELETE", "/connections/*", times=None, kind="status", status=500)

        error = error_of(Process(flowservice_emulator, native=native).create)

        [left] = flowservice_emulator.connections()
        assert f"could not be removed: {left['id']} may still exist (the API answered 500" in str(error)
        assert (f'Delete it in the UI, or take it over with adopt="{left["id"]}"' in str(error)) is not native
        assert ("The state has it. Correct the credentials and run `pulumi up`" in str(error)) is native

    @pytest.mark.parametrize(
        "fault",
        [
            {"kind": "status", "status": 503},
            {"kind": "status", "status": 500, "body": "html"},
            {"kind": "reset"},
            {"kind": "wrong_types"},
            {"kind": "status", "status": 404, "json": {"errorMessage": "connections not found with id = [x]"}},
        ],
        ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}",
    )
    def test_no_verdict_undoes_nothing(self, flowservice_emulator: Emulator, fault: dict[str, Any]) -> None:
        """A test that does not answer is no "no": a warning with the id, and the connection is kept and known."""
        flowservice_emulator.fault("GET", "/connections/*/test", times=None, **fault)
        process = Process(flowservice_emulator)

        made, _ = process.create()

        [warning] = process.warnings
        assert "gave no result" in warning
        assert made in warning
        assert [connection["id"] for connection in flowservice_emulator.connections()] == [made]

    def test_initializing_is_waited_for(self, flowservice_emulator: Emulator, database: LocalDatabase) -> None:
        """A "no" while the connection is initializing is asked again; the etag is there in the end."""
        flowservice_emulator.settings(initializing_seconds=88, connection_test="real")
        process = Process(flowservice_emulator)

        made, outputs = process.create(server=database.host, port=database.port, password=database.password)

        assert stored(flowservice_emulator, made)["etag"] == outputs["etag"]
        assert process.steps.passed() >= 88
        assert process.warnings == []

    def test_initializing_is_not_waited_for_without_a_test(self, flowservice_emulator: Emulator) -> None:
        """Four threads serve all connections: nobody waits for what nobody needs yet."""
        flowservice_emulator.settings(initializing_seconds=88)
        process = Process(flowservice_emulator)

        _, outputs = process.create(connectionTest="off")

        assert process.steps.slept == 0
        assert "etag" not in outputs

    def test_initializing_without_end_is_no_verdict(self, flowservice_emulator: Emulator) -> None:
        """The wait ends with the operation's deadline: a warning, and the connection is kept."""
        flowservice_emulator.settings(initializing_seconds=10_000, connection_test="real")
        process = Process(flowservice_emulator)

        made, _ = process.create()

        assert "still initializing" in process.warnings[0]
        assert process.steps.slept <= 600
        assert len(flowservice_emulator.connections()) == 1
        assert made

    def test_refused_while_initializing_is_removed_when_that_is_over(self, flowservice_emulator: Emulator) -> None:
        """The undo waits until the API allows it."""
        flowservice_emulator.settings(initializing_seconds=30, connection_test="fail")

        error = error_of(Process(flowservice_emulator).create)

        assert "no connection was left behind" in str(error)
        assert flowservice_emulator.connections() == []
