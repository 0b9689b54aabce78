"""Broken answers over TLS, through a proxy that forwards, and through a proxy's tunnel: they end in the same way."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pulumi_flowservice.api.session import Session
from pulumi_flowservice.errors import NoAnswerError, UnreachableError

from tests.support.broken_answers import BROKEN, OWN, STALE
from tests.support.raw_server import RawServer, Sender, answer, in_turn

# One or more of each kind: all of them would take long in four ways.
NAMES = (
    "no bytes at all",
    "half of a head",
    "a length that is too long",
    "two lengths",
    "103 before the answer",
    "a negative chunk size",
    "another answer behind it",
    "a refused tunnel as status line",
    "a refused tunnel in a header",
    "a reset",
)
Way = Callable[..., tuple[RawServer, str]]


@pytest.fixture(params=["direct", "TLS", "proxy", "tunnel"])
def way(request: pytest.FixtureRequest, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Way:
    """Return a function that makes a server of a script, and the address by which it is reached."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    tunnel = request.param == "tunnel"

    def make(*script: bytes | Sender) -> tuple[RawServer, str]:
        server = RawServer(*script, tls=None if request.param in ("direct", "proxy") else tls, tunnel=tunnel)
        if request.param in ("direct", "TLS"):
            return server, server.url
        scheme = "https" if tunnel else "http"
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", server.url.replace("https", "http") if tunnel else server.url)
        return server, f"{scheme}://flow.example.com"

    return make


def ask(session: Session, url: str) -> bytes:
    """Send a write; return the body of its answer."""
    return session.exchange("POST", url, params=(), headers={}, body=b"{}", timeout=10)[2]


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_broken_answer_is_never_taken_for_a_request_that_was_not_sent(name: str, way: Way) -> None:
    """Also through a proxy: it has the request, whatever happens to the connection afterwards."""
    session = Session()
    server, url = way(BROKEN[name], OWN)
    with server:
        with pytest.raises(NoAnswerError) as raised:
            ask(session, url)

        assert not isinstance(raised.value, UnreachableError)
        assert ask(session, url) in OWN
        assert [request.connection for request in server.received] == [1, 2]
        assert server.has_ended(1)


def test_connections_are_used_again_on_any_way(way: Way) -> None:
    """Five answers that are as they should be need one connection."""
    session = Session()
    server, url = way(OWN)
    with server:
        assert all(ask(session, url) in OWN for _ in range(5))
        assert server.connections == 1


@pytest.mark.parametrize("size", [0, 1, 8191, 8192, 8193, 16383, 16384])
def test_the_rest_of_a_record_is_not_taken_for_the_next_answer(size: int, way: Way) -> None:
    """TLS and the buffer for reading hold back bytes which the socket itself no longer shows."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Fill: %s\r\n\r\n"
    length = len(head % (0, b""))
    first = head % (0, b"x" * (size - length)) if size > length else answer(200)
    session = Session()
    done = threading.Event()
    server, url = way(in_turn(first + STALE, done=done), OWN)
    with server:
        # What follows a whole record of TLS has one of its own, which may come after the answer was taken.
        with contextlib.suppress(NoAnswerError) if size == 16384 else pytest.raises(NoAnswerError):
            ask(session, url)

        done.wait(10)
        assert ask(session, url) in OWN
        assert [request.connection for request in server.received] == [1, 2]


def test_an_answer_that_waits_is_not_taken_for_the_next_one(way: Way) -> None:
    """It came after the first request was answered, and before the second was sent."""
    session, go, done = Session(), threading.Event(), threading.Event()
    server, url = way(in_turn(OWN, go, STALE, done=done), OWN)
    with server:
        assert ask(session, url) in OWN
        go.set()
        done.wait(10)
        assert ask(session, url) in OWN
        assert [request.connection for request in server.received] == [1, 2]


def test_the_proxys_answer_to_connect_is_no_answer_to_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it says instead of opening the tunnel: the request was surely not sent."""
    for refusal in (answer(403), b"HTTP/1.1 102 Processing\r\n\r\n" + OWN, answer(407) + OWN):
        with RawServer(refusal) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)

            with pytest.raises(UnreachableError):
                ask(Session(), "https://flow.example.com")

            assert [request.method for request in proxy.received] == ["CONNECT"]
