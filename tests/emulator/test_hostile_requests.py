"""The emulator answers any request, stores nothing harmful and continues; `make fuzz` tries for two minutes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from flowservice_emulator.app.routes import OPERATIONS
from flowservice_emulator.names import TOKEN_PATH
from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator.good_bodies import GOOD_BODIES, LISTS
from tests.emulator.hostile import (
    Broken,
    Request,
    Service,
    broken,
    broken_lists,
    is_documented,
    requests,
)

ODD_PATHS = ["", "/", "//", "/connections//", "/connections/{id}/test/", "/nowhere", "/connections/%2e%2e/flows"]
# What writes, and what reads by a query, comes up as often as all the rest.
WRITES = [each for each in GOOD_BODIES if not each[1].startswith("/emulator")]
API = st.sampled_from(WRITES + [("GET", path) for path in LISTS[:3]]) | st.sampled_from(
    [*OPERATIONS, ("POST", TOKEN_PATH), *(("GET", path) for path in ODD_PATHS)]
)
CONTROL = st.sampled_from(
    [*(each for each in GOOD_BODIES if each[1].startswith("/emulator")), ("POST", "/emulator/connections/{id}/use")]
)
QUICK = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    # The emulator is meant to stay, with all that earlier examples left in it.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(params=[None, 1, 2])
def service(flowservice_emulator: Emulator, request: pytest.FixtureRequest) -> Iterator[Service]:
    """An emulator under attack, with the default readings and under two seeds."""
    flowservice_emulator.settings(vary=request.param, connection_test="pass")
    with closing(Service(flowservice_emulator)) as attacked:
        yield attacked
    assert "unexpected errors" not in flowservice_emulator.counters()


def attack(service: Service, sent: list[Request]) -> None:
    """Send requests and judge each answer."""
    for each in sent:
        answer = service.send(each)
        assert is_documented(answer, each.method), (each, answer.status, answer.text[:500])


def test_every_request_is_answered_in_an_envelope(service: Service) -> None:
    """No status of 500 and above, and all lists work afterwards."""

    @QUICK
    @given(st.lists(requests(API), min_size=1, max_size=8))
    def property(sent: list[Request]) -> None:
        attack(service, sent)

    property()
    assert broken_lists(service) == []


def test_what_tests_send_is_answered_too(service: Service) -> None:
    """The paths below /emulator/ refuse bodies that they cannot use."""

    @QUICK
    @given(st.lists(requests(CONTROL), min_size=1, max_size=4))
    def property(sent: list[Request]) -> None:
        attack(service, sent)

    property()
    assert broken_lists(service) == []


def test_what_is_no_http_is_refused(flowservice_emulator: Emulator) -> None:
    """It is answered in the gateway's envelope, or the connection is closed; other clients notice nothing."""

    @settings(QUICK, max_examples=150)
    @given(broken())
    def property(sent: Broken) -> None:
        for answer in answers(flowservice_emulator.url, sent.content):
            assert 200 <= answer < 500, (sent, answer)

    property()
    flowservice_emulator.settings(connection_test="pass")
    with closing(Service(flowservice_emulator)) as attacked:
        assert broken_lists(attacked) == []


def answers(url: str, content: bytes) -> list[int]:
    """Send bytes, then no more, and return the statuses that come back before the connection ends."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        try:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda: connection.recv(65_536), b""))
        except OSError:
            return []
    found = [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]
    return [status for status in found if status != 100]
