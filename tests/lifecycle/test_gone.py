"""Only this connection's own absence means that it is gone."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code, FlowServiceError

from tests.support.lifecycle import INPUTS, Process, error_of, given

pytestmark = pytest.mark.usefixtures("passing")


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

        assert error.code == Code.REFUSED
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

        assert all(error.code == Code.OTHER_ORGANIZATION for error in errors)
        assert all("EMULATOR@AdobeOrg, but OTHER@AdobeOrg is configured" in str(error) for error in errors)
        assert flowservice_emulator.log() == []
