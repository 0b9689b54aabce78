"""Creating and reading base connections."""

from __future__ import annotations

import time
import uuid

import pytest

from tests.contract.api import REDSHIFT, FlowServiceApi, is_gone, refused


def test_a_create_answers_id_and_etag(api: FlowServiceApi) -> None:
    """201 with the id, an etag whose quotes are part of it, and a Location."""
    answer = api.send("POST", "/connections", api.body())

    assert answer.status == 201
    assert str(uuid.UUID(answer.json["id"])) == answer.json["id"]
    # Missing as long as the connection is initializing.
    etag = answer.json.get("etag", '""')
    assert etag.startswith('"') and etag.endswith('"')
    assert answer.headers["location"]


def test_a_connection_reads_back_in_items(api: FlowServiceApi) -> None:
    """A single connection is wrapped in `items`, with its spec, its state and what was sent."""
    connection_id, etag = api.create()

    item = api.get(connection_id)

    assert item["id"] == connection_id
    assert item["name"] == api.prefix
    assert item["connectionSpec"] == {"id": REDSHIFT, "version": "1.0"}
    assert item["state"] in ("enabled", "initializing")
    assert item["etag"] == item["version"] == etag
    assert item["auth"]["specName"] == "Basic Authentication"
    assert item["auth"]["params"]["server"] == "redshift.example.com"
    assert item["auth"]["params"]["port"] == "5439"


def test_a_connection_tells_who_made_it_when_and_where(api: FlowServiceApi) -> None:
    """Times are milliseconds since the epoch; client, sandbox and organization are the caller's."""
    connection_id, _ = api.create()

    item = api.get(connection_id)

    assert abs(item["createdAt"] / 1000 - time.time()) < 300
    assert item["updatedAt"] >= item["createdAt"]
    assert item["createdBy"] and item["updatedBy"]
    assert item["createdClient"] == item["updatedClient"] == api.account.client_id
    assert item["sandboxName"] == api.account.sandbox
    assert item["sandboxId"]
    assert item["imsOrgId"] == api.account.ims_org


def test_two_connections_may_have_one_name(api: FlowServiceApi) -> None:
    """Names are not unique: no error code exists for it."""
    first, _ = api.create()
    second, _ = api.create()

    assert first != second


def test_an_unknown_way_to_authenticate_is_refused(api: FlowServiceApi) -> None:
    """400 with code 1415, naming the spec."""
    body = api.body()
    body["auth"]["specName"] = "IAM Authentication"

    answer = api.send("POST", "/connections", body)

    assert refused(answer, 400, "1415-400", "IAM Authentication", REDSHIFT)


@pytest.mark.parametrize("param", ["server", "database", "username", "password"])
def test_a_required_param_must_be_there(api: FlowServiceApi, param: str) -> None:
    """400 with code 1304, naming the param; the required ones are those of the spec's schema."""
    answer = api.send("POST", "/connections", api.body(without=param))

    assert refused(answer, 400, "1304-400", param)


@pytest.mark.parametrize("param", ["port", "schema"])
def test_other_params_may_be_left_out(api: FlowServiceApi, param: str) -> None:
    """Port and schema are not required."""
    answer = api.send("POST", "/connections", api.body(without=param))

    assert answer.status == 201


def test_an_empty_body_is_refused(api: FlowServiceApi) -> None:
    """400 with code 1405."""
    answer = api.send_raw("POST", "/connections", b"")

    assert refused(answer, 400, "1405-400")


def test_an_unknown_connection_is_not_found(api: FlowServiceApi) -> None:
    """In one of the documented ways."""
    assert is_gone(api.send("GET", f"/connections/{api.unknown_id()}"))


def test_text_of_any_language_reads_back(api: FlowServiceApi) -> None:
    """Names keep every character."""
    name = " - Ünïcödé 'quotes\" & 漢字, 100 %"
    connection_id, _ = api.create(name)

    assert api.get(connection_id)["name"] == api.prefix + name


def test_a_body_must_be_declared_as_json(api: FlowServiceApi) -> None:
    """A wrong content type is refused with 400, in the envelope of RFC 7807."""
    answer = api.send("POST", "/connections", api.body(), content_type="text/plain")

    assert refused(answer, 400, "A valid content-type must be specified")
    assert answer.json["status"] == 400
    assert answer.json["title"] == "BadRequestError"
