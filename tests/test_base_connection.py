"""Reading, drift, deletion and adoption, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from pulumi_flowservice.connection_type import UNKNOWN, Properties
from pulumi_flowservice.errors import AnswerError, FlowServiceError, InUseError, OwnershipError, SettingsError

from tests.lifecycle import INPUTS, Process, error_of, given, requests, stored
from tests.test_changes import VALID

READ_BACK = ["omitted", "masked", "encrypted", "plain"]


@pytest.fixture(autouse=True)
def passing(flowservice_emulator: Emulator) -> None:
    """The database lets everybody in, unless a test says otherwise."""
    flowservice_emulator.settings(connection_test="pass")


@pytest.fixture
def process(flowservice_emulator: Emulator) -> Process:
    """A provider process."""
    return Process(flowservice_emulator)


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
        assert process.warnings == []

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

    def test_our_own_interrupted_write_is_told_once(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A killed run may have sent a password that the state does not know."""
        connection_id, state = process.create()
        process.up(connection_id, state, given({"password": "battery-staple"}))

        outputs, _ = refresh(process, connection_id, state)
        refresh(process, connection_id, outputs)

        [warning] = process.warnings
        assert "with this stack's own credentials (an interrupted run, or another stack)" in warning
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


class TestGone:
    """Only this connection's own absence means that it is gone."""

    @pytest.mark.parametrize("not_found", ["404", "1439-400"])
    def test_gone(self, flowservice_emulator: Emulator, process: Process, not_found: str) -> None:
        """Read says so, and a delete has nothing left to do."""
        flowservice_emulator.settings(not_found=not_found)
        connection_id, state = process.create()
        flowservice_emulator.delete_connection(connection_id)

        assert process.lifecycle.read(connection_id, state) is None
        process.lifecycle.delete(connection_id, state)

    @pytest.mark.parametrize(
        "fault",
        [
            {"status": 404},
            {"status": 404, "body": "html"},
            {"status": 404, "body": "empty"},
            {"status": 404, "json": {"error_code": "404000", "message": "The requested resource is not found"}},
            {"status": 404, "json": {"type": "x/2100-404", "title": "The sandbox was not found", "status": 404}},
            {"status": 404, "json": {"errorMessage": "sandbox not found with name = [dev]"}},
            {"status": 400, "json": {"type": "x/1439-400", "title": "The requested flows resource is not found"}},
            {"status": 400, "json": {"type": "x/1413-400", "title": "connection spec is not found"}},
            {"status": 200, "json": {"items": []}},
            {"status": 200, "json": {}},
            {"status": 200, "body": "html"},
            {"status": 403},
            {"status": 500},
            {"status": 307},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_not_gone(
        self, flowservice_emulator: Emulator, process: Process, fault: dict[str, Any], method: str
    ) -> None:
        """A gateway, a proxy, a sandbox, an empty list: an error, so the state stays."""
        if method == "DELETE" and fault["status"] == 200:
            return
        connection_id, state = process.create()
        flowservice_emulator.fault(method, "/connections/*", kind="status", times=None, **fault)
        act = process.lifecycle.read if method == "GET" else process.lifecycle.delete

        error = error_of(lambda: act(connection_id, state))

        assert isinstance(error, FlowServiceError)
        assert len(flowservice_emulator.connections()) == 1

    @pytest.mark.parametrize("verb", ["read", "delete", "update"])
    def test_an_unknown_sandbox(self, flowservice_emulator: Emulator, process: Process, verb: str) -> None:
        """The API's 404 for a sandbox is an error that says what to check."""
        connection_id, state = process.create()
        lost = {**state, "sandbox": "nowhere"}
        acts: dict[str, Any] = {
            "read": lambda: process.lifecycle.read(connection_id, lost),
            "delete": lambda: process.lifecycle.delete(connection_id, lost),
            "update": lambda: process.lifecycle.update(connection_id, lost, {**lost, "name": "x"}),
        }

        error = error_of(acts[verb])

        assert isinstance(error, AnswerError)
        assert "in sandbox 'nowhere'" in str(error)
        assert "Check that the sandbox exists" in str(error)

    def test_another_organization(self, flowservice_emulator: Emulator, process: Process) -> None:
        """With another organization configured, every method stops before it asks anybody."""
        connection_id, state = process.create()
        flowservice_emulator.clear_log()
        other = Process(flowservice_emulator, FLOWSERVICE_IMS_ORG="OTHER@AdobeOrg").lifecycle

        errors = [
            error_of(lambda: other.diff(connection_id, state, INPUTS)),
            error_of(lambda: other.read(connection_id, state)),
            error_of(lambda: other.update(connection_id, state, given({"name": "x"}))),
            error_of(lambda: other.delete(connection_id, state)),
        ]

        assert all(isinstance(error, OwnershipError) for error in errors)
        assert all("EMULATOR@AdobeOrg, and OTHER@AdobeOrg is configured" in str(error) for error in errors)
        assert flowservice_emulator.log() == []


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

        assert isinstance(error, InUseError)
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

        assert isinstance(error, InUseError)
        assert "flows that this credential cannot see" in str(error)

    def test_initializing_is_waited_for(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The deletion is asked for again until the API allows it."""
        flowservice_emulator.settings(initializing_seconds=60)
        connection_id, state = process.create(connectionTest="off")

        process.lifecycle.delete(connection_id, state)

        assert process.steps.slept >= 60
        assert flowservice_emulator.connections() == []

    def test_initializing_without_end_is_an_error(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The wait ends with the operation's deadline."""
        flowservice_emulator.settings(initializing_seconds=10_000)
        connection_id, state = process.create(connectionTest="off")

        error = error_of(lambda: process.lifecycle.delete(connection_id, state))

        assert "1417-400" in str(error)
        assert process.steps.slept <= 600


class TestAdopt:
    """Taking over what exists."""

    def test_nothing_differs_nothing_is_sent(self, flowservice_emulator: Emulator, process: Process) -> None:
        """One read, no write; from then on it is managed, and `adopt` may be removed."""
        connection_id, _ = Process(flowservice_emulator).create(description="by hand")
        flowservice_emulator.clear_log()

        adopted, state = process.create(adopt=connection_id, name=None, password=None)
        inputs, problems = process.lifecycle.check(state, given({"name": None, "password": None}))

        assert adopted == connection_id
        assert requests(flowservice_emulator)[1:] == ["GET /connections/*"]
        assert (state["name"], problems) == ("orders", [])
        assert not process.lifecycle.diff(connection_id, state, inputs).changes

    def test_what_differs_is_patched(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Only that; the password that was left out stays."""
        connection_id, _ = Process(flowservice_emulator).create()

        process.create(adopt=connection_id, name=None, password=None, database="prod")

        params = stored(flowservice_emulator, connection_id)["auth"]["params"]
        assert (params["database"], params["password"]) == ("prod", "correct-horse")
        assert len(flowservice_emulator.log("PATCH")) == 1

    def test_refused_credentials_that_nobody_knows_back(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The password before it is not known, so it cannot be put back: the error says so."""
        connection_id, _ = Process(flowservice_emulator).create()
        flowservice_emulator.settings(connection_test="fail")

        error = error_of(lambda: process.create(adopt=connection_id))

        assert "they stay, because the ones before them are not known to this stack" in str(error)

    def test_unknown_id(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Nothing is made instead."""
        error = error_of(lambda: process.create(adopt="3f2504e0-4f89-41d3-9a0c-0305e82c3301"))

        assert "There is nothing to adopt: check the id and the sandbox" in str(error)
        assert flowservice_emulator.connections() == []

    def test_twice_in_one_program(self, flowservice_emulator: Emulator, process: Process) -> None:
        """Two resources that manage one connection would undo each other's changes."""
        connection_id, _ = Process(flowservice_emulator).create()
        process.create(adopt=connection_id)

        error = error_of(lambda: process.create(adopt=connection_id))

        assert "another resource of this program adopts the same connection" in str(error)

    def test_another_id_for_a_managed_one(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A resource that manages one connection cannot turn to another by `adopt`."""
        connection_id, state = process.create()

        error = error_of(lambda: process.lifecycle.diff(connection_id, state, given({"adopt": "another"})))

        assert "`adopt` names another connection" in str(error)

    def test_moving_by_adopt_deletes_nothing(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A resource renamed in the program adopts the connection; the deletion of its old name leaves it alone."""
        connection_id, state = Process(flowservice_emulator).create()
        process.create(adopt=connection_id)

        process.lifecycle.delete(connection_id, state)

        assert len(flowservice_emulator.connections()) == 1
        assert "stays: another resource of this program has just adopted it" in process.warnings[0]

    @pytest.mark.parametrize("verb", ["read", "adopt"])
    def test_another_specification(self, flowservice_emulator: Emulator, process: Process, verb: str) -> None:
        """A connection of another kind is refused, whatever its id."""
        params = {name: str(INPUTS[name]) for name in ("server", "port", "database", "username", "password")}
        body = {
            "name": "files",
            "auth": {"specName": "Basic Authentication", "params": params},
            "connectionSpec": {"id": "74a1c565-4e59-48d7-9d67-7c03b8a13137", "version": "1.0"},
        }
        answer = flowservice_emulator.request("POST", "/connections", body)
        assert answer.status == 201, answer

        acts: dict[str, Any] = {
            "read": lambda: process.lifecycle.read(answer.json["id"], {"sandbox": "dev"}),
            "adopt": lambda: process.create(adopt=answer.json["id"]),
        }
        error = error_of(acts[verb])

        assert "'files' is no Amazon Redshift connection" in str(error)
        assert flowservice_emulator.log("PATCH") == []


class TestDiff:
    """Pure: no request, no credentials."""

    def test_no_credentials_no_request(self, flowservice_emulator: Emulator) -> None:
        """A preview works without credentials; a request says what is missing, all at once."""
        process = Process(flowservice_emulator, FLOWSERVICE_CLIENT_ID="", FLOWSERVICE_IMS_ORG="")

        inputs, problems = process.lifecycle.check({}, INPUTS)
        diff = process.lifecycle.diff("an-id", {**INPUTS, "etag": "x"}, given({"name": "y"}))
        error = error_of(process.create)

        assert (inputs, problems, diff.changes) == (INPUTS, [], True)
        assert isinstance(error, SettingsError)
        assert "half of the credentials: flowservice:clientId" in str(error)
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_any(inputs=VALID)
def test_create_read_diff_is_empty(flowservice_emulator: Emulator, inputs: Properties) -> None:
    """Unicode, quotes, leading zeros, very long values, passwords that look like patches: nothing ever drifts."""
    process = Process(flowservice_emulator)
    flowservice_emulator.settings(secrets=READ_BACK[len(inputs["name"]) % 4])

    connection_id, state = process.lifecycle.create(inputs)
    outputs, read = refresh(process, connection_id, state)
    flowservice_emulator.delete_connection(connection_id)

    assert (outputs, read) == (state, inputs)
    assert not process.lifecycle.diff(connection_id, outputs, inputs).changes


def test_bulk_reads_and_single_reads_agree(flowservice_emulator: Emulator) -> None:
    """A refresh of many connections takes fewer reads than there are connections, and finds the same."""
    maker = Process(flowservice_emulator)
    made = [maker.create(name=f"orders-{number}", connectionTest="off") for number in range(30)]
    flowservice_emulator.delete_connection(made[7][0])
    flowservice_emulator.change_connection(made[9][0], params={"database": "by hand"})
    flowservice_emulator.clear_log()
    process = Process(flowservice_emulator)

    found = [process.lifecycle.read(connection_id, state) for connection_id, state in made]

    assert found[7] is None
    assert [each and each[0]["database"] for each in found] == ["dev"] * 7 + [None, "dev", "by hand"] + ["dev"] * 20
    assert len(flowservice_emulator.log()) <= 30
