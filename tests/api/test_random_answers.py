"""Answers changed at random: each is read as it was sent, or it is none; the next request gets its own."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi_flowservice.api.session import Session
from pulumi_flowservice.errors import NoAnswerError, UnreachableError

from tests.support.raw_server import RawServer, answer

BODY = b'{"answer": "first"}'
CHUNKS = b'9\r\n{"answer"\r\na;x="y"\r\n: "first"}\r\n0\r\nX-Sum: 1\r\n\r\n'
NEXT = b'{"answer": "next"}'
LINES = [
    b"Content-Length: 19",
    b"content-length: 19",
    b"Content-Length: 3",
    b"Content-Length: 0",
    b"Content-Length: 44",
    b"Content-Length: 19, 19",
    b"Content-Length: -1",
    b"Content-Length:",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip",
    b"Connection: close",
    b"Connection: keep-alive",
    b"Content-Type: application/json; charset=nonsense; charset",
    b"Content-Encoding: gzip",
    b"Set-Cookie: a=b; expires=never; domain=.",
    b"Location: http://[::1",
    b"Trailer: X-Sum",
    b" folded: 19",
    b"no colon",
]
STATUSES = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 204 X",
    b"HTTP/1.1 304 X",
    b"HTTP/1.1 412 X",
    b"HTTP/1.0 200 OK",
    b"ICY 200 OK",
]
BEFORE = [
    b"",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 102 X\r\n\r\n",
    b"\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
]
BEHIND = [b"", b"\r\n", b"x", answer(200, b'{"answer": "stale"}')]


@dataclass(frozen=True)
class Sent:
    """What goes out: the bytes in packets, and whether the connection ends after them."""

    packets: list[bytes]
    ends: bool

    @property
    def whole(self) -> bytes:
        """All its bytes."""
        return b"".join(self.packets)


def split(whole: bytes, cuts: list[int]) -> list[bytes]:
    """Cut the bytes at these places."""
    places = sorted({0, len(whole), *(cut % (len(whole) + 1) for cut in cuts)})
    return [whole[start:end] for start, end in itertools.pairwise(places)]


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """Build an answer of parts that go together, or not; and perhaps change a few bytes of it."""
    body, framing = draw(st.sampled_from([(BODY, LINES[0]), (CHUNKS, LINES[8]), (BODY, b"X-None: 1"), (b"", LINES[3])]))
    lines = draw(st.permutations([framing, *draw(st.lists(st.sampled_from(LINES), max_size=2))]))
    # Half of them are answers that are as they should be.
    is_odd = draw(st.booleans())
    before, behind = (draw(st.sampled_from(BEFORE)), draw(st.sampled_from(BEHIND))) if is_odd else (b"", b"")
    whole = before + b"\r\n".join([draw(st.sampled_from(STATUSES)), *lines, b"", b""]) + body + behind
    if is_odd:
        odd = st.one_of(
            st.sampled_from([b"", b"\r", b"\n", b"\r\n", b"\0", b" ", b":", b"\xa0"]), st.binary(max_size=3)
        )
        for place, length, new in draw(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), odd), max_size=2)):
            start = place % (len(whole) + 1)
            whole = whole[:start] + new + whole[start + length :]
    return Sent(split(whole, draw(st.lists(st.integers(0, 400), max_size=6))), draw(st.booleans()))


@pytest.mark.long
@settings(max_examples=150)
@given(sent())
def test_an_answer_is_read_as_it_was_sent_or_it_is_none(first: Sent) -> None:
    """No mixture of the two: no error says "not sent", and no byte reaches the next request."""
    done = threading.Event()

    def step(connection: socket.socket) -> bool:
        with contextlib.suppress(OSError):
            for packet in first.packets:
                connection.sendall(packet)
        done.set()
        return not first.ends

    session = Session()
    with RawServer(step, answer(200, NEXT)) as server:
        try:
            # Where the answer's end is missing, this is how long it is waited for.
            status, _, body = session.exchange(
                "POST", f"{server.url}/first", params=(), headers={}, body=b"{}", timeout=0.2
            )
        except NoAnswerError as error:
            assert not isinstance(error, UnreachableError)
        else:
            assert b" %d" % status in first.whole
            assert body in first.whole or body == BODY
        done.wait(10)

        def ask() -> tuple[int, bytes]:
            got = session.exchange("POST", f"{server.url}/next", params=(), headers={}, body=b"{}", timeout=10)
            return got[0], got[2]

        try:
            after = ask()
        except NoAnswerError:
            # A connection may be closed just as the next request goes out on it: no answer, and never a wrong one.
            assert first.ends
            after = ask()

        assert after == (200, NEXT)
        assert {request.path for request in server.received} == {"/first", "/next"}
