"""What a test changes without the program under test, and what it learns about the program."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import refused
from tests.emulator.program import made, program


def test_somebody_else_can_change_a_connection(flowservice_emulator: Emulator) -> None:
    """The etag, the time and the author of the change are new; the creator is the same."""
    api = program(flowservice_emulator)
    connection_id, etag = api.create()

    flowservice_emulator.change_connection(
        connection_id, by="anna@example.com", name="renamed", params={"server": "moved.example.com", "port": None}
    )

    item = api.get(connection_id)
    assert (item["name"], item["auth"]["params"]["server"]) == ("renamed", "moved.example.com")
    assert "port" not in item["auth"]["params"]
    assert item["etag"] != etag
    assert (item["updatedBy"], item["updatedClient"]) == ("anna@example.com", "exc_app")
    assert item["createdClient"] == "emulator"


def test_somebody_else_can_rotate_a_password(flowservice_emulator: Emulator) -> None:
    """Nothing that is shown changes but the etag and the author."""
    connection_id = made(flowservice_emulator)
    before = flowservice_emulator.request("GET", f"/connections/{connection_id}").json["items"][0]

    flowservice_emulator.change_connection(connection_id, params={"password": "Rotated-1"})

    after = flowservice_emulator.request("GET", f"/connections/{connection_id}").json["items"][0]
    assert flowservice_emulator.connections()[0]["auth"]["params"]["password"] == "Rotated-1"
    assert before["auth"] == after["auth"]
    assert before["etag"] != after["etag"]


def test_what_does_not_exist_cannot_be_changed(flowservice_emulator: Emulator) -> None:
    """A test that names a wrong id fails."""
    with pytest.raises(ValueError, match="there is no connection nowhere"):
        flowservice_emulator.change_connection("nowhere", name="renamed")


def test_what_is_no_field_cannot_be_changed(flowservice_emulator: Emulator) -> None:
    """A test that names a wrong field fails."""
    with pytest.raises(ValueError, match="colour cannot be changed"):
        flowservice_emulator.change_connection(made(flowservice_emulator), colour="red")


def test_somebody_else_can_delete_a_connection(flowservice_emulator: Emulator) -> None:
    """In use or not."""
    connection_id = made(flowservice_emulator)
    flowservice_emulator.use_connection(connection_id)

    flowservice_emulator.delete_connection(connection_id)

    assert refused(program(flowservice_emulator).send("GET", f"/connections/{connection_id}"), 404)


def test_a_flow_can_use_a_connection(flowservice_emulator: Emulator) -> None:
    """The flow is found by its connection, under its name, and keeps it from being deleted."""
    connection_id = made(flowservice_emulator)

    flow_id = flowservice_emulator.use_connection(connection_id, "Nightly orders")

    api = program(flowservice_emulator)
    found = api.list("/flows", f"inheritedAttributes.sourceConnections[].baseConnection.id=={connection_id}")
    assert (found.item["id"], found.item["name"]) == (flow_id, "Nightly orders")
    assert refused(api.send("DELETE", f"/connections/{connection_id}", content_type=None), 400, "1418-400")


def test_a_stranger_can_make_connections(flowservice_emulator: Emulator) -> None:
    """`createdBy` and `createdClient` name another client or user."""
    flowservice_emulator.request(
        "POST", "/connections", program(flowservice_emulator).body(), client="other", user="bob@example.com"
    )

    [connection] = flowservice_emulator.connections()
    assert (connection["createdClient"], connection["createdBy"]) == ("other", "bob@example.com")


def test_sandboxes_do_not_see_each_other(flowservice_emulator: Emulator) -> None:
    """A connection of one sandbox is unknown in the others."""
    connection_id = made(flowservice_emulator)

    answer = flowservice_emulator.request("GET", f"/connections/{connection_id}", sandbox="stage")

    assert answer.status == 404
    assert flowservice_emulator.connections("stage") == []
    assert len(flowservice_emulator.connections("dev")) == 1


def test_the_log_tells_what_the_program_asked(flowservice_emulator: Emulator) -> None:
    """Method, path, query, sandbox, client, request id and status of each request, the token's first."""
    api = program(flowservice_emulator, "stage")
    api.send("GET", "/connections?limit=5", x_request_id="one-two")
    api.send("POST", "/connections", {})

    token, listed, refusal = flowservice_emulator.log()

    assert (token.method, token.path, token.status) == ("POST", "/ims/token/v3", 200)
    assert (listed.path, listed.query, listed.sandbox, listed.status) == ("/connections", "limit=5", "stage", 200)
    assert (listed.client, listed.request_id) == ("emulator", "one-two")
    assert listed.milliseconds > 0
    assert (refusal.method, refusal.status) == ("POST", 400)


def test_the_log_can_be_searched(flowservice_emulator: Emulator) -> None:
    """A path is exact, `*` is one segment, `**` is any rest."""
    api = program(flowservice_emulator)
    connection_id, _ = api.create()
    api.get(connection_id)
    api.send("GET", f"/connections/{connection_id}/explore")

    def count(path: str) -> int:
        return len(flowservice_emulator.log(path=path))

    assert [count("/connections"), count("/connections/*"), count("/connections/**")] == [1, 1, 2]
    assert len(flowservice_emulator.log("post")) == 2


def test_requests_are_counted_by_sort(flowservice_emulator: Emulator) -> None:
    """Requests that differ only in an id count together."""
    api = program(flowservice_emulator)
    for connection_id in (api.create()[0], api.create()[0]):
        api.get(connection_id)

    counters = flowservice_emulator.counters()

    assert counters == {"POST /ims/token/v3": 1, "POST /connections": 2, "GET /connections/{id}": 2}


def test_the_test_itself_is_not_in_the_log(flowservice_emulator: Emulator) -> None:
    """The log has no requests of the control client."""
    connection_id = made(flowservice_emulator)
    flowservice_emulator.change_connection(connection_id, name="renamed")

    assert flowservice_emulator.log() == []


def test_the_log_holds_no_secret(flowservice_emulator: Emulator) -> None:
    """Neither bodies nor headers are logged, and of filters on credentials the field alone."""
    api = program(flowservice_emulator)
    api.create(password="Canary-1")
    api.list("/connections", "auth.params.password==Canary-1", "name==visible")
    api.request_token(client_secret="Canary-2")

    log = str(flowservice_emulator.log())

    assert "Canary" not in log
    assert "emulator-secret" not in log
    assert "name==visible" in log


def test_an_answer_carries_the_request_id(flowservice_emulator: Emulator) -> None:
    """It comes back as it was sent."""
    answer = program(flowservice_emulator).send("GET", "/connections/unknown", x_request_id="one-two")

    assert answer.headers["x-request-id"] == "one-two"


def test_the_clock_dates_answers_and_connections_alike(flowservice_emulator: Emulator) -> None:
    """A client that compares `createdAt` with the answer's date sees one clock, however wrong its own is."""
    flowservice_emulator.advance(86_400)
    api = program(flowservice_emulator)

    answer = api.send("POST", "/connections", api.body())

    created = flowservice_emulator.connections()[0]["createdAt"] / 1000
    assert abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - created) < 5
    assert created > time.time() + 80_000
