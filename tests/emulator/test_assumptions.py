"""What is not documented and was decided for the emulator; the contract suite has what is documented."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import FlowServiceApi, names, refused
from tests.contract.dataflows import Dataflows
from tests.contract.test_specs_and_databases import draft
from tests.emulator.program import made, program

SALESFORCE = "cfc0fee1-7dc0-40ef-b73e-d8b134c436f5"


@pytest.fixture
def api(flowservice_emulator: Emulator) -> FlowServiceApi:
    """The program that sends the requests."""
    return program(flowservice_emulator)


def salesforce(api: FlowServiceApi) -> str:
    """Create a connection that has no database, and return its id."""
    params = {"username": "loader", "password": "Made-up-1", "securityToken": "Made-up-2"}
    body = {
        "name": api.prefix,
        "connectionSpec": {"id": SALESFORCE, "version": "1.0"},
        "auth": {"specName": "Basic Authentication", "params": params},
    }
    return str(api.send("POST", "/connections", body).json["id"])


def test_an_empty_token_is_a_bad_request(api: FlowServiceApi) -> None:
    """Code 2114 is documented, but not in which case it is used."""
    assert refused(api.send("GET", "/connections", authorization="Bearer"), 400, "2114-400")


def test_a_code_travels_in_the_published_envelope(api: FlowServiceApi) -> None:
    """Type, title, status, report and the text in two more places, as the tutorial on access labels has them."""
    error = api.send("POST", "/flows", {"name": "x", "state": "enabled"}, x_request_id="my-own").json

    text = error["errorMessage"]
    assert error == {
        "type": "https://ns.adobe.com/aep/errors/FLOW-1410-400",
        "title": "Invalid request",
        "status": 400,
        "report": {"detailed-message": text, "request-id": "my-own"},
        "errorMessage": text,
        "errorDetails": text,
    }


def test_a_report_names_what_it_is_about(api: FlowServiceApi, flowservice_emulator: Emulator) -> None:
    """Id and type, where the error is about one resource."""
    flowservice_emulator.settings(not_found="1439-404")

    report = api.send("GET", "/flows/unknown").json["report"]

    assert (report["id"], report["type"]) == ("unknown", "flows")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/connections/x", 405)])
def test_what_is_no_path_is_not_found(api: FlowServiceApi, method: str, path: str, status: int) -> None:
    """The gateway's envelope, which differs from that of a deleted connection."""
    answer = api.send(method, path)

    assert answer.status == status
    assert set(answer.json) == {"error_code", "message"}


@pytest.mark.parametrize("content", [b"{", b'["a"]', b'"text"'])
def test_a_body_must_be_a_json_object(api: FlowServiceApi, content: bytes) -> None:
    """400 with a message."""
    assert refused(api.send_raw("POST", "/connections", content), 400, "message")


def test_a_param_must_have_the_type_of_its_schema(api: FlowServiceApi) -> None:
    """A port is text on this wire; no value is named, for it may be a secret."""
    body = api.body()
    body["auth"]["params"]["port"] = 5439

    answer = api.send("POST", "/connections", body)

    assert refused(answer, 400, "1312-400", "port")
    assert "5439" not in answer.text


@pytest.mark.parametrize("field", ["name", "auth"])
def test_a_name_is_needed(api: FlowServiceApi, field: str) -> None:
    """The prose requires a name and params, the schema does not."""
    body = {key: value for key, value in api.body().items() if key != field}

    assert refused(api.send("POST", "/connections", body), 400, "1304-400", field)


def test_a_page_holds_at_most_a_hundred(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """With any limit, and without one."""
    for number in range(101):
        made(flowservice_emulator, f"connection {number}")

    sizes = [len(api.list("/connections", **query).json["items"]) for query in ({}, {"limit": "500"}, {"limit": "7"})]

    assert sizes == [100, 100, 7]


def test_pages_do_not_move_when_the_list_grows(api: FlowServiceApi) -> None:
    """What is created between two pages neither repeats nor hides an item."""
    for suffix in ("-a", "-b", "-c"):
        api.create(suffix)
    link = api.list("/connections", limit="2").json["_links"]["next"]["href"]
    api.create("-d")

    assert names(api.send("GET", link)) == [f"{api.prefix}-a"]


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "many"}, {"continuationToken": "forged"}])
def test_a_bad_page_is_refused(api: FlowServiceApi, query: dict[str, str]) -> None:
    """400 with code 1453."""
    assert refused(api.list("/connections", **query), 400, "1453-400")


@pytest.mark.parametrize(
    "body",
    [
        {"op": "replace", "path": "/name", "value": "new"},
        [{"op": "REPLACE", "path": "/name", "value": "new"}],
        [{"op": "replace", "path": "name", "value": "new"}],
        [{"op": "replace", "path": "/name"}],
        [{"op": "replace", "path": "/name", "value": 7}],
        [{"op": "replace", "path": "/auth/params", "value": "new"}],
        [{"op": "replace", "path": "/auth/specName", "value": "new"}],
        [{"op": "replace", "path": "/state", "value": "disabled"}],
    ],
)
def test_a_patch_is_an_array_in_lower_case(api: FlowServiceApi, body: Any) -> None:
    """As in every tutorial; what the API description shows, or no document has, is refused."""
    connection_id, etag = api.create()

    assert refused(api.send("PATCH", f"/connections/{connection_id}", body, if_match=etag), 400)


def test_a_required_param_cannot_be_removed(api: FlowServiceApi) -> None:
    """A patch must leave params that suit the spec."""
    connection_id, etag = api.create()

    assert refused(api.patch(connection_id, etag, {"op": "remove", "path": "/auth/params/server"}), 400, "1304-400")


def test_a_source_connection_alone_is_no_use(api: FlowServiceApi) -> None:
    """The documented refusal speaks of flows."""
    connection_id, _ = api.create()
    Dataflows(api, connection_id).source()

    assert api.send("DELETE", f"/connections/{connection_id}", content_type=None).status == 204


def test_what_is_used_must_exist(api: FlowServiceApi) -> None:
    """A source connection needs a base connection of its own spec, and a flow a source connection."""
    dataflows = Dataflows(api, api.create()[0])
    api.schema_id = "https://ns.adobe.com/example/schemas/none"
    foreign = dataflows.source_body(baseConnectionId=salesforce(api))

    assert refused(api.send("POST", "/sourceConnections", foreign), 400, "1413-400")
    assert refused(api.send("POST", "/sourceConnections", {**foreign, "baseConnectionId": "x"}), 400, "1439-400")
    assert refused(dataflows.post(sourceConnectionIds=[str(uuid.uuid4())]), 400, "1439-400")
    assert refused(api.send("POST", "/flows", {"name": "flow"}), 400, "1304-400")


def test_a_connection_without_a_server_passes_its_test(api: FlowServiceApi) -> None:
    """The emulator has no database to log in to."""
    assert api.send("GET", f"/connections/{salesforce(api)}/test").json == {"result": True}


def test_a_spec_without_tables_cannot_be_explored(api: FlowServiceApi) -> None:
    """400 with code 1336."""
    answer = api.send("GET", f"/connections/{salesforce(api)}/explore?objectType=root")

    assert refused(answer, 400, "1336-400", SALESFORCE)


def test_a_database_that_refuses_cannot_be_explored(api: FlowServiceApi) -> None:
    """400 with code 1308, whose text holds no credential."""
    connection_id, _ = api.create(server="127.0.0.1", port="1", password="Canary-1")

    answer = api.send("GET", f"/connections/{connection_id}/explore?objectType=root")

    assert refused(answer, 400, "1308-400")
    assert "Canary" not in answer.text


def test_a_draft_has_a_state_of_its_own(api: FlowServiceApi) -> None:
    """It is called `draft`, and its params are checked as any other's."""
    connection_id, _ = draft(api)

    assert api.get(connection_id)["state"] == "draft"


def test_a_spec_without_drafts_refuses_them(api: FlowServiceApi) -> None:
    """Whether Redshift supports drafts is not documented; its spec does not say so."""
    assert refused(api.send("POST", "/connections?mode=draft", api.body()), 400, "1451-400")


def test_a_draft_cannot_be_used(api: FlowServiceApi) -> None:
    """A source connection needs a published base connection."""
    body = Dataflows(api, draft(api)[0]).source_body()

    assert refused(api.send("POST", "/sourceConnections", body), 400, "1416-400")


@pytest.mark.parametrize(("operation", "code"), [("publish", "1420-400"), ("explode", "valid op")])
def test_only_a_draft_can_be_published(api: FlowServiceApi, operation: str, code: str) -> None:
    """And publishing is the only action there is."""
    connection_id, _ = api.create()

    answer = api.send("POST", f"/connections/{connection_id}/action?op={operation}", content_type=None)

    assert refused(answer, 400, code)


def test_booleans_are_filtered_by_their_spelling(api: FlowServiceApi) -> None:
    """`true` finds a boolean, as in a documented sample, and a text of that spelling too."""
    body = api.body()
    body["auth"]["params"]["usePrivateLink"] = True
    connection_id = api.send("POST", "/connections", body).json["id"]
    api.create()

    assert api.list("/connections", "auth.params.usePrivateLink==true").item["id"] == connection_id
    assert api.list("/connections", "auth.params.usePrivateLink==false").json["items"] == []


def test_a_path_in_a_filter_is_not_read_as_sql(api: FlowServiceApi) -> None:
    """A filter whose field is not a path is refused."""
    for path in ("auth.x'); DROP TABLE resources; --", 'auth."x"', "auth..x", "auth.{0}"):
        assert refused(api.list("/connections", f"{path}==1"), 400)

    assert json.loads(api.list("/connections").text)["items"] == []
