"""Somebody else's writes, and our own lost ones, in the middle of a change: nothing is forgotten over what follows."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code
from pulumi_flowservice.redaction import LEFT_OUT

from tests.support.lifecycle import INPUTS, Process, error_of, given, stored

pytestmark = pytest.mark.usefixtures("passing")

ROTATED = {"password": "battery-staple"}


def rotate(emulator: Emulator, connection_id: str, **changes: Any) -> None:
    """Ann changes the password in the UI."""
    emulator.change_connection(connection_id, by="ann@example.com", params={"password": "anns-own", **changes})


def params(emulator: Emulator, connection_id: str) -> dict[str, Any]:
    """The params at the server."""
    return dict(stored(emulator, connection_id)["auth"]["params"])


@pytest.mark.reading(single_params=True)
def test_a_refused_change_tells_of_the_write_before_it(flowservice_emulator: Emulator, process: Process) -> None:
    """The undo becomes the last write, so this error is the last chance to tell of hers."""
    connection_id, state = process.create()
    rotate(flowservice_emulator, connection_id)
    flowservice_emulator.settings(connection_test="fail")

    error = error_of(lambda: process.up(connection_id, state, given({"server": "wrong.example.com"})))

    assert error.code == Code.CHANGE_UNDONE
    assert "before this change, the connection was changed by ann@example.com at 20" in str(error)
    assert "the next run may send the credentials of the program" in str(error)
    assert params(flowservice_emulator, connection_id)["password"] == "anns-own"


def test_an_unknown_change_tells_of_the_write_before_it(flowservice_emulator: Emulator, process: Process) -> None:
    """Hers is met, ours is lost after it."""
    connection_id, state = process.create()
    rotate(flowservice_emulator, connection_id)
    flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer", skip=1)
    flowservice_emulator.fault("PATCH", "/connections/*", kind="status", status=503, times=None, skip=1)

    error = error_of(lambda: process.up(connection_id, state, given({"description": "Orders"})))

    assert error.code == Code.CHANGE_UNKNOWN
    assert "before this change, the connection was changed by ann@example.com at 20" in str(error)


def test_a_repair_by_hand_is_not_overwritten(flowservice_emulator: Emulator, process: Process) -> None:
    """In doubt after an interrupted run, a person sets the password in the UI: `up` sends nothing over it."""
    connection_id, state = process.create()
    Process(flowservice_emulator).up(connection_id, state, given(ROTATED))
    found = process.lifecycle.read(connection_id, state)
    assert found is not None
    rotate(flowservice_emulator, connection_id)
    later = Process(flowservice_emulator)

    after = later.up(connection_id, found[0], INPUTS)

    assert params(flowservice_emulator, connection_id)["password"] == "anns-own"
    assert after["credentialsInDoubt"] == "foreign"
    assert [warning.partition(":")[0] for warning in later.warnings] == [Code.DOUBT_FOREIGN]


def test_credentials_sent_again_over_a_foreign_write_are_told(flowservice_emulator: Emulator, process: Process) -> None:
    """`credentials_version` was changed for another reason: whose write was overwritten is said."""
    connection_id, state = process.create()
    rotate(flowservice_emulator, connection_id)

    process.up(connection_id, state, given({"credentialsVersion": 2}))

    assert [warning.partition(":")[0] for warning in process.warnings] == [Code.SENT_OVER_THEIRS]
    assert params(flowservice_emulator, connection_id)["password"] == INPUTS["password"]


@pytest.mark.reading(added_params=False)
@pytest.mark.parametrize("single_params", [True, False])
def test_an_undo_after_a_lost_attempt_puts_everything_back(
    flowservice_emulator: Emulator, process: Process, single_params: bool
) -> None:
    """Server and password changed together, the answer lost, then refused: both are as before."""
    flowservice_emulator.settings(single_params=single_params)
    connection_id, state = process.create()
    before = params(flowservice_emulator, connection_id)
    flowservice_emulator.settings(connection_test="fail")
    flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer", skip=0 if single_params else 1)

    error = error_of(lambda: process.up(connection_id, state, given({**ROTATED, "server": "new.example.com"})))

    assert error.code == Code.CHANGE_UNDONE
    assert params(flowservice_emulator, connection_id) == before


@pytest.mark.reading(single_params=True)
@pytest.mark.parametrize(
    "then",
    [
        [("PATCH", "/connections/*", {"kind": "status", "status": 403, "times": None, "skip": 1})],
        [("GET", "/connections/*", {"kind": "status", "status": 403, "times": None})],
        [("PATCH", "/connections/*", {"kind": "redirect", "times": None})],
    ],
    ids=["PATCH refused", "GET refused", "redirected"],
)
def test_a_lost_attempt_is_never_forgotten(flowservice_emulator: Emulator, process: Process, then: Any) -> None:
    """Whatever ends the change after it, the outcome is unknown."""
    connection_id, state = process.create()
    flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer")
    for method, path, fault in then:
        flowservice_emulator.fault(method, path, **fault)

    error = error_of(lambda: process.up(connection_id, state, given(ROTATED)))

    assert error.code == Code.CHANGE_UNKNOWN
    assert params(flowservice_emulator, connection_id)["password"] == "battery-staple"


def test_a_foreign_write_after_a_lost_attempt(flowservice_emulator: Emulator, process: Process) -> None:
    """Ours is in force, she renames it in the pause: that "nothing was overwritten" would not be true."""
    connection_id, state = process.create()
    flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer")
    process.steps.meanwhile = lambda: flowservice_emulator.change_connection(connection_id, name="anns")

    error = error_of(lambda: process.up(connection_id, state, given(ROTATED)))

    assert error.code == Code.CHANGE_UNKNOWN
    assert "`name` was changed by" in str(error)


@pytest.mark.parametrize("is_refreshed", [False, True])
@pytest.mark.parametrize("is_lost", [False, True])
def test_an_undo_after_an_interrupted_run_says_what_it_put_back(
    flowservice_emulator: Emulator, process: Process, is_refreshed: bool, is_lost: bool
) -> None:
    """The state's password, which need not be the one that was there before this run; an answer may be lost, too."""
    connection_id, state = process.create()
    Process(flowservice_emulator).up(connection_id, state, given(ROTATED))
    found = process.lifecycle.read(connection_id, state)
    assert found is not None
    state = found[0] if is_refreshed else state
    flowservice_emulator.settings(connection_test="fail")
    if is_lost:
        flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer")

    error = error_of(lambda: process.up(connection_id, state, given({"password": "wrong-again"})))

    assert "the credentials in the state were put back (an earlier run that the state does not record may" in str(error)


def test_a_change_that_was_there_already_is_not_undone(flowservice_emulator: Emulator, process: Process) -> None:
    """Somebody set the same server in the UI, and the database refuses: nothing of ours is in force."""
    connection_id, state = process.create()
    flowservice_emulator.change_connection(connection_id, params={"server": "new.example.com"})
    flowservice_emulator.settings(connection_test="fail")

    error = error_of(lambda: process.up(connection_id, state, given({"server": "new.example.com"})))

    assert error.code == Code.CHANGE_NOT_UNDONE
    assert "they are still at the server: the server had the same ones before this change" in str(error)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_proxys_page_with_200_is_no_success(flowservice_emulator: Emulator, process: Process, method: str) -> None:
    """Nothing was done, and nobody says that it was."""
    connection_id, state = process.create()
    flowservice_emulator.fault(method, "/connections/*", kind="status", status=200, body="html", times=None)

    error = error_of(
        lambda: (
            process.up(connection_id, state, given(ROTATED))
            if method == "PATCH"
            else process.lifecycle.delete(connection_id, state)
        )
    )

    assert error.code == (Code.CHANGE_UNKNOWN if method == "PATCH" else Code.DELETION_UNKNOWN)


def test_a_no_is_a_no_even_if_the_state_cannot_be_read(flowservice_emulator: Emulator, process: Process) -> None:
    """The test said false; that a GET fails afterwards makes no green run of it."""
    flowservice_emulator.settings(connection_test="fail")
    flowservice_emulator.fault("GET", "/connections/*", kind="status", status=403, times=None)

    error = error_of(process.create)

    assert error.code == Code.CREATION_UNDONE
    assert flowservice_emulator.connections() == []


def test_no_value_of_an_input_comes_back_in_an_error(flowservice_emulator: Emulator) -> None:
    """The API echoes the request: neither server nor user, nor a short password in a JSON Patch, is shown."""
    # The native provider knows which inputs are secret, and shows the others.
    process = Process(flowservice_emulator, native=False)
    flowservice_emulator.fault("POST", "/connections", kind="status", status=400, body="echo")
    refused = error_of(process.create)
    connection_id, state = process.create()
    news = given({"password": "pw-12", "username": "user-7"})
    flowservice_emulator.fault("PATCH", "/connections/*", kind="status", status=400, body="echo")
    error = error_of(lambda: process.up(connection_id, state, news))
    told = {"errorMessage": f"no login for user-7 nor {INPUTS['username']} at {INPUTS['server']}"}
    flowservice_emulator.fault("PATCH", "/connections/*", kind="status", status=400, json=told)
    quoted = error_of(lambda: process.up(connection_id, state, news))

    shown = f"{refused} {error} {quoted}"
    assert shown.count(LEFT_OUT) == 2
    assert "no login for username nor username at server" in str(quoted)
    assert not any(value in shown for value in (INPUTS["server"], INPUTS["username"], "pw-12", "user-7"))
