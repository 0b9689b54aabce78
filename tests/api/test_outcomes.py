"""What a write did: applied, not applied or unknown, for every way in which its attempts can end."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.api.client import FlowServiceClient
from pulumi_flowservice.api.outcomes import Applied, Gone, NotApplied, Outcome, Unknown
from pulumi_flowservice.errors import AnswerError, Code, Reason, UnreachableError

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, Sender, answer, endless, last, reset, silence
from tests.support.sending import BUSY, ID, RENAME, client_of, connection, sandbox_of, token_answer, write

METHODS = ("POST", "PATCH", "DELETE")
DONE = answer(200, {"id": ID, "etag": '"2"'})
FORBIDDEN = answer(403, {"type": "x/FLOW-2120-403", "title": "Forbidden"})
CONFLICT = answer(412, {"errorMessage": "Supplied version does not match"})
IN_USE = answer(400, {"type": "x/FLOW-1418-400", "title": "Invalid request"})
IN_TRANSITION = answer(400, {"type": "x/FLOW-1417-400", "title": "Invalid request"})
GONE = answer(404, {"errorMessage": f"connections not found with id = [{ID}]"})
PROXY = f"<html><title>Proxy: connections not found with id = [{ID}]</title></html>".encode()
EXPIRED = answer(401, {"error_code": "401013", "message": "Oauth token is not valid"})
QUOTA = answer(429, {"error_code": "429050", "message": "Too many requests"})
ENDLESS = endless(b"x" * 65536, head=f"HTTP/1.1 200 OK\r\nContent-Length: {2**40}\r\n\r\n".encode())


CUT_SHORT = last(DONE[:-5])

# Answers in order, the last for ever; then what a POST, which is never repeated blindly, a PATCH and a DELETE did.
A, N, U, G = Applied, NotApplied, Unknown, Gone
Steps = tuple[bytes | Sender, ...]
ENDS: dict[str, tuple[Steps, tuple[type[Outcome | Gone], ...]]] = {
    "done": ((DONE,), (A, A, A)),
    "refused": ((FORBIDDEN,), (N, N, N)),
    "conflict": ((CONFLICT,), (N, N, N)),
    "gone": ((GONE,), (N, N, G)),
    "404, a proxy's page with the same words": ((answer(404, PROXY),), (N, N, N)),
    "redirect": ((answer(307, Location="http://127.0.0.1:9/"),), (N, N, N)),
    "not implemented": ((answer(501),), (N, N, N)),
    "429, then done": ((QUOTA, DONE), (A, A, A)),
    "429 without end": ((QUOTA,), (N, N, N)),
    "lost": ((reset,), (U, U, U)),
    "lost, then done": ((reset, DONE), (U, A, A)),
    "lost, then refused": ((reset, FORBIDDEN), (U, U, U)),
    "lost, then conflict": ((reset, CONFLICT), (U, U, U)),
    "lost, then gone": ((reset, GONE), (U, U, G)),
    # It still exists, so it was not deleted.
    "lost, then in use": ((reset, IN_USE), (U, U, N)),
    # It may be so because of the request that was lost.
    "lost, then in transition": ((reset, IN_TRANSITION), (U, U, U)),
    "in transition": ((IN_TRANSITION,), (N, N, N)),
    "lost, then 429 without end": ((reset, QUOTA), (U, U, U)),
    "cut short": ((CUT_SHORT,), (U, U, U)),
    "cut short, then conflict": ((CUT_SHORT, CONFLICT), (U, U, U)),
    "5xx": ((BUSY,), (U, U, U)),
    "5xx, then done": ((BUSY, DONE), (U, A, A)),
    "5xx, then refused": ((BUSY, FORBIDDEN), (U, U, U)),
    "5xx, then gone": ((answer(504), GONE), (U, U, G)),
    "408": ((answer(408),), (U, U, U)),
    "2xx without a body": ((answer(204),), (U, U, A)),
    "2xx, HTML": ((answer(200, b"<html>"),), (U, U, U)),
    "2xx, wrong types": ((answer(200, {"id": 7, "etag": []}),), (U, U, A)),
    "2xx, another resource's path": ((answer(200, {"id": "../../flows"}),), (U, U, A)),
    "2xx, more than 8 MiB": ((ENDLESS,), (U, U, U)),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("end", ENDS)
def test_what_a_write_did(end: str, method: str, passing: FakeTime) -> None:
    """An earlier attempt that may have been applied is never forgotten, whatever the last one says."""
    steps, expected = ENDS[end]
    with RawServer(*steps) as server:
        outcome = write(sandbox_of(client_of(server.url, passing)).connections, method)

    assert type(outcome) is expected[METHODS.index(method)]
    if isinstance(outcome, Applied):
        # Nothing is read from the answer to a deletion.
        assert outcome == (Applied("") if method == "DELETE" else Applied(ID, '"2"'))
    elif isinstance(outcome.error, AnswerError) and isinstance(outcome, Unknown):
        assert "; an earlier attempt of the same request got no answer, and may have been applied." in str(
            outcome.error
        )


@pytest.mark.parametrize("method", METHODS)
def test_a_server_that_cannot_be_reached_did_nothing(method: str, passing: FakeTime) -> None:
    """Its connections are refused, each time."""
    with RawServer(DONE) as server:
        url = server.url

    outcome = write(sandbox_of(client_of(url, passing)).connections, method)

    assert isinstance(outcome, NotApplied) and isinstance(outcome.error, UnreachableError)


@pytest.mark.parametrize("method", METHODS)
def test_a_server_that_vanishes_may_have_done_it(method: str, passing: FakeTime) -> None:
    """The first attempt was sent; that later ones were not, says nothing about it."""
    with RawServer(DONE) as server:
        server.script = [server.vanish]
        outcome = write(sandbox_of(client_of(server.url, passing)).connections, method)

    assert isinstance(outcome, Unknown)
    assert method == "POST" or "earlier attempt" in str(outcome.error)


def test_an_answer_to_a_change_of_another_connection_leaves_open_what_was_changed(passing: FakeTime) -> None:
    """A confused cache or proxy must not put another connection's etag into the state."""
    other = "11111111-5a1f-4983-94bb-e060c08e3f81"
    with RawServer(answer(200, {"id": other, "etag": '"2"'})) as server:
        outcome = write(sandbox_of(client_of(server.url, passing)).connections, "PATCH")

    assert isinstance(outcome, Unknown) and outcome.reason is Reason.MALFORMED
    assert "about another connection than the changed one (request " in str(outcome.error)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("end", ENDS)
def test_the_error_itself_says_whether_it_may_have_been_applied(end: str, method: str, passing: FakeTime) -> None:
    """Whoever has only the error, knows as much as whoever has the outcome."""
    with RawServer(*ENDS[end][0]) as server:
        outcome = write(sandbox_of(client_of(server.url, passing)).connections, method)

    if isinstance(outcome, (NotApplied, Unknown)):
        assert outcome.error.may_be_applied == isinstance(outcome, Unknown)


@pytest.mark.long
def test_an_answer_that_comes_too_late_is_told_apart(passing: FakeTime) -> None:
    """This side stopped waiting: the server may still be at work."""
    with RawServer(silence) as server:
        late = write(sandbox_of(client_of(server.url, passing, timeout=1.0)).connections, "POST")
    with RawServer(reset) as server:
        lost = write(sandbox_of(client_of(server.url, passing)).connections, "POST")

    assert isinstance(late, Unknown) and late.timed_out
    assert isinstance(lost, Unknown) and not lost.timed_out


TOKENS = (token_answer(1), token_answer(2))
NO_TOKEN = (token_answer(1), answer(400, {"error": "invalid_client"}))
# As above, and the answers of the token service.
RENEWALS: dict[str, tuple[Steps, Steps, tuple[type[Outcome | Gone], ...]]] = {
    "401, then done": ((EXPIRED, DONE), TOKENS, (A, A, A)),
    "401 twice": ((EXPIRED,), TOKENS, (N, N, N)),
    "401, then lost": ((EXPIRED, reset), TOKENS, (U, U, U)),
    "401, then refused": ((EXPIRED, FORBIDDEN), TOKENS, (N, N, N)),
    "401, no other token": ((EXPIRED,), NO_TOKEN, (N, N, N)),
    "lost, 401, then conflict": ((reset, EXPIRED, CONFLICT), TOKENS, (U, U, U)),
    "lost, 401, then done": ((reset, EXPIRED, DONE), TOKENS, (U, A, A)),
    "5xx, 401, no other token": ((BUSY, EXPIRED), NO_TOKEN, (U, U, U)),
    "5xx, 401, no token service": ((BUSY, EXPIRED), (token_answer(1), reset), (U, U, U)),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("end", RENEWALS)
def test_a_renewed_token_does_not_hide_what_came_before(end: str, method: str, passing: FakeTime) -> None:
    """401 itself says that nothing was done; an attempt before it may have been applied."""
    steps, from_token_service, expected = RENEWALS[end]
    with RawServer(*steps) as server, RawServer(*from_token_service) as tokens:
        outcome = write(sandbox_of(client_of(server.url, passing, tokens=tokens)).connections, method)

    assert type(outcome) is expected[METHODS.index(method)]


def cancelling(passing: FakeTime) -> Sender:
    """Cancel the run, and refuse its token on a connection that stays: after a cancellation, nothing is sent twice."""

    def send(connection: socket.socket) -> bool:
        passing.clock.cancelled.set()
        connection.sendall(EXPIRED)
        return True

    return send


def test_a_cancelled_run_finishes_what_it_may_have_written(passing: FakeTime) -> None:
    """The first attempt may have been applied, so the one with another token is sent although the run was cancelled."""
    with RawServer(reset, cancelling(passing), DONE) as server, RawServer(*TOKENS) as tokens:
        outcome = write(sandbox_of(client_of(server.url, passing, tokens=tokens)).connections, "PATCH")

    assert outcome == Applied(ID, '"2"')
    assert len(server.received) == 3


def test_a_cancelled_run_that_wrote_nothing_writes_nothing(passing: FakeTime) -> None:
    """A token that was refused says that nothing was done before."""
    with RawServer(cancelling(passing), DONE) as server, RawServer(*TOKENS) as tokens:
        outcome = write(sandbox_of(client_of(server.url, passing, tokens=tokens)).connections, "PATCH")

    assert isinstance(outcome, NotApplied) and outcome.error.code == Code.CANCELLED
    assert len(server.received) == 1


def test_without_a_token_nothing_was_done(passing: FakeTime) -> None:
    """The request itself was never sent."""
    with RawServer(DONE) as server, RawServer(reset) as tokens:
        outcome = write(sandbox_of(client_of(server.url, passing, tokens=tokens)).connections, "POST")

    assert isinstance(outcome, NotApplied)
    assert server.received == []


def test_a_ready_made_token_that_expires_does_not_hide_what_came_before(passing: FakeTime) -> None:
    """It cannot be renewed, and the error tells both."""
    with RawServer(reset, EXPIRED) as server:
        outcome = write(sandbox_of(client_of(server.url, passing)).connections, "PATCH")

    assert isinstance(outcome, Unknown)
    assert "configured access token was refused" in str(outcome.error)
    assert "earlier attempt" in str(outcome.error)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        {"kind": "lost_answer"},
        {"status": 503},
        {"kind": "late_write", "seconds": 0.0},
        {"status": 429, "retry_after": 1},
        {"status": 401},
        {"status": 403},
        {"kind": "redirect"},
    ],
    ids=lambda fault: str(fault.get("kind") or fault["status"]),
)
@pytest.mark.parametrize("times", [1, 2, None])
def test_the_outcome_is_true_at_the_server(
    fault: dict[str, Any], times: int | None, method: str, flowservice_emulator: Emulator, client: FlowServiceClient
) -> None:
    """Applied is in force, not applied is not; unknown may be either."""
    connections = sandbox_of(client).connections
    made = connections.create(connection("old"))
    assert isinstance(made, Applied)
    writes: dict[str, Callable[[], Outcome | Gone]] = {
        "POST": lambda: connections.create(connection("renamed")),
        "PATCH": lambda: connections.patch(made.id, RENAME, made.etag or ""),
        "DELETE": lambda: connections.delete(made.id),
    }
    path = "/connections" if method == "POST" else "/connections/*"
    flowservice_emulator.fault(method, path, times=times, **fault)

    outcome = writes[method]()

    names = [each["name"] for each in flowservice_emulator.connections()]
    is_in_force = "old" not in names if method == "DELETE" else "renamed" in names
    if isinstance(outcome, (Applied, Gone)):
        assert is_in_force
    if isinstance(outcome, NotApplied):
        assert not is_in_force
    assert names.count("renamed") <= 1


def test_a_conflict_after_a_lost_answer_keeps_its_class(
    flowservice_emulator: Emulator, client: FlowServiceClient
) -> None:
    """The lifecycle compares then what is there with what was wanted."""
    connections = sandbox_of(client).connections
    made = connections.create(connection())
    assert isinstance(made, Applied)
    flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer")

    outcome = connections.patch(made.id, RENAME, made.etag or "")

    assert isinstance(outcome, Unknown) and outcome.reason is Reason.CONFLICT
    assert outcome.error.code == Code.CONFLICT
