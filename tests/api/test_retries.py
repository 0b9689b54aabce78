"""What is sent again, when, and what an answer that never comes means; time is a fake that sleeping moves."""

from __future__ import annotations

import socket
from email.utils import formatdate

import pytest
from pulumi_flowservice.api.clock import Deadline
from pulumi_flowservice.api.transport import Request, Transport
from pulumi_flowservice.errors import NoAnswerError, UnreachableError

from tests.support.fake_time import LOCAL_NOW, FakeTime
from tests.support.raw_server import RawServer, Sender, answer, reset
from tests.support.sending import BUSY, OK, send


@pytest.mark.parametrize("trouble", [BUSY, answer(500), answer(502), answer(504), answer(408), answer(429), reset])
def test_trouble_is_waited_out(trouble: bytes | Sender, passing: FakeTime) -> None:
    """What may be repeated is sent again after pauses that grow."""
    with RawServer(trouble, trouble, trouble, OK) as server:
        got = send(server, passing)

    assert (got.status, got.attempts) == (200, 4)
    assert passing.sleeps == sorted(passing.sleeps)
    assert 0.3 < passing.sleeps[0] < 1


@pytest.mark.parametrize(
    ("trouble", "attempts"),
    [(BUSY, 1), (answer(500), 1), (answer(502), 1), (answer(504), 1), (answer(429), 2), (answer(400), 1)],
)
def test_a_post_is_repeated_only_where_nothing_was_done(trouble: bytes, attempts: int, passing: FakeTime) -> None:
    """After 429 surely nothing was; after 5xx something may have been."""
    with RawServer(trouble, answer(201)) as server:
        got = send(server, passing, method="POST")

        assert got.attempts == attempts == len(server.received)


def test_a_post_without_an_answer_is_never_repeated(passing: FakeTime) -> None:
    """The connection may have been made: the caller has to look."""
    with RawServer(reset, OK) as server, pytest.raises(NoAnswerError) as raised:
        send(server, passing, method="POST")

    assert not isinstance(raised.value, UnreachableError)
    assert len(server.received) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 501])
def test_a_plain_no_is_not_asked_again(status: int, passing: FakeTime) -> None:
    """More requests would not change the answer."""
    with RawServer(answer(status)) as server:
        got = send(server, passing)

        assert (got.status, len(server.received)) == (status, 1)


def test_trouble_without_end_ends(passing: FakeTime) -> None:
    """After nine attempts the last answer stands, and tells how often it was asked for."""
    with RawServer(answer(429)) as server:
        got = send(server, passing)

    assert got.attempts == 9
    assert got.history.endswith(", tried 9 times")
    assert 45 < sum(passing.sleeps) < 90


def test_the_deadline_of_the_operation_ends_the_retries(passing: FakeTime) -> None:
    """No pause is begun that would not end in time."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    with RawServer(BUSY) as server:
        got = transport.send(Request("GET", server.url, True), Deadline.after(passing.clock, 4))

    assert got.status == 503
    assert sum(passing.sleeps) < 4


def test_nothing_begins_long_after_the_deadline(passing: FakeTime) -> None:
    """An undo may still be sent for a minute; a list without end may not go on."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    deadline = Deadline.after(passing.clock, 10)
    with RawServer(OK) as server:
        passing.now = 65
        assert transport.send(Request("GET", server.url, True), deadline).status == 200
        passing.now = 71
        with pytest.raises(UnreachableError, match="deadline of this operation has passed"):
            transport.send(Request("GET", server.url, True), deadline)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": " 30 "}, 30),
        ({"Retry_After": "86400"}, 120),
        ({"Retry_After": formatdate(LOCAL_NOW + 9, usegmt=True)}, 9),
        # The server's clock is an hour ahead; what counts is the time between its two dates.
        ({"Retry_After": formatdate(LOCAL_NOW + 3609, usegmt=True), "Date": formatdate(LOCAL_NOW + 3600)}, 9),
        ({"Retry_After": formatdate(LOCAL_NOW + 9e6, usegmt=True)}, 120),
        ({"Retry_After": formatdate(LOCAL_NOW - 60, usegmt=True)}, 0.5),
        ({"Retry_After": "soon"}, 0.5),
        ({"Retry_After": "²"}, 0.5),
        ({"Retry_After": "9" * 400}, 0.5),
        ({"Retry_After": "-5"}, 0.5),
    ],
)
def test_retry_after_is_honoured_and_capped(headers: dict[str, str], pause: float, passing: FakeTime) -> None:
    """Both forms count, the date by the server's own clock; two minutes is the most, and nonsense counts nothing."""
    with RawServer(answer(429, **headers), OK) as server:
        send(server, passing)

    assert passing.sleeps == [pytest.approx(pause)]


def test_jitter_spreads_the_pauses() -> None:
    """Two threads that fail together do not come back together."""
    slept = []
    for chance in (0.0, 1.0):
        passing = FakeTime(chance=chance)
        with RawServer(BUSY, answer(429, Retry_After="10"), OK) as server:
            send(server, passing)
        slept.append(passing.sleeps)

    assert slept == [[0.5, 10], [0.375, 11]]


def test_an_address_that_nobody_serves_is_surely_not_reached(passing: FakeTime) -> None:
    """It is tried for some seconds, even by POST, and then said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(UnreachableError) as raised:
        send(f"http://127.0.0.1:{port}", passing, method="POST")

    assert f"127.0.0.1:{port} cannot be reached" in str(raised.value)
    assert "tried 5 times" in str(raised.value)
    assert sum(passing.sleeps) < 10


def test_a_name_that_does_not_resolve_is_surely_not_reached(passing: FakeTime) -> None:
    """The text names the host and what to check."""
    with pytest.raises(UnreachableError, match=r"nowhere\.invalid cannot be reached.*Check the endpoint"):
        send("http://nowhere.invalid", passing)
