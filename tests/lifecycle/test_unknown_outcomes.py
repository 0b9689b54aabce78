"""Writes whose outcome is unknown or undone: what the user is told, and what the next runs do about it."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code

from tests.support.lifecycle import INPUTS, Process, error_of, given, stored

pytestmark = pytest.mark.usefixtures("passing")

ROTATED = {"password": "battery-staple"}


def lose_and_refuse(emulator: Emulator, method: str, path: str, *, applied: bool = True) -> None:
    """The next such request is applied or not, its answer is lost, and all repetitions are answered 503."""
    emulator.fault(method, path, kind="lost_answer" if applied else "reset")
    emulator.fault(method, path, kind="status", status=503, times=None)


@pytest.mark.reading(single_params=True)
def test_an_undo_puts_back_what_the_server_had(flowservice_emulator: Emulator, process: Process) -> None:
    """Somebody set a port and a description that the program did not manage; the refused change set both."""
    connection_id, state = process.create(port=None)
    flowservice_emulator.change_connection(connection_id, description="by hand", params={"port": "5555"})
    flowservice_emulator.settings(connection_test="fail")

    news = given({"port": 5440, "description": "Orders", "server": "wrong.example.com"})

    error = error_of(lambda: process.up(connection_id, state, news))

    after = stored(flowservice_emulator, connection_id)
    assert error.code == Code.CHANGE_UNDONE
    assert (after["description"], after["auth"]["params"]["port"]) == ("by hand", "5555")
    assert after["auth"]["params"]["server"] == INPUTS["server"]


@pytest.mark.reading(single_params=True)
def test_what_becomes_managed_is_read_once_before_the_change(flowservice_emulator: Emulator, process: Process) -> None:
    """One GET, only where the change touches credentials."""
    connection_id, state = process.create(port=None)
    flowservice_emulator.clear_log()

    described = process.up(connection_id, state, given({"port": None, "description": "Orders"}))
    without = [entry.method for entry in flowservice_emulator.log()]
    flowservice_emulator.clear_log()
    process.up(connection_id, described, given({"description": "Orders"}))

    assert without == ["PATCH"]
    assert [entry.method for entry in flowservice_emulator.log()] == ["GET", "PATCH", "GET"]


def test_a_change_that_may_be_in_force_is_said(flowservice_emulator: Emulator, process: Process) -> None:
    """Applied, its answer lost, all repetitions refused: the error says both, and what to run."""
    connection_id, state = process.create()
    lose_and_refuse(flowservice_emulator, "PATCH", "/connections/*")

    error = error_of(lambda: process.up(connection_id, state, given(ROTATED)))

    assert error.code == Code.CHANGE_UNKNOWN
    assert "whether the change was applied is unknown: the API answered 503" in str(error)
    assert "Run `pulumi up` again" in str(error)
    assert "`pulumi up --refresh`, which sends the credentials of the program again" in str(error)


@pytest.mark.reading(single_params=True)
def test_a_reverted_rotation_is_in_doubt_until_the_password_is_sent(
    flowservice_emulator: Emulator, process: Process
) -> None:
    """The server has a password that no state knows: every refresh says so, and the next `up --refresh` ends it."""
    connection_id, state = process.create()
    lose_and_refuse(flowservice_emulator, "PATCH", "/connections/*")
    error_of(lambda: process.up(connection_id, state, given(ROTATED)))
    flowservice_emulator.clear_faults()
    later = Process(flowservice_emulator)

    for _ in range(3):
        found = later.lifecycle.read(connection_id, state)
        assert found is not None
        state = found[0]
        assert state["credentialsInDoubt"] == "interrupted"
    resolved = later.up(connection_id, state, INPUTS)

    assert [warning.partition(":")[0] for warning in later.warnings] == [Code.DOUBT_INTERRUPTED] * 3
    assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == INPUTS["password"]
    assert "credentialsInDoubt" not in resolved


def test_the_same_program_goes_on_after_an_unknown_change(flowservice_emulator: Emulator, process: Process) -> None:
    """Without a refresh: the moved etag is our own, and the password is sent and tested."""
    connection_id, state = process.create()
    lose_and_refuse(flowservice_emulator, "PATCH", "/connections/*")
    error_of(lambda: process.up(connection_id, state, given(ROTATED)))
    flowservice_emulator.clear_faults()

    after = Process(flowservice_emulator).up(connection_id, state, given(ROTATED))

    connection = stored(flowservice_emulator, connection_id)
    assert connection["auth"]["params"]["password"] == "battery-staple"
    assert (after["etag"], after.get("credentialsInDoubt")) == (connection["etag"], None)


def test_a_change_after_an_interrupted_rotation_sends_the_password_too(
    flowservice_emulator: Emulator, process: Process
) -> None:
    """A description changes, and the conflict shows that an unrecorded run of ours wrote: no wrong password stays."""
    connection_id, state = process.create()
    Process(flowservice_emulator).up(connection_id, state, given(ROTATED))

    after = process.up(connection_id, state, given({"description": "Orders"}))

    assert stored(flowservice_emulator, connection_id)["auth"]["params"]["password"] == INPUTS["password"]
    assert "credentialsInDoubt" not in after


def test_a_look_up_that_is_cut_short_is_unknown(flowservice_emulator: Emulator) -> None:
    """The deadline ends while a lost creation is looked for: "not found yet" is not "not made", so no second POST."""
    process = Process(flowservice_emulator, FLOWSERVICE_OPERATION_TIMEOUT="3")
    flowservice_emulator.fault("POST", "/connections", kind="late_write", seconds=8.0, answer="close")

    error = error_of(process.create)
    flowservice_emulator.advance(10)

    assert error.code == Code.CREATION_UNKNOWN
    assert "Look for its name among the newest" in str(error)
    assert len(flowservice_emulator.log("POST", "/connections")) == 1


def test_a_refusal_after_a_lost_creation_tells_both(flowservice_emulator: Emulator, process: Process) -> None:
    """The second POST was refused; that the first one may have been applied must not be forgotten over it."""
    flowservice_emulator.fault("POST", "/connections", kind="reset")
    flowservice_emulator.fault("POST", "/connections", kind="status", status=403)

    error = error_of(process.create)

    assert "the API answered 403" in str(error)
    assert "an earlier request of this creation may have created a connection" in str(error)
    assert "look for its name among the newest" in str(error)


def test_a_refused_test_after_a_lost_creation_tells_both(flowservice_emulator: Emulator, process: Process) -> None:
    """Every later error of that creation says so."""
    flowservice_emulator.settings(connection_test="fail")
    flowservice_emulator.fault("POST", "/connections", kind="reset")

    error = error_of(process.create)

    assert error.code == Code.CREATION_UNDONE
    assert "an earlier request of this creation may have created a connection" in str(error)


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (400, "1308-400", Code.CREATION_UNDONE),
        (401, "1001-401", Code.NO_TEST_RESULT),
        (400, "1006-400", Code.NO_TEST_RESULT),
    ],
)
def test_what_counts_as_refused(
    flowservice_emulator: Emulator, process: Process, status: int, code: str, told: str
) -> None:
    """The connector's own text is a refusal; that our user lacks a right, or anything unknown, is no verdict."""
    body = {"type": f"https://ns.adobe.com/aep/errors/FLOW-{code}", "title": "No", "status": status}
    flowservice_emulator.fault("GET", "/connections/*/test", kind="status", status=status, json=body, times=None)

    if told == Code.CREATION_UNDONE:
        assert error_of(process.create).code == told
        assert flowservice_emulator.connections() == []
    else:
        process.create()
        [warning] = process.warnings
        assert warning.startswith(f"{told}: ")
        assert "Check the server" not in warning
        assert len(flowservice_emulator.connections()) == 1


@pytest.mark.parametrize("status", [404, 400])
def test_the_published_envelope_is_gone(flowservice_emulator: Emulator, process: Process, status: int) -> None:
    """`FLOW-1439-404` that names this very id: gone, and for 404 with a word about what else it may mean."""
    connection_id, state = process.create()
    text = f"The requested connections resource {connection_id} is not found."
    body: dict[str, Any] = {
        "type": f"https://ns.adobe.com/aep/errors/FLOW-1439-{status}",
        "title": "Resource not found",
        "status": status,
        "report": {"detailed-message": text, "id": connection_id, "request-id": "r", "type": "connections"},
        "errorMessage": text,
        "errorDetails": text,
    }
    flowservice_emulator.fault("*", "/connections/*", kind="status", status=status, json=body, times=None)

    found = process.lifecycle.read(connection_id, state)
    process.lifecycle.delete(connection_id, state)

    assert found is None
    expected = [Code.MAYBE_HIDDEN] * 2 if status == 404 else []
    assert [warning.partition(":")[0] for warning in process.warnings] == expected
