"""Taking over connections that exist."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code

from tests.support.lifecycle import INPUTS, Process, error_of, given, requests, stored

pytestmark = pytest.mark.usefixtures("passing")


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

    def test_after_a_failed_adoption_nobody_deletes_it(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The resource that had the connection before is removed in the same run: its deletion is refused."""
        connection_id, state = Process(flowservice_emulator).create()
        flowservice_emulator.settings(connection_test="fail")

        error_of(lambda: process.create(adopt=connection_id, name=None, password="wrong-password"))
        error = error_of(lambda: process.lifecycle.delete(connection_id, state))

        assert error.code == Code.REPLACEMENT_FAILED
        assert "asks to adopt it, and has not done so. Correct the adoption" in str(error)
        assert len(flowservice_emulator.connections()) == 1

    @pytest.mark.reading(single_params=True)
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

        assert "they are still at the server, because this stack does not know the previous ones" in str(error)

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

        assert "`adopt` has a different id" in str(error)

    def test_moving_by_adopt_deletes_nothing(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A resource renamed in the program adopts the connection; the deletion of its old name leaves it alone."""
        connection_id, state = Process(flowservice_emulator).create()
        process.create(adopt=connection_id)

        process.lifecycle.delete(connection_id, state)

        assert len(flowservice_emulator.connections()) == 1
        assert "was not deleted: another resource of this program manages it" in process.warnings[0]

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

        assert "it is not a connection of kind Amazon Redshift" in str(error)
        assert flowservice_emulator.log("PATCH") == []
