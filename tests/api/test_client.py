"""The client: one for all threads of a process, one token, and one replay when that is refused."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.api import client as flow_service
from pulumi_flowservice.api.auth import AccessToken
from pulumi_flowservice.api.client import FlowServiceClient
from pulumi_flowservice.api.outcomes import Applied
from pulumi_flowservice.api.sandbox import open_sandbox
from pulumi_flowservice.api.transport import Transport
from pulumi_flowservice.errors import AnswerError, Code, Reason, SettingsError
from pulumi_flowservice.settings import Settings, load

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, answer
from tests.support.sending import client_of, connection, no_warning, sandbox_of, soon


def statuses(emulator: Emulator, method: str, path: str) -> list[int]:
    """Return how the emulator answered, in order."""
    return [entry.status for entry in emulator.log(method, path)]


def test_threads_that_come_at_once_share_client_and_token(flowservice_emulator: Emulator) -> None:
    """Sixteen of them ask for the client of one configuration: one token call."""
    flow_service._connect.cache_clear()
    settings = load(lambda _key: None, flowservice_emulator.environment)
    barrier = threading.Barrier(16)

    def run(_number: int) -> None:
        barrier.wait()
        list(open_sandbox(settings, "dev", warn=no_warning).connections.list())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(run, range(16)))

    assert len(flowservice_emulator.log("GET", "/connections")) == 16
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 1


def test_settings_that_cannot_be_used_make_no_client() -> None:
    """The error lists what is missing; nothing was sent."""
    with pytest.raises(SettingsError, match="no credentials"):
        flow_service.connect(Settings())


def test_a_configured_token_needs_no_token_service(flowservice_emulator: Emulator) -> None:
    """Nothing is asked of it."""
    environment = {
        **{name: value for name, value in flowservice_emulator.environment.items() if "CLIENT" not in name},
        "FLOWSERVICE_ACCESS_TOKEN": flowservice_emulator.issue_token(),
        "FLOWSERVICE_API_KEY": "emulator",
    }
    client = flow_service.connect(load(lambda _key: None, environment))
    client.sign_in(soon(client.clock))

    assert list(sandbox_of(client).connections.list()) == []
    assert (client.name, flowservice_emulator.log("POST", "/ims/token/v3")) == ("emulator", [])


def test_a_refused_token_is_renewed_once_and_the_request_replayed(
    client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """A POST too: 401 says that nothing was done."""
    connections = sandbox_of(client).connections
    connections.create(connection("first"))
    flowservice_emulator.revoke_tokens()

    assert isinstance(connections.create(connection("second")), Applied)
    assert statuses(flowservice_emulator, "POST", "/connections") == [201, 401, 201]
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 2


def test_a_token_that_stays_refused_is_an_error(client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """Not a loop: one renewal, one replay."""
    flowservice_emulator.fault("GET", "/connections", times=None, status=401)

    with pytest.raises(AnswerError, match="doctor") as raised:
        list(sandbox_of(client).connections.list())

    assert (raised.value.refusal, raised.value.code) == (Reason.TOKEN, Code.TOKEN_REFUSED)
    assert statuses(flowservice_emulator, "GET", "/connections") == [401, 401]


def test_a_missing_right_does_not_renew_the_token(client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """401 with such a code is about the user or the organization; another token would be refused as well."""
    body = {"type": "x/FLOW-1001-401", "title": "Unauthorized"}
    flowservice_emulator.fault("GET", "/connections", status=401, json=body)

    with pytest.raises(Exception, match="View Sources"):
        list(sandbox_of(client).connections.list())

    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 1


def test_a_ready_made_token_works_until_it_is_refused(flowservice_emulator: Emulator, passing: FakeTime) -> None:
    """It is sent as it is, and its end is explained."""
    settings = Settings(endpoint=flowservice_emulator.url, api_key="emulator", ims_org="EMULATOR@AdobeOrg")
    transport = Transport(request_timeout=5, clock=passing.clock)
    token = AccessToken(flowservice_emulator.issue_token())
    connections = sandbox_of(FlowServiceClient(settings, transport, token)).connections

    made = connections.create(connection())
    flowservice_emulator.revoke_tokens()

    assert isinstance(made, Applied)
    with pytest.raises(AnswerError, match="live for 24 hours") as raised:
        connections.get(made.id)
    assert raised.value.refusal is Reason.TOKEN


def test_a_creation_is_repeated_after_429(
    client: FlowServiceClient, flowservice_emulator: Emulator, passing: FakeTime
) -> None:
    """After the time that the API asks for, whichever form it takes."""
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after=7)
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after="date:30")

    sandbox_of(client).connections.create(connection())

    assert statuses(flowservice_emulator, "POST", "/connections") == [429, 429, 201]
    assert passing.sleeps[0] == 7
    assert passing.sleeps[1] == pytest.approx(30, abs=1.1)


def test_the_server_s_clock_counts(passing: FakeTime) -> None:
    """A local clock that is wrong does not matter after the first answer."""
    with RawServer(answer(200, {"items": []}, Date="Tue, 01 Jan 2030 00:00:00 GMT")) as server:
        client = client_of(server.url, passing)
        list(sandbox_of(client).connections.list())

    assert client.server_now() == sandbox_of(client).server_now() == 1_893_456_000


def test_an_hour_with_tokens_that_last_minutes(
    client: FlowServiceClient, flowservice_emulator: Emulator, passing: FakeTime
) -> None:
    """A read a minute for an hour, tokens of ten minutes by the emulator's clock: none is refused."""
    flowservice_emulator.settings(token_lifetime_seconds=600)

    for _ in range(60):
        passing.now += 60
        flowservice_emulator.advance(60)
        list(sandbox_of(client).connections.list())

    assert set(statuses(flowservice_emulator, "GET", "/connections")) == {200}
    # Renewed after three quarters of ten minutes: with a read a minute, every eight minutes.
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 8


def test_nothing_prints_a_secret(client: FlowServiceClient) -> None:
    """Neither the client nor what it is made of."""
    token = client._tokens.token(soon(client.clock))

    shown = "".join(f"{part} {part!r}" for part in (client, client._settings, client._tokens, client._transport))
    assert token not in shown
    assert "emulator-secret" not in shown
