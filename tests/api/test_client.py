"""The typed client against the emulator: one token, honest waits, and nothing that a strange answer can steer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.api import client as flow_service
from pulumi_flowservice.api.auth import AccessToken
from pulumi_flowservice.api.client import FlowServiceClient
from pulumi_flowservice.api.transport import Transport
from pulumi_flowservice.errors import (
    AnswerError,
    FlowServiceError,
    MalformedAnswerError,
    NoAnswerError,
    NotFoundError,
    TokenRefusedError,
    VersionConflictError,
)
from pulumi_flowservice.kinds.redshift import REDSHIFT
from pulumi_flowservice.redaction import Redactor
from pulumi_flowservice.settings import Settings, load

from tests.support.fake_time import FakeTime

SECRET = 'canary "of" the\\password'
RENAME = [{"op": "replace", "path": "/name", "value": "renamed"}]


def body(name: str = "orders", **params: str) -> dict[str, Any]:
    """A connection to make."""
    known = {"server": "db.example.com", "database": "dev", "username": "loader", "password": SECRET}
    return {
        "name": name,
        "auth": {"specName": REDSHIFT.auth_spec, "params": {**known, **params}},
        "connectionSpec": {"id": REDSHIFT.spec_id, "version": "1.0"},
    }


@pytest.fixture
def passing() -> FakeTime:
    """A clock that only sleeps move."""
    return FakeTime()


@pytest.fixture
def client(flowservice_emulator: Emulator, passing: FakeTime) -> FlowServiceClient:
    """A client of the emulator."""
    settings = load(lambda _key: None, flowservice_emulator.environment)
    flow_service._connect.cache_clear()
    return flow_service.connect(settings, passing.clock)


def statuses(emulator: Emulator, method: str, path: str) -> list[int]:
    """How the emulator answered, in order."""
    return [entry.status for entry in emulator.log(method, path)]


def test_one_life(client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """Create, read, change, list and delete, with one token."""
    made = client.create_connection("dev", body())
    read = client.get_connection("dev", made.id)
    changed = client.patch_connection("dev", made.id, RENAME, read.etag or "")
    listed = list(client.list_connections("dev", "name==renamed"))
    client.delete_connection("dev", made.id)

    assert read.name == "orders" and changed.etag != read.etag
    assert [connection.id for connection in listed] == [made.id]
    with pytest.raises(NotFoundError):
        client.get_connection("dev", made.id)
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 1


def test_threads_that_come_at_once_share_client_and_token(flowservice_emulator: Emulator) -> None:
    """Sixteen of them ask for the client of one configuration: one token call."""
    flow_service._connect.cache_clear()
    settings = load(lambda _key: None, flowservice_emulator.environment)
    barrier = threading.Barrier(16)

    def run() -> None:
        barrier.wait()
        list(flow_service.connect(settings).list_connections("dev"))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(flowservice_emulator.log("GET", "/connections")) == 16
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 1


def test_a_refused_token_is_renewed_once_and_the_request_replayed(
    client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """A POST too: 401 says that nothing was done."""
    client.create_connection("dev", body("first"))
    flowservice_emulator.revoke_tokens()
    client.create_connection("dev", body("second"))

    assert statuses(flowservice_emulator, "POST", "/connections") == [201, 401, 201]
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 2


def test_a_token_that_stays_refused_is_an_error(client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """Not a loop: one renewal, one replay."""
    flowservice_emulator.fault("GET", "/connections", times=None, status=401)

    with pytest.raises(TokenRefusedError, match="doctor"):
        list(client.list_connections("dev"))

    assert statuses(flowservice_emulator, "GET", "/connections") == [401, 401]


def test_a_ready_made_token_works_until_it_is_refused(flowservice_emulator: Emulator, passing: FakeTime) -> None:
    """It is sent as it is, nothing is asked of the token service, and its end is explained."""
    settings = Settings(endpoint=flowservice_emulator.url, api_key="emulator", ims_org="EMULATOR@AdobeOrg")
    issued = flowservice_emulator._control("POST", "tokens", {"client": "emulator", "user": None})["access_token"]
    transport = Transport(request_timeout=5, clock=passing.clock)
    client = FlowServiceClient(settings, transport, AccessToken(issued), Redactor())

    made = client.create_connection("dev", body())
    flowservice_emulator.revoke_tokens()

    with pytest.raises(TokenRefusedError, match="live for 24 hours"):
        client.get_connection("dev", made.id)
    assert flowservice_emulator.log("POST", "/ims/token/v3") == []


@pytest.mark.parametrize("kind", ["status", "reset", "lost_answer"])
def test_a_read_gets_over_trouble(
    kind: str, client: FlowServiceClient, flowservice_emulator: Emulator, passing: FakeTime
) -> None:
    """503, a connection closed, an answer lost: three times each."""
    made = client.create_connection("dev", body())
    flowservice_emulator.fault("GET", "/connections/*", times=3, kind=kind)

    assert client.get_connection("dev", made.id).id == made.id
    assert len(passing.sleeps) == 3


def test_a_patch_whose_answer_was_lost_meets_a_moved_etag(
    client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """`If-Match` makes the repetition harmless; what is there now decides, above this."""
    made = client.create_connection("dev", body())
    flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer")

    with pytest.raises(VersionConflictError):
        client.patch_connection("dev", made.id, RENAME, made.etag or "")

    assert client.get_connection("dev", made.id).name == "renamed"


def test_a_delete_whose_answer_was_lost_finds_nothing_left(
    client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """Its repetition says that the connection is gone."""
    made = client.create_connection("dev", body())
    flowservice_emulator.fault("DELETE", "/connections/*", kind="lost_answer")

    with pytest.raises(NotFoundError):
        client.delete_connection("dev", made.id)

    assert flowservice_emulator.connections() == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_creation_is_never_repeated_after_5xx(
    status: int, client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """It may have been done: the caller looks."""
    flowservice_emulator.fault("POST", "/connections", status=status)

    with pytest.raises(NoAnswerError):
        client.create_connection("dev", body())

    assert statuses(flowservice_emulator, "POST", "/connections") == [status]


def test_a_creation_is_repeated_after_429(
    client: FlowServiceClient, flowservice_emulator: Emulator, passing: FakeTime
) -> None:
    """After the time that the API asks for, whichever form it takes."""
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after=7)
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after="date:30")

    client.create_connection("dev", body())

    assert statuses(flowservice_emulator, "POST", "/connections") == [429, 429, 201]
    assert passing.sleeps[0] == 7
    assert passing.sleeps[1] == pytest.approx(30, abs=1.1)


@pytest.mark.parametrize("answer", [{"id": "../../flows"}, {"etag": "x"}, {"id": 7}, []])
def test_a_creation_with_a_strange_answer_is_unknown(
    answer: object, client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """Something was made, and what it is called is not known."""
    flowservice_emulator.fault("POST", "/connections", kind="wrong_types", json=answer, status=201)

    with pytest.raises(NoAnswerError):
        client.create_connection("dev", body())


@pytest.mark.parametrize("id_", ["../flows", "a/b", "..", "", "a?limit=1", "a#b", "%2e%2e", "a\r\nX: y", "é"])
def test_an_id_never_names_another_resource(
    id_: str, client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """Such an id is refused before anything is sent."""
    asks: list[Callable[[], object]] = [
        lambda: client.get_connection("dev", id_),
        lambda: client.patch_connection("dev", id_, RENAME, '"e"'),
        lambda: client.delete_connection("dev", id_),
        lambda: client.test_connection("dev", id_),
    ]

    for ask in asks:
        with pytest.raises(MalformedAnswerError, match="no connection id"):
            ask()
    assert flowservice_emulator.log() == []


@pytest.mark.parametrize("kind", ["wrong_types", "deep_json", "huge_body", "redirect"])
def test_strange_answers_are_errors(kind: str, client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """Of every method, and never a wrong "gone"."""
    made = client.create_connection("dev", body())
    asks: list[Callable[[], object]] = [
        lambda: list(client.list_connections("dev")),
        lambda: client.get_connection("dev", made.id),
        lambda: client.test_connection("dev", made.id),
        lambda: client.patch_connection("dev", made.id, RENAME, made.etag or ""),
        lambda: client.list_flows_using("dev", made.id),
    ]
    flowservice_emulator.fault("*", "**", times=None, kind=kind)

    for ask in asks:
        with pytest.raises(FlowServiceError) as raised:
            ask()
        assert not isinstance(raised.value, NotFoundError)
        assert "(request " in str(raised.value)


def test_the_next_page_is_asked_of_the_configured_host(
    client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """A link to another host would take the token there; only its token is used."""
    link = {"next": {"href": "https://evil.example.com/connections?continuationToken=t1"}}
    flowservice_emulator.fault("GET", "/connections", kind="wrong_types", json={"items": [], "_links": link})
    flowservice_emulator.fault("GET", "/connections", kind="wrong_types", json={"items": []})

    assert list(client.list_connections("dev")) == []
    assert "continuationToken=t1" in flowservice_emulator.log("GET", "/connections")[1].query


def test_a_list_that_goes_round_in_a_circle_ends(client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """The same page twice is an error, not a loop."""
    link = {"next": {"href": "/connections?continuationToken=again"}}
    page = {"items": [], "_links": link}
    flowservice_emulator.fault("GET", "/connections", times=None, kind="wrong_types", json=page)

    with pytest.raises(MalformedAnswerError, match="circle"):
        list(client.list_connections("dev"))


def test_a_list_without_end_ends(
    client: FlowServiceClient, flowservice_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Always another page is an error too, after a thousand of them; here after three."""
    monkeypatch.setattr(flow_service, "_MOST_PAGES", 3)
    for number in range(4):
        page = {"items": [], "_links": {"next": {"href": f"/connections?continuationToken={number}"}}}
        flowservice_emulator.fault("GET", "/connections", kind="wrong_types", json=page)

    with pytest.raises(MalformedAnswerError, match="does not end after 3 pages"):
        list(client.list_connections("dev"))


def test_another_connection_than_the_one_asked_for_is_refused(
    client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """A confused cache must not put one connection's values into another's state."""
    made, other = client.create_connection("dev", body("a")), client.create_connection("dev", body("b"))
    entry = {"id": other.id, "name": "b"}
    flowservice_emulator.fault("GET", "/connections/*", kind="wrong_types", json={"items": [entry]})

    with pytest.raises(MalformedAnswerError, match="other connections"):
        client.get_connection("dev", made.id)


def test_an_echo_of_the_request_leaks_nothing(client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """A 4xx body that quotes the request with its headers shows neither password nor token."""
    flowservice_emulator.fault("POST", "/connections", status=400, body="echo")

    with pytest.raises(AnswerError) as raised:
        client.create_connection("dev", body())

    shown = f"{raised.value} {raised.value!r} {vars(raised.value)}"
    assert "could not be processed" in shown
    for piece in ("canary", "the\\", client._tokens.token()):
        assert piece not in shown


@pytest.mark.parametrize(
    ("deny", "words"), [("read", "View Sources"), ("write", "Manage Sources")], ids=["read", "write"]
)
def test_a_missing_permission_is_explained(
    deny: str, words: str, client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """The text names the permissions as the administrator sees them."""
    flowservice_emulator.settings(deny=[deny])

    with pytest.raises(AnswerError, match=words) as raised:
        list(client.list_connections("dev")) if deny == "read" else client.create_connection("dev", body())

    assert raised.value.status == 403


def test_an_hour_with_tokens_that_last_minutes(
    client: FlowServiceClient, flowservice_emulator: Emulator, passing: FakeTime
) -> None:
    """A read a minute for an hour, tokens of ten minutes by the emulator's clock: none is refused."""
    flowservice_emulator.settings(token_lifetime_seconds=600)
    made = client.create_connection("dev", body())

    for _ in range(60):
        passing.now += 60
        flowservice_emulator.advance(60)
        client.get_connection("dev", made.id)

    assert set(statuses(flowservice_emulator, "GET", "/connections/*")) == {200}
    # Renewed after three quarters of ten minutes: with a read a minute, every eight minutes.
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 8


def test_nothing_prints_a_secret(client: FlowServiceClient) -> None:
    """The client and what it is made of."""
    token = client._tokens.token()

    shown = "".join(f"{part} {part!r}" for part in (client, client._settings, client._tokens, client._transport))
    assert token not in shown
    assert "emulator-secret" not in shown
