"""The emulator answers any request, stores nothing harmful and continues; `make fuzz` tries for two minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator.hostile import (
    API,
    CONTROL,
    Broken,
    Request,
    Service,
    answers,
    broken,
    broken_lists,
    judged,
    requests,
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
        judged(service, each)


@pytest.mark.long
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
