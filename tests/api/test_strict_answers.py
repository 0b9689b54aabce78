"""Answers that break HTTP: none is taken for a result, and none of their bytes for the answer of another request."""

from __future__ import annotations

import threading

import pytest
from pulumi_flowservice.api.outcomes import Applied, Unknown
from pulumi_flowservice.api.session import LARGEST_BODY, Session
from pulumi_flowservice.errors import MalformedAnswerError, NoAnswerError, UnreachableError

from tests.support.broken_answers import BODY, BROKEN, CHUNK, FINE, OWN, SIZE, STALE, chunked, ok, sized
from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, in_turn, last
from tests.support.sending import client_of, sandbox_of, write


def ask(session: Session, server: RawServer, path: str) -> tuple[int, bytes]:
    """Send a write; return the status and the body of its answer."""
    url = f"{server.url}/{path}"
    status, _, body = session.exchange("PATCH", url, params=(), headers={}, body=b"[]", timeout=10)
    return status, body


def assert_the_next_is_answered(session: Session, server: RawServer, *, reused: bool) -> None:
    """Send another request: it gets the server's own answer to it."""
    status, body = ask(session, server, "next")

    assert (status, body) == (200, OWN.split(b"\r\n\r\n")[1])
    assert [request.path for request in server.received] == ["/first", "/next"]
    assert (server.received[0].connection == server.received[1].connection) == reused
    assert reused or server.has_ended(server.received[0].connection)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_no_answer_and_ends_its_connection(name: str) -> None:
    """What the request did is unknown, and the next one has a connection of its own."""
    session = Session()
    with RawServer(BROKEN[name], OWN) as server:
        with pytest.raises(NoAnswerError) as raised:
            ask(session, server, "first")

        assert not isinstance(raised.value, UnreachableError) and not raised.value.timed_out
        assert_the_next_is_answered(session, server, reused=False)


@pytest.mark.parametrize("name", FINE)
def test_what_http_allows_is_read(name: str) -> None:
    """The connection is used again, if nothing speaks against it."""
    step, status, body, reused = FINE[name]
    session = Session()
    with RawServer(step, OWN) as server:
        assert ask(session, server, "first") == (status, body)
        if not reused:
            # Before that, the next request could be sent just as the server closes.
            server.has_ended(1)
        assert_the_next_is_answered(session, server, reused=reused)


def test_the_rest_of_a_body_that_is_too_large_is_not_the_next_answer() -> None:
    """It is not read at all."""
    session, large = Session(), b"x" * (LARGEST_BODY + 2**20)
    with RawServer(ok(f"Content-Length: {len(large) + len(STALE)}", body=large + STALE), OWN) as server:
        with pytest.raises(MalformedAnswerError):
            ask(session, server, "first")

        assert_the_next_is_answered(session, server, reused=False)


def test_a_body_that_cannot_be_unpacked_is_no_answer() -> None:
    """Its end is certain, so that the connection may be used again."""
    session = Session()
    with RawServer(sized("Content-Encoding: gzip"), OWN) as server:
        with pytest.raises(NoAnswerError, match="cannot be unpacked"):
            ask(session, server, "first")

        assert ask(session, server, "next")[1] in OWN


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "name", ["two lengths", "103 before the answer", "no bytes at all", "a negative length", "another answer behind it"]
)
def test_after_a_broken_answer_a_write_is_unknown(name: str, method: str, passing: FakeTime) -> None:
    """It may have been applied; what is safe to repeat, is repeated."""
    with RawServer(BROKEN[name]) as server:
        outcome = write(sandbox_of(client_of(server.url, passing)).connections, method)

        assert isinstance(outcome, Unknown)
        assert (len(server.received) == 1) == (method == "POST")
        assert server.connections == len(server.received)


@pytest.mark.parametrize("stale", [STALE, b"x", b"HTTP/1.1 408 Request Timeout\r\n\r\n"], ids=["answer", "byte", "408"])
def test_an_answer_nobody_asked_for_is_not_taken_for_the_next_one(stale: bytes) -> None:
    """It waits in the socket of an idle connection, which is therefore closed."""
    session, go, done = Session(), threading.Event(), threading.Event()
    with RawServer(in_turn(sized(), go, stale, done=done), OWN) as server:
        assert ask(session, server, "first") == (200, BODY)
        go.set()
        done.wait(10)
        assert_the_next_is_answered(session, server, reused=False)


def test_an_answer_may_come_before_the_body_was_read() -> None:
    """The server reads the rest afterwards, and the connection stays in step."""
    session = Session()
    with RawServer(sized(), OWN, answers_early=True) as server:
        assert ask(session, server, "first") == (200, BODY)
        assert_the_next_is_answered(session, server, reused=True)


def test_a_body_that_is_not_taken_is_no_proof_that_nothing_was_done() -> None:
    """The server answers and closes while megabytes are on their way: its answer may arrive, or is lost."""
    session, large = Session(), b"x" * 2**24
    refused = ok("Connection: close", f"Content-Length: {SIZE}", status="HTTP/1.1 413 Too Large")
    with RawServer(last(refused), OWN, answers_early=True) as server:
        try:
            status, _, body = session.exchange(
                "POST", f"{server.url}/first", params=(), headers={}, body=large, timeout=10
            )
        except NoAnswerError as error:
            assert not isinstance(error, UnreachableError)
        else:
            assert (status, body) == (413, BODY)
        assert_the_next_is_answered(session, server, reused=False)


def test_an_answer_in_single_bytes_is_read(passing: FakeTime) -> None:
    """The network may cut it anywhere."""
    whole = b"HTTP/1.1 100 Continue\r\n\r\n" + chunked(CHUNK + b"0\r\nX-Sum: 1\r\n\r\n")
    with RawServer(in_turn(*[bytes([byte]) for byte in whole])) as server:
        outcome = write(sandbox_of(client_of(server.url, passing)).connections, "PATCH")

    assert isinstance(outcome, Applied)
