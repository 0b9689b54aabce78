"""What a request may hold, and that no client waits for another."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import refused
from tests.emulator.program import CONNECTIONS, end_of, made, opened, program
from tests.support.waiting import wait_until


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


def test_a_slow_client_holds_up_nobody(flowservice_emulator: Emulator) -> None:
    """Requests are answered while bodies trickle in."""
    half = b"POST /ims/token/v3 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    with ExitStack() as crowd:
        for _ in range(60):
            crowd.enter_context(opened(flowservice_emulator, half))
        answers = [program(flowservice_emulator).list("/connections").status for _ in range(5)]

    assert answers == [200] * 5


@pytest.mark.long
def test_a_silent_database_holds_up_nobody(tmp_path: Path) -> None:
    """Lists are answered while more connections than there are threads wait for it."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=100) as silent,
        Emulator(str(tmp_path / "a.sqlite"), database_timeout_seconds=2) as emulator,
    ):
        connection_id = made(emulator, server="127.0.0.1", port=str(silent.getsockname()[1]))
        api = program(emulator)
        with ThreadPoolExecutor(50) as pool:
            for _ in range(50):
                pool.submit(emulator.request, "GET", f"/connections/{connection_id}/test")
            wait_until(lambda: len(emulator._server.server_state.tasks) >= 45)
            waiting = [api.list("/connections").status for _ in range(5)], len(emulator._server.server_state.tasks)

    assert waiting[0] == [200] * 5
    assert waiting[1] >= 40


def test_the_log_of_requests_stays_small(flowservice_emulator: Emulator) -> None:
    """Made-up paths and long queries do not fill the memory."""
    api = program(flowservice_emulator)
    api.send("GET", f"/{'x' * 5_000}?{'y' * 5_000}")
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda number: api.send("GET", f"/nowhere/{number}"), range(20)))

    assert max(len(entry.path) + len(entry.query) for entry in flowservice_emulator.log()) < 3_000
    assert len(flowservice_emulator.counters()) < 1_100
