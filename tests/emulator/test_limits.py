"""What one client may ask for, so that the others are served."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from flowservice_emulator.http.limits import Limits
from flowservice_emulator.server import Emulator

from tests.contract.api import refused
from tests.emulator.program import CONNECTIONS, made, program

QUICKLY = Limits(head_seconds=0.3, body_seconds=0.3, write_seconds=0.3, connections=50)


@pytest.fixture(scope="module")
def strict() -> Iterator[Emulator]:
    """An emulator with little patience."""
    with Emulator(limits=QUICKLY) as emulator:
        yield emulator


def opened(emulator: Emulator, sent: bytes = b"") -> socket.socket:
    """Return a connection on which something was sent."""
    parts = urlsplit(emulator.url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)
    connection.sendall(sent)
    return connection


def end_of(connection: socket.socket) -> bytes:
    """Return all that the emulator sends until it closes the connection."""
    with connection:
        received = []
        try:
            while part := connection.recv(65_536):
                received.append(part)
        except ConnectionResetError:
            pass
        return b"".join(received)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTT",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"\r\n",
        b"POST /ims/token/v3 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf",
    ],
)
def test_who_sends_half_a_request_is_left(strict: Emulator, sent: bytes) -> None:
    """The connection is closed when its time is over, whatever part is missing."""
    assert end_of(opened(strict, sent)) == b""


def test_line_breaks_do_not_keep_a_connection(strict: Emulator) -> None:
    """Not even after a whole request."""
    connection = opened(strict, b"GET /emulator/connections HTTP/1.1\r\nHost: localhost\r\n\r\n")
    first = b""
    while not first.endswith(b"]"):
        first += connection.recv(65_536)

    connection.sendall(b"\r\n")

    assert first.startswith(b"HTTP/1.1 200")
    assert end_of(connection) == b""


def test_a_body_has_a_largest_size(flowservice_emulator: Emulator) -> None:
    """413 in the gateway's envelope, whether the length was declared or not."""
    api = program(flowservice_emulator)
    chunk = b"%x\r\n%s\r\n" % (400_000, b" " * 400_000)
    head = f"POST {CONNECTIONS} HTTP/1.1\r\nHost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"

    declared = api.send_raw("POST", "/connections", b" " * 1_100_000)
    chunked = end_of(opened(flowservice_emulator, head.encode() + chunk * 3 + b"0\r\n\r\n"))

    assert refused(declared, 413, "413000")
    assert chunked.startswith(b"HTTP/1.1 413")
    assert json.loads(chunked.partition(b"\r\n\r\n")[2])["error_code"] == "413000"


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 15_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000,
    ],
)
def test_a_head_has_a_largest_size(flowservice_emulator: Emulator, head: bytes) -> None:
    """431 in the gateway's envelope, also where the head never ends."""
    answer = end_of(opened(flowservice_emulator, head))

    assert answer.startswith(b"HTTP/1.1 431")
    assert b'"error_code": "431000"' in answer


def test_who_sends_far_ahead_is_left(flowservice_emulator: Emulator) -> None:
    """Requests wait for the answers before them, and only so many."""
    answer = end_of(opened(flowservice_emulator, b"GET /emulator/log HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_000))

    assert answer.count(b"HTTP/1.1 200") < 100
    assert b"HTTP/1.1 400" in answer


def test_who_says_nothing_gives_way(strict: Emulator) -> None:
    """With all connections taken by silent clients, the next one is served and the oldest closed."""
    with ExitStack() as crowd:
        silent = [crowd.enter_context(opened(strict)) for _ in range(60)]

        assert program(strict).list("/connections").status == 200
        assert end_of(silent[0]) == b""


def test_who_never_reads_is_left(strict: Emulator) -> None:
    """A client that asks and does not read is closed; the memory for its answers stays small."""
    for number in range(20):
        made(strict, f"{number} " + "x" * 50_000)
    api = program(strict)
    lines = "".join(f"{name}: {value}\r\n" for name, value in api.headers().items())
    before = psutil.Process().memory_info().rss

    with ExitStack() as crowd:
        for _ in range(10):
            crowd.enter_context(
                opened(strict, f"GET {CONNECTIONS} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode() * 20)
            )
        # Connections are accepted in their order: after the first answer, all are there.
        served = [api.list("/connections", limit="1").status]
        while len(strict._server.server_state.connections) > 2:
            served.append(api.list("/connections", limit="1").status)
        held = psutil.Process().memory_info().rss - before

    assert set(served) == {200}
    # Twenty answers of a megabyte were asked for on each of ten connections.
    assert held < 60_000_000


def test_what_lies_unread_is_bounded() -> None:
    """Long before their time is over, those who have left the most for the longest are closed."""
    with Emulator(limits=Limits(unread_bytes=3_000_000)) as emulator, ExitStack() as crowd:
        for number in range(20):
            made(emulator, f"{number} " + "x" * 50_000)
        api = program(emulator)
        lines = "".join(f"{name}: {value}\r\n" for name, value in api.headers().items())
        asked = f"GET {CONNECTIONS} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode() * 20
        for _ in range(10):
            crowd.enter_context(opened(emulator, asked))
        served = [api.list("/connections", limit="1").status]
        while len(emulator._server.server_state.connections) > 6:
            served.append(api.list("/connections", limit="1").status)

    assert set(served) == {200}


@pytest.mark.long
def test_when_all_are_busy_a_new_client_is_told() -> None:
    """503 in the gateway's envelope; nobody who waits for an answer gives way."""
    with Emulator(limits=Limits(connections=16)) as emulator:
        emulator.fault("GET", "/connections", kind="slow", seconds=60, times=None)
        head = f"GET {CONNECTIONS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        with ExitStack() as crowd:
            for _ in range(16):
                crowd.enter_context(opened(emulator, head))
            while len(emulator._server.server_state.tasks) < 16:
                pass
            answer = end_of(opened(emulator, head))

    assert answer.startswith(b"HTTP/1.1 503")
    assert b'"error_code": "503000"' in answer


def test_a_slow_client_holds_up_nobody(strict: Emulator) -> None:
    """Requests are answered while bodies trickle in."""
    half = b"POST /ims/token/v3 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    with ExitStack() as crowd:
        # More than there may be: the oldest give way.
        for _ in range(60):
            crowd.enter_context(opened(strict, half))
        answers = [program(strict).list("/connections").status for _ in range(5)]

    assert answers == [200] * 5


@pytest.mark.long
def test_a_silent_database_holds_up_nobody(tmp_path: Path) -> None:
    """Lists are answered while more connections than there are threads wait for it."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=100) as silent,
        Emulator(str(tmp_path / "a.sqlite"), database_timeout_seconds=2) as emulator,
    ):
        connection_id = made(emulator, server="127.0.0.1", port=str(silent.getsockname()[1]))
        tested = [
            threading.Thread(target=emulator.request, args=["GET", f"/connections/{connection_id}/test"])
            for _ in range(50)
        ]
        for thread in tested:
            thread.start()
        api = program(emulator)
        while len(emulator._server.server_state.tasks) < 45:
            pass
        waiting = [api.list("/connections").status for _ in range(5)], len(emulator._server.server_state.tasks)
        for thread in tested:
            thread.join()

    assert waiting[0] == [200] * 5
    assert waiting[1] >= 40


def test_the_log_of_requests_stays_small(flowservice_emulator: Emulator) -> None:
    """Made-up paths and long queries do not fill the memory."""
    api = program(flowservice_emulator)
    api.send("GET", f"/{'x' * 5_000}?{'y' * 5_000}")
    threads = [threading.Thread(target=api.send, args=["GET", f"/nowhere/{number}"]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(len(entry.path) + len(entry.query) for entry in flowservice_emulator.log()) < 3_000
    assert len(flowservice_emulator.counters()) < 1_100
