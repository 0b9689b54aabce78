"""Requests and answers on real sockets, against servers that misbehave."""

from __future__ import annotations

import gzip
import logging
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pulumi_flowservice.api.answers import Answer
from pulumi_flowservice.api.clock import Clock
from pulumi_flowservice.api.session import LARGEST_BODY, Session
from pulumi_flowservice.api.transport import Request, Transport
from pulumi_flowservice.errors import FlowServiceError, MalformedAnswerError, NoAnswerError, UnreachableError

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, Sender, answer, endless, last, reset, silence
from tests.support.sending import BUSY, OK, send, soon


@pytest.mark.long
@pytest.mark.parametrize(
    "slow",
    [
        endless(b"X", head=b"HTTP/1.1 200 OK\r\nX-Slow: ", pause_seconds=0.02),
        endless(b"HTTP/1.1 100 Continue\r\n\r\n", pause_seconds=0.02),
        endless(b"x", head=b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", pause_seconds=0.02),
        endless(b"1\r\nx\r\n", head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", pause_seconds=0.02),
        endless(b"0", head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", pause_seconds=0.02),
        silence,
    ],
    ids=["header", "continue", "body", "chunks", "chunk size", "silence"],
)
def test_a_drip_is_cut_off_after_the_timeout_as_a_whole(slow: Sender) -> None:
    """A byte now and then starts a socket's timeout anew; ours counts from the request to the last byte."""
    started = time.monotonic()

    with RawServer(slow) as server, pytest.raises(NoAnswerError) as raised:
        Session().exchange("POST", server.url, params=(), headers={}, body=b"", timeout=0.3)

    assert raised.value.timed_out
    # A busy machine may notice late; a drip that is not cut off goes on for ever.
    assert 0.25 < time.monotonic() - started < 10


@pytest.mark.parametrize("status", [200, 307, 500])
def test_a_huge_body_is_not_taken_in(status: int, passing: FakeTime) -> None:
    """8 MiB is the most that is read, of a redirect too, and nothing is asked again."""
    head = f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: {2**40}\r\n\r\n".encode()
    tracemalloc.start()

    with RawServer(endless(b"x" * 65536, head=head)) as server, pytest.raises(MalformedAnswerError, match="8 MiB"):
        send(server, passing)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * LARGEST_BODY


def test_a_compressed_bomb_does_not_go_off(passing: FakeTime) -> None:
    """Gigabytes in a few kilobytes are cut off like any other body, before they are unpacked."""
    packed = gzip.compress(b"\0" * 2**25, 1)
    bomb = answer(200, packed, Content_Encoding="gzip")
    twice = answer(200, gzip.compress(packed * 40), Content_Encoding="gzip, gzip")
    tracemalloc.start()

    for body in (bomb, twice):
        with RawServer(body) as server, pytest.raises(MalformedAnswerError, match="8 MiB"):
            send(server, passing)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * LARGEST_BODY


def test_a_compressed_answer_is_read(passing: FakeTime) -> None:
    """Pages of a list come smaller."""
    with RawServer(answer(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")) as server:
        assert send(server, passing).json() == {"a": 1}


def test_a_truncated_answer_is_no_answer(passing: FakeTime) -> None:
    """Half a body would be taken for a whole one."""
    half = last(answer(200, {"items": []})[:-3])
    with RawServer(half, OK) as server:
        assert send(server, passing).json() == {"fine": True}
    with RawServer(half) as server, pytest.raises(NoAnswerError, match="before its answer was complete"):
        send(server, passing, method="POST")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no body"),
        (b"<html>", "not JSON"),
        (b'{"a": ', "not JSON"),
        (b"[" * 200_000 + b"]" * 200_000, "not JSON"),
        (b"9" * 100_000, "not JSON"),
        ('{"a": "é"}'.encode("latin-1"), "not JSON"),
    ],
    ids=["empty", "html", "truncated", "deep", "digits", "latin-1"],
)
def test_what_is_no_json_is_said_in_words(body: bytes, words: str, passing: FakeTime) -> None:
    """The error names status and request, and holds nothing of the body."""
    with RawServer(answer(200, body)) as server:
        got = send(server, passing)

    with pytest.raises(MalformedAnswerError, match=words) as raised:
        got.json()
    assert got.request_id in str(raised.value)
    assert "html>" not in str(raised.value)


def test_json_may_come_with_a_byte_order_mark_or_in_utf_16(passing: FakeTime) -> None:
    """Both are JSON by its older standard."""
    for encoding in ("utf-8-sig", "utf-16"):
        with RawServer(answer(200, '{"a": "é"}'.encode(encoding))) as server:
            assert send(server, passing).json() == {"a": "é"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(status: int, passing: FakeTime) -> None:
    """A 307 would send the password again, to whoever it names."""
    with RawServer(OK) as elsewhere, RawServer(answer(status, Location=elsewhere.url)) as server:
        got = send(server, passing, method="POST")

        assert (got.status, elsewhere.received) == (status, [])


def test_a_login_in_netrc_does_not_replace_the_token(
    passing: FakeTime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """requests would take it for each host that has one."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password netrc-password\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    with RawServer(OK) as server:
        send(server, passing)

    assert server.received[0].headers["authorization"] == "Bearer token-of-a-test"


def test_no_cookie_is_kept(passing: FakeTime) -> None:
    """A cookie would tie the threads' requests together."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    with RawServer(answer(200, Set_Cookie="session=1; Path=/")) as server:
        for _ in range(2):
            transport.send(Request("GET", server.url, True), soon(passing.clock))

    assert "cookie" not in server.received[1].headers


def test_every_request_says_who_asks_and_has_an_id_of_its_own(passing: FakeTime) -> None:
    """A retry has another id than the first attempt."""
    with RawServer(BUSY, OK) as server:
        got = send(server, passing)

    ids = [request.headers["x-request-id"] for request in server.received]
    assert len(set(ids)) == 2
    assert got.request_id == ids[1]
    assert all(request.headers["user-agent"].startswith("pulumi-flowservice/") for request in server.received)


def test_connections_are_kept_for_four_threads(passing: FakeTime) -> None:
    """40 requests from four threads take four connections at most."""
    transport, deadline = Transport(request_timeout=5, clock=passing.clock), soon(passing.clock)
    with RawServer(OK) as server:
        request = Request("GET", server.url, True)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _number: transport.send(request, deadline), range(40)))

        assert len(server.received) == 40
        assert server.connections <= 4


def test_the_pace_is_shared_by_all_threads() -> None:
    """Twelve requests from four threads at two a second take five seconds and a half."""
    passing = FakeTime()
    # Frozen hands: each thread only notes how long it would have to wait.
    clock = Clock(lambda: 0.0, passing.clock.wall, passing.sleeps.append, lambda: 0.0)
    transport = Transport(request_timeout=5, requests_per_second=2, clock=clock)
    with RawServer(OK) as server:
        request = Request("GET", server.url, True)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _number: transport.send(request, soon(clock)), range(12)))

    assert sorted(passing.sleeps) == [pytest.approx(turn / 2) for turn in range(1, 12)]


@pytest.mark.parametrize("value", ["new\nline", "wörld—", " leading"])
def test_a_header_that_cannot_be_written_is_said_without_its_value(value: str, passing: FakeTime) -> None:
    """Such a value could also split the request in two."""
    transport = Transport(request_timeout=5, clock=passing.clock)
    with RawServer(OK) as server:
        request = Request("GET", server.url, True, {"x-sandbox-name": value})
        try:
            transport.send(request, soon(passing.clock))
        except FlowServiceError as error:
            assert isinstance(error, UnreachableError)
            assert value.strip() not in str(error)
        else:
            assert server.received[0].headers["x-sandbox-name"] == value.strip()


def test_the_debug_log_tells_what_was_retried_and_for_how_long(
    passing: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    """Method, path, outcome, duration, id and pause, and neither headers nor bodies."""
    caplog.set_level(logging.DEBUG, "pulumi_flowservice")

    with RawServer(BUSY, reset, OK) as server:
        send(server, passing)

    lines = [record.getMessage() for record in caplog.records]
    assert [line for line in lines if "again in" in line] == ["GET /path: again in 0.5 s", "GET /path: again in 1.0 s"]
    assert "GET /path: status 503" in lines[0]
    assert "closed the connection" in lines[2]
    assert "token-of-a-test" not in caplog.text


def test_requests_and_answers_print_neither_headers_nor_bodies() -> None:
    """Both hold secrets."""
    request = Request("POST", "https://x.example.com/", False, {"Authorization": "canary"}, body=b"canary")
    got = Answer(200, {"x": "canary"}, b"canary", "id")

    assert "canary" not in f"{request} {request!r} {got} {got!r}"
