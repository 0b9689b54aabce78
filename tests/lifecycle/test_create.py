"""Exactly one connection or none, whatever becomes of the answer."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code

from tests.support.lifecycle import INPUTS, Process, error_of, given, requests, stored

pytestmark = pytest.mark.usefixtures("passing")


@pytest.mark.reading(initializing_seconds=0)
def test_a_creation_takes_three_requests_and_a_token(flowservice_emulator: Emulator) -> None:
    """One list for all creations of the process, then one POST and one test for each."""
    process = Process(flowservice_emulator)

    process.create(name="first")
    process.create(name="second")

    assert requests(flowservice_emulator) == [
        "POST /ims/token/v3",
        "GET /connections",
        "POST /connections",
        "GET /connections/*/test",
        "POST /connections",
        "GET /connections/*/test",
    ]


@pytest.mark.reading(initializing_seconds=0)
def test_what_is_made_is_what_was_asked_for(flowservice_emulator: Emulator) -> None:
    """The body holds every input, the port as a text; the outputs hold the inputs, etag and organization."""
    process = Process(flowservice_emulator)

    made, outputs = process.create(description="Orders", schema="public")

    connection = stored(flowservice_emulator, made)
    assert (connection["name"], connection["description"]) == ("orders", "Orders")
    assert connection["auth"]["params"] == {
        "server": "redshift.example.com",
        "port": "5439",
        "database": "dev",
        "username": "loader",
        "password": "correct-horse",
        "schema": "public",
    }
    assert outputs == {
        **INPUTS,
        "description": "Orders",
        "schema": "public",
        "etag": connection["etag"],
        "imsOrg": "EMULATOR@AdobeOrg",
    }


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lost_answer"},
        {"kind": "reset"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502, "body": "html"},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 503, "retry_after": 2},
        {"kind": "status", "status": 504, "body": "empty"},
        {"kind": "late_write", "seconds": 6.0},
        {"kind": "late_write", "seconds": 6.0, "answer": "close"},
        {"kind": "drip", "bytes": 2, "pause_seconds": 0.0},
        {"kind": "wrong_types"},
        {"kind": "status", "status": 429, "retry_after": 3},
        {"kind": "status", "status": 401},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values()),
)
def test_a_lost_answer_leaves_exactly_one(flowservice_emulator: Emulator, fault: dict[str, Any]) -> None:
    """Applied or not, after the POST that got no proper answer there is one connection, and its id is known."""
    process = Process(flowservice_emulator)
    flowservice_emulator.fault("POST", "/connections", **fault)

    made, outputs = process.create()

    [connection] = flowservice_emulator.connections()
    assert (connection["id"], connection["etag"]) == (made, outputs["etag"])
    is_repeated = len(flowservice_emulator.log("POST", "/connections")) > 1
    expected = [Code.POSSIBLE_DUPLICATE] if is_repeated else [Code.TAKEN_OVER]
    # These two say that nothing was done.
    expected = [] if fault.get("status") in (429, 401) else expected
    assert [warning.partition(":")[0] for warning in process.warnings] == expected


def test_a_lost_creation_is_found_behind_newer_ones(flowservice_emulator: Emulator) -> None:
    """The look-up reads pages until it is past the moment of the request."""
    process = Process(flowservice_emulator)
    flowservice_emulator.fault("POST", "/connections", kind="lost_answer")
    flowservice_emulator.fault("GET", "/connections", kind="status", status=503, times=2, skip=1)

    made, _ = process.create()

    assert [connection["id"] for connection in flowservice_emulator.connections()] == [made]


def test_answers_that_stay_lost_end_with_what_to_look_for(flowservice_emulator: Emulator) -> None:
    """Three POSTs at most; then the error names the connection and what the next run does."""
    process = Process(flowservice_emulator)
    flowservice_emulator.fault("POST", "/connections", kind="status", status=502, times=None)

    error = error_of(process.create)

    assert error.code == Code.CREATION_UNKNOWN
    assert len(flowservice_emulator.log("POST", "/connections")) == 3
    assert "whether the connection was created is unknown" in str(error)
    assert "Look for its name among the newest" in str(error)


@pytest.mark.long
def test_a_write_after_our_timeout_leaves_at_most_one(flowservice_emulator: Emulator) -> None:
    """Our own timeout is no reason to POST again: the gateway's minute is awaited, then the error says what to do."""
    process = Process(flowservice_emulator, FLOWSERVICE_REQUEST_TIMEOUT="1")
    process.create(name="warmed up")
    flowservice_emulator.fault("POST", "/connections", kind="late_write", seconds=100.0, answer="none")

    error = error_of(process.create)
    flowservice_emulator.advance(100)

    assert "Look for its name among the newest" in str(error)
    assert process.steps.passed() > 50
    assert len(flowservice_emulator.log("POST", "/connections")) == 2


@pytest.mark.long
def test_a_write_within_the_gateways_minute_is_found(flowservice_emulator: Emulator) -> None:
    """What the server finishes after our timeout, and before the gateway gives up, is taken as ours."""
    process = Process(flowservice_emulator, FLOWSERVICE_REQUEST_TIMEOUT="1")
    process.create(name="warmed up")
    flowservice_emulator.fault("POST", "/connections", kind="slow", seconds=30.0)

    made, _ = process.create()

    assert [connection["id"] for connection in flowservice_emulator.connections()][1:] == [made]
    assert [warning.partition(":")[0] for warning in process.warnings] == [Code.TAKEN_OVER]


def test_the_next_process_finds_what_was_written_late(flowservice_emulator: Emulator) -> None:
    """A connection that turned up after the error is named with the line that adopts it, and adopting it works."""
    first = Process(flowservice_emulator)
    flowservice_emulator.fault("POST", "/connections", kind="late_write", seconds=400.0, times=3)
    error_of(first.create)
    flowservice_emulator.advance(300)
    [*_, late] = _eventually(flowservice_emulator)

    error = error_of(Process(flowservice_emulator).create)
    for other in flowservice_emulator.connections()[:-1]:
        flowservice_emulator.delete_connection(other["id"])
    adopted, _ = Process(flowservice_emulator).create(adopt=late["id"])

    assert late["id"] in str(error)
    assert adopted == late["id"]


def test_a_second_post_tells_of_the_first(flowservice_emulator: Emulator) -> None:
    """The first request may be applied later than anybody waits, so a warning says what to look for."""
    process = Process(flowservice_emulator)
    flowservice_emulator.fault("POST", "/connections", kind="late_write", seconds=40.0)

    made, _ = process.create()

    [warning] = process.warnings
    subject = f"{Code.POSSIBLE_DUPLICATE}: connection 'orders' ({made}) in sandbox 'dev'"
    assert warning.startswith(f"{subject}: there may be a second connection like it: ")
    assert "look for its name among the newest connections of the sandbox" in warning


@pytest.mark.parametrize(("lost", "is_told"), [(1, False), (2, True)])
def test_a_refused_post_after_lost_ones_tells_of_those_that_stay_lost(
    flowservice_emulator: Emulator, lost: int, is_told: bool
) -> None:
    """The first one's connection comes while the last one waits to be refused, and is taken. That settles one."""
    process = Process(flowservice_emulator)
    for seconds in (10.0 * lost + 5, 80.0)[:lost]:
        flowservice_emulator.fault("POST", "/connections", kind="late_write", seconds=seconds, answer="close")
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after=10)
    flowservice_emulator.fault("POST", "/connections", status=403)

    made, _ = process.create()

    assert [connection["id"] for connection in flowservice_emulator.connections()] == [made]
    codes = [warning.partition(":")[0] for warning in process.warnings]
    assert codes == [Code.TAKEN_OVER, *([Code.POSSIBLE_DUPLICATE] if is_told else [])]


def test_a_leftover_of_a_killed_run_is_named(flowservice_emulator: Emulator) -> None:
    """A connection of this name, params and client that no state knows: its id, and the line that adopts it."""
    left, _ = Process(flowservice_emulator).create()

    error = error_of(Process(flowservice_emulator).create)

    assert str(error).startswith("FS3002: creating connection 'orders' in sandbox 'dev': a connection with this name")
    assert f'adopt="{left}"' in str(error)
    assert len(flowservice_emulator.connections()) == 1


def test_a_leftover_that_is_deleted_in_the_same_run_is_none(flowservice_emulator: Emulator) -> None:
    """With delete_before_replace the old connection goes first, and the new one may be equal to it."""
    old, outputs = Process(flowservice_emulator).create()
    process = Process(flowservice_emulator)
    process.create(name="another")
    process.lifecycle.delete(old, outputs)

    made, _ = process.create()

    assert made != old


def test_a_refused_creation_is_not_repeated(flowservice_emulator: Emulator) -> None:
    """A plain no leaves nothing, and is told with its code and the request's id."""
    flowservice_emulator.settings(deny=["write"])

    error = error_of(Process(flowservice_emulator).create)

    assert flowservice_emulator.connections() == []
    assert len(flowservice_emulator.log("POST", "/connections")) == 1
    assert "the API answered 403" in str(error)


def test_a_new_connection_needs_a_password(flowservice_emulator: Emulator) -> None:
    """A connection that was adopted without a password, and is gone, cannot be made anew: said before any request."""
    error = error_of(lambda: Process(flowservice_emulator).create(password=None))

    assert error.code == Code.INPUTS
    assert flowservice_emulator.log() == []


def _eventually(emulator: Emulator) -> list[dict[str, Any]]:
    """What is stored, once a write that came due is done: it runs in the server's own time."""
    for _ in range(200):
        if found := emulator.connections():
            return found
        emulator.advance(1)
    raise AssertionError("nothing was written")


def test_properties_of_a_program_are_left_alone(flowservice_emulator: Emulator) -> None:
    """The lifecycle gives back new values and does not change the ones it was given."""
    inputs = given({})

    Process(flowservice_emulator).lifecycle.create(inputs)

    assert inputs == INPUTS
