"""Reading, drift, deletion and adoption, over HTTP."""

from __future__ import annotations

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.properties import UNKNOWN, Properties

from tests.lifecycle.test_patches import VALID
from tests.support.lifecycle import INPUTS, Process, error_of, given, requests

pytestmark = pytest.mark.usefixtures("passing")

READ_BACK = ["omitted", "masked", "encrypted", "plain"]


def refresh(process: Process, connection_id: str, state: Properties) -> tuple[Properties, Properties]:
    """What a refresh puts into the state: outputs and inputs."""
    found = process.lifecycle.read(connection_id, state)
    assert found is not None
    return found


class TestDelete:
    """Gone is success, in use is an error that helps."""

    @pytest.mark.parametrize("status", [202, 204])
    def test_one_request(self, flowservice_emulator: Emulator, process: Process, status: int) -> None:
        """Either documented answer is a yes."""
        flowservice_emulator.settings(delete_status=status)
        connection_id, state = process.create()
        flowservice_emulator.clear_log()

        process.lifecycle.delete(connection_id, state)

        assert requests(flowservice_emulator) == ["DELETE /connections/*"]
        assert flowservice_emulator.connections() == []

    @pytest.mark.parametrize("fault", ["lost_answer", "reset"])
    def test_a_lost_answer_is_success(self, flowservice_emulator: Emulator, process: Process, fault: str) -> None:
        """The repeated request finds nothing to delete, or deletes it."""
        connection_id, state = process.create()
        flowservice_emulator.fault("DELETE", "/connections/*", kind=fault)

        process.lifecycle.delete(connection_id, state)

        assert flowservice_emulator.connections() == []

    def test_in_use_names_the_flows(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The flows of this connection, no others, and both ways on."""
        connection_id, state = process.create()
        other_id, _ = process.create(name="other")
        flow_id = flowservice_emulator.use_connection(connection_id, "Orders to profiles")
        flowservice_emulator.use_connection(other_id, "Something else")

        error = error_of(lambda: process.lifecycle.delete(connection_id, state))

        assert error.code == Code.IN_USE
        assert f"in use by 'Orders to profiles' ({flow_id}), so nothing was deleted" in str(error)
        assert "Something else" not in str(error)
        assert "pulumi state delete" in str(error)
        assert len(flowservice_emulator.connections()) == 2

    def test_in_use_by_flows_that_cannot_be_listed(self, flowservice_emulator: Emulator, process: Process) -> None:
        """That the look for names fails does not hide why the deletion failed."""
        connection_id, state = process.create()
        flowservice_emulator.use_connection(connection_id)
        flowservice_emulator.fault("GET", "/sourceConnections", kind="status", status=403, times=None)

        error = error_of(lambda: process.lifecycle.delete(connection_id, state))

        assert error.code == Code.IN_USE
        assert "flows that these API credentials cannot see" in str(error)

    def test_initializing_is_waited_for(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The deletion is asked for again until the API allows it."""
        flowservice_emulator.settings(initializing_seconds=60)
        connection_id, state = process.create(connectionTest="off")

        process.lifecycle.delete(connection_id, state)

        assert process.steps.passed() >= 60
        assert flowservice_emulator.connections() == []

    def test_initializing_without_end_is_an_error(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The wait ends with the operation's deadline."""
        flowservice_emulator.settings(initializing_seconds=10_000)
        connection_id, state = process.create(connectionTest="off")

        error = error_of(lambda: process.lifecycle.delete(connection_id, state))

        assert "1417-400" in str(error)
        assert process.steps.slept <= 600


class TestDiff:
    """Pure: no request, no credentials."""

    def test_no_credentials_no_request(self, flowservice_emulator: Emulator) -> None:
        """A preview works without credentials; a request says what is missing, all at once."""
        process = Process(flowservice_emulator, FLOWSERVICE_CLIENT_ID="", FLOWSERVICE_IMS_ORG="")

        inputs, problems = process.lifecycle.check({}, INPUTS)
        diff = process.lifecycle.diff("an-id", {**INPUTS, "etag": "x"}, given({"name": "y"}))
        error = error_of(process.create)

        assert (inputs, problems, diff.changes) == (INPUTS, [], True)
        assert error.code == Code.SETTINGS
        # The dynamic provider has its settings here from the environment, the native one from its configuration.
        missing = "flowservice:clientId" if process.is_native else "FLOWSERVICE_CLIENT_ID"
        assert f"{missing} is not" in str(error)
        assert "no organization: set flowservice:imsOrg" in str(error)
        assert flowservice_emulator.log() == []

    @pytest.mark.parametrize(
        ("changes", "changed", "replaces"),
        [
            ({}, False, []),
            ({"connectionTest": "warn"}, False, []),
            ({"adopt": "an-id"}, False, []),
            ({"credentialsVersion": 1}, True, []),
            ({"password": "other"}, True, []),
            ({"server": UNKNOWN}, True, []),
            ({"sandbox": "stage"}, True, ["sandbox"]),
        ],
        ids=str,
    )
    def test_only_the_sandbox_replaces(
        self, process: Process, changes: Properties, changed: bool, replaces: list[str]
    ) -> None:
        """Everything else changes in place, or is nothing to change."""
        diff = process.lifecycle.diff("an-id", {**INPUTS, "etag": "x", "imsOrg": "EMULATOR@AdobeOrg"}, given(changes))

        assert (diff.changes, diff.replaces) == (changed, replaces)


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_any(inputs=VALID)
def test_create_read_diff_is_empty(flowservice_emulator: Emulator, inputs: Properties) -> None:
    """Unicode, quotes, leading zeros, very long values, passwords that look like patches: nothing ever drifts."""
    process = Process(flowservice_emulator)
    flowservice_emulator.settings(secrets=READ_BACK[len(inputs["name"]) % 4])

    connection_id, state = process.lifecycle.create(inputs)
    outputs, read = refresh(process, connection_id, state)
    flowservice_emulator.delete_connection(connection_id)

    assert (outputs, read) == ({**state, "state": "enabled"}, inputs)
    assert not process.lifecycle.diff(connection_id, outputs, inputs).changes


def test_bulk_reads_and_single_reads_agree(flowservice_emulator: Emulator) -> None:
    """A refresh of many connections takes fewer reads than there are connections, and finds the same."""
    maker = Process(flowservice_emulator)
    made = [maker.create(name=f"orders-{number}", connectionTest="off") for number in range(30)]
    flowservice_emulator.advance(1)
    flowservice_emulator.delete_connection(made[7][0])
    flowservice_emulator.change_connection(made[9][0], params={"database": "by hand"})
    flowservice_emulator.clear_log()
    process = Process(flowservice_emulator)

    found = [process.lifecycle.read(connection_id, state) for connection_id, state in made]

    assert found[7] is None
    assert [each and each[0]["database"] for each in found] == ["dev"] * 7 + [None, "dev", "by hand"] + ["dev"] * 20
    assert len(flowservice_emulator.log()) <= 30
