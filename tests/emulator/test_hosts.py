"""A web page in a browser of this machine can neither read the emulator's secrets nor change anything."""

from __future__ import annotations

import json
import sys

import pytest
from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.server import Emulator

from tests.contract.api import Answer, exchange, refused
from tests.emulator.program import CONNECTIONS, end_of, made, opened, program
from tests.support import forked
from tests.support.emulator_process import running

PATHS = ["/emulator/connections", "/emulator/settings", CONNECTIONS, "/nowhere"]


def asked(emulator: EmulatorControl, host: str, path: str = "/emulator/settings", **headers: str) -> Answer:
    """Send a GET whose `Host` is something else than the address it is sent to."""
    return exchange(emulator.url, "GET", path, b"", {"host": host, **headers})


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8090", "127.9.8.7:1", "[::1]", "[::1]:8090"]
)
def test_addresses_of_this_machine_are_hosts(flowservice_emulator: Emulator, host: str) -> None:
    """With any port: a container or a tunnel may have another."""
    assert asked(flowservice_emulator, host).status == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example.com",
        "localhost.evil.example.com",
        "127.0.0.1.evil.example.com:80",
        "10.0.0.1",
        "[::2]",
        "localhost@evil.example.com",
        "localhost:80:80",
        "a b",
        "",
    ],
)
def test_another_host_is_refused(flowservice_emulator: Emulator, host: str, path: str) -> None:
    """421 in the gateway's envelope, for every path: a name that leads here by DNS rebinding reads nothing."""
    made(flowservice_emulator, password="Canary-1")

    answer = asked(flowservice_emulator, host, path)

    assert refused(answer, 421, "--allow-host")
    assert "Canary" not in answer.text


@pytest.mark.parametrize("lines", [b"", b"Host: localhost\r\nHost: evil.example.com\r\n"])
def test_a_request_names_one_host(flowservice_emulator: Emulator, lines: bytes) -> None:
    """None is no browser's request and no HTTP/1.1 either; of two, nobody knows which one counts."""
    request = b"GET /emulator/settings HTTP/1.1\r\nConnection: close\r\n" + lines + b"\r\n"

    answer = end_of(opened(flowservice_emulator, request))

    assert answer.startswith((b"HTTP/1.1 421", b"HTTP/1.1 400"))
    assert json.loads(answer.partition(b"\r\n\r\n")[2]).keys() == {"error_code", "message"}


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://localhost.evil.example.com", "file://"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/emulator/reset"), ("DELETE", "/emulator/log"), ("GET", "/emulator/settings")]
)
def test_a_foreign_page_changes_nothing(flowservice_emulator: Emulator, origin: str, method: str, path: str) -> None:
    """403 in the gateway's envelope: a page may send simple requests to any address, and its browser says so."""
    made(flowservice_emulator)

    answer = exchange(flowservice_emulator.url, method, path, b"", {"origin": origin})

    assert refused(answer, 403, "Origin")
    assert len(flowservice_emulator.connections()) == 1


def test_a_page_of_this_machine_may_ask(flowservice_emulator: Emulator) -> None:
    """Its origin is an address of this machine as well."""
    assert asked(flowservice_emulator, "localhost", origin="http://localhost:3000").status == 200


@pytest.mark.parametrize("declared", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
@pytest.mark.parametrize(("method", "path"), [("POST", "reset"), ("POST", "clock"), ("PATCH", "settings")])
def test_a_control_request_declares_json(flowservice_emulator: Emulator, declared: str, method: str, path: str) -> None:
    """Browsers let a page send other types without asking first."""
    made(flowservice_emulator)
    headers = {"content-type": declared} if declared else {}

    answer = exchange(flowservice_emulator.url, method, f"/emulator/{path}", b"{}", headers)

    assert refused(answer, 400, "content-type")
    assert len(flowservice_emulator.connections()) == 1


def test_another_host_can_be_allowed() -> None:
    """By its name or address, with any port; it may be an origin as well."""
    with Emulator(allow_hosts=["Emulator", "fd00::7"]) as emulator:
        for host in ("emulator", "EMULATOR:8090", "[fd00::7]:1"):
            assert asked(emulator, host, origin=f"http://{host}").status == 200
        assert refused(asked(emulator, "emulator.example.com"), 421, "--allow-host")


def test_the_host_that_it_listens_at_is_one() -> None:
    """Whoever lets it listen elsewhere wants to reach it there."""
    with Emulator(host="0.0.0.0") as emulator:  # noqa: S104  # For a moment, with nothing in it.
        assert program(emulator).list("/connections").status == 200


@pytest.mark.long
def test_the_command_allows_hosts() -> None:
    """The option can be given more than once."""
    command = [sys.executable, "-m", "flowservice_emulator", "--allow-host", "one", "--allow-host", "two"]
    with running(*command) as emulator:
        statuses = [asked(emulator, host).status for host in ("one", "two:80", "three", "localhost")]

    assert statuses == [200, 200, 421, 200]


@pytest.mark.parametrize("name", ["emulator:8090", "a:1", "http://emulator", "*  *", ""])
def test_a_host_that_is_none_cannot_be_allowed(name: str) -> None:
    """One line says so at the start."""
    ended = forked.run("flowservice_emulator", "--allow-host", name)

    assert ended.returncode == 1
    assert "--allow-host takes a name" in ended.stderr
