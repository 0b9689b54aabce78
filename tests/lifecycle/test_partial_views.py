"""The API documents "a partial view of the credentials": what it does not show is neither gone nor changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code, FlowServiceError

from tests.support.lifecycle import INPUTS, Process, error_of, given, stored


@pytest.fixture
def hide(flowservice_emulator: Emulator) -> Iterator[Callable[[], None]]:
    """From now on, no read shows `server` and `port`."""
    flowservice_emulator.settings(connection_test="pass")

    def begin() -> None:
        items: list[dict[str, Any]] = []
        for connection in flowservice_emulator.connections():
            shown = {k: v for k, v in connection["auth"]["params"].items() if k not in ("server", "port", "password")}
            items.append({**connection, "auth": {**connection["auth"], "params": shown}})
        for method, path in (("GET", "/connections"), ("GET", "/connections/*")):
            flowservice_emulator.fault(method, path, kind="status", status=200, json={"items": items}, times=None)

    yield begin


@pytest.mark.reading(single_params=True)
def test_a_change_goes_on(flowservice_emulator: Emulator, process: Process, hide: Callable[[], None]) -> None:
    """A conflict is read in a partial view: nothing that is hidden counts as changed by somebody."""
    connection_id, state = process.create()
    flowservice_emulator.change_connection(connection_id, description="by hand")
    hide()

    process.up(connection_id, state, given({"username": "other"}))

    params = stored(flowservice_emulator, connection_id)["auth"]["params"]
    assert (params["username"], params["server"], params["port"]) == ("other", INPUTS["server"], "5439")


def test_an_undo_puts_back_what_is_hidden(
    flowservice_emulator: Emulator, process: Process, hide: Callable[[], None]
) -> None:
    """From the state, where the server does not show it."""
    connection_id, state = process.create()
    flowservice_emulator.settings(connection_test="fail")
    hide()

    error = error_of(
        lambda: process.up(connection_id, state, given({"server": "wrong.example.com", "description": "Orders"}))
    )

    assert error.code == Code.CHANGE_UNDONE
    assert stored(flowservice_emulator, connection_id)["auth"]["params"]["server"] == INPUTS["server"]


def test_a_leftover_is_recognised(flowservice_emulator: Emulator, hide: Callable[[], None]) -> None:
    """By what is shown of it: it is named, and a person decides."""
    left, _ = Process(flowservice_emulator).create()
    hide()

    error: FlowServiceError = error_of(Process(flowservice_emulator).create)

    assert error.code == Code.LEFTOVER
    assert left in str(error)
