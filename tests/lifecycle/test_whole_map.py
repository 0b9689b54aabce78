"""An API that takes whole maps of params only."""

from __future__ import annotations

import pytest
from flowservice_emulator.server import Emulator

from tests.support.lifecycle import Process, error_of, given, requests, stored

pytestmark = pytest.mark.usefixtures("passing")

ROTATED = {"password": "battery-staple"}


class TestWholeMap:
    """An API that refuses single params takes the whole map."""

    @pytest.fixture(autouse=True)
    def whole_map_only(self, flowservice_emulator: Emulator, passing: None) -> None:
        """Refuse `/auth/params/{key}`."""
        flowservice_emulator.settings(single_params=False)

    @pytest.mark.reading(added_params=False)
    @pytest.mark.parametrize("shown", ["omitted", "masked", "encrypted", "plain"])
    def test_it_keeps_the_password_and_foreign_params(
        self, flowservice_emulator: Emulator, process: Process, shown: str
    ) -> None:
        """Never the mask of a password, always the password; what others put into the map stays."""
        flowservice_emulator.settings(secrets=shown)
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, params={"privateEndpointId": "x"})
        refreshed = process.up(connection_id, state, given(ROTATED))

        process.up(connection_id, refreshed, given({**ROTATED, "port": None, "server": "other.example.com"}))

        assert stored(flowservice_emulator, connection_id)["auth"]["params"] == {
            "server": "other.example.com",
            "database": "dev",
            "username": "loader",
            "password": "battery-staple",
            "privateEndpointId": "x",
        }

    def test_a_change_takes_two_requests_more(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The refusal of the single param, and a read of the map that is to be sent whole."""
        connection_id, state = process.create()
        flowservice_emulator.clear_log()

        process.up(connection_id, state, given(ROTATED))

        assert requests(flowservice_emulator) == [
            *("PATCH /connections/*", "GET /connections/*", "PATCH /connections/*"),
            "GET /connections/*/test",
        ]

    def test_a_refused_rotation_is_put_back(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The undo needs the whole map as well."""
        connection_id, state = process.create()
        flowservice_emulator.settings(connection_test="fail")

        error = error_of(lambda: process.up(connection_id, state, given({**ROTATED, "schema": "public"})))

        assert "the previous ones were put back" in str(error)
        params = stored(flowservice_emulator, connection_id)["auth"]["params"]
        assert (params["password"], "schema" in params) == ("correct-horse", False)

    def test_it_puts_no_password_over_a_foreign_one(self, flowservice_emulator: Emulator, process: Process) -> None:
        """The map would carry our password along with a new server: where theirs may be there, that is an error."""
        connection_id, state = process.create()
        flowservice_emulator.change_connection(connection_id, params={"password": "their-rotation"})

        error = error_of(lambda: process.up(connection_id, state, given({"server": "other.example.com"})))

        assert "somebody else may have changed the credentials" in str(error)
        assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == "their-rotation"

    def test_it_needs_the_password(self, flowservice_emulator: Emulator, process: Process) -> None:
        """A connection adopted without a password cannot be changed so."""
        connection_id, _ = process.create()
        adopted = Process(flowservice_emulator)

        error = error_of(lambda: adopted.create(adopt=connection_id, password=None, server="other.example.com"))

        assert "parameters of this connection, so all its secrets must be in the program too" in str(error)
