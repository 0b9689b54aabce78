"""Connection specs, connection tests, exploring, drafts."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.contract.api import REDSHIFT, FlowServiceApi, is_gone, refused

AZURE_FILE_STORAGE = "be5ec48c-5b78-49d5-b8fa-7c89ec4569b8"


@pytest.mark.reads
def test_a_spec_holds_the_schema_of_its_credentials(api: FlowServiceApi) -> None:
    """Redshift has one way to authenticate, whose JSON Schema marks the password and what is required."""
    spec = api.send("GET", f"/connectionSpecs/{REDSHIFT}").item

    [auth] = spec["authSpec"]
    assert (spec["name"], spec["version"]) == ("amazon-redshift", "1.0")
    assert auth["name"] == "Basic Authentication"
    assert auth["spec"]["properties"]["password"]["format"] == "password"
    assert set(auth["spec"]["required"]) == {"server", "username", "password", "database"}


@pytest.mark.reads
@pytest.mark.parametrize("value", ["amazon-redshift", '"amazon-redshift"'])
def test_a_spec_is_found_by_its_name(api: FlowServiceApi, value: str) -> None:
    """Specs are filtered as connections are, with or without quotes."""
    assert api.list("/connectionSpecs", f"name=={value}").item["id"] == REDSHIFT


@pytest.mark.reads
def test_specs_are_listed(api: FlowServiceApi) -> None:
    """There are several of them."""
    items = api.send("GET", "/connectionSpecs").json["items"]

    assert len({item["id"] for item in items}) == len(items) > 1


@pytest.mark.reads
def test_an_unknown_spec_is_not_found(api: FlowServiceApi) -> None:
    """404."""
    assert refused(api.send("GET", f"/connectionSpecs/{uuid.uuid4()}"), 404)


def test_a_connection_whose_login_works_is_valid(api: FlowServiceApi, login: dict[str, Any]) -> None:
    """The test answers 200 with `true`."""
    connection_id, _ = api.create(**login)

    answer = api.send("GET", f"/connections/{connection_id}/test")

    assert (answer.status, answer.json) == (200, {"result": True})


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"username": "nobody"}, {"database": "nowhere"}])
def test_a_connection_whose_login_is_refused_is_invalid(
    api: FlowServiceApi, login: dict[str, Any], change: dict[str, str]
) -> None:
    """The test says so."""
    connection_id, _ = api.create(**{**login, **change})

    answer = api.send("GET", f"/connections/{connection_id}/test")

    # The connector's own error is documented as well.
    assert (answer.status, answer.json) == (200, {"result": False}) or refused(answer, 400, "1308-400")


@pytest.mark.reads
def test_an_unknown_connection_cannot_be_tested(api: FlowServiceApi) -> None:
    """As when it is read."""
    assert is_gone(api.send("GET", f"/connections/{api.unknown_id()}/test"))


def test_the_root_of_a_database_is_its_tables(api: FlowServiceApi, login: dict[str, Any]) -> None:
    """`explore` of the root lists tables with the path by which they are explored."""
    connection_id, _ = api.create(**login)

    tables = api.send("GET", f"/connections/{connection_id}/explore?objectType=root").json

    assert tables
    assert set(tables[0]) >= {"type", "name", "path", "canPreview", "canFetchSchema"}
    assert tables[0]["type"] == "table"


def test_a_table_is_its_columns(api: FlowServiceApi, login: dict[str, Any]) -> None:
    """`explore` of a table names each column and its type."""
    connection_id, _ = api.create(**login)
    path = api.send("GET", f"/connections/{connection_id}/explore?objectType=root").json[0]["path"]

    table = api.send("GET", f"/connections/{connection_id}/explore?objectType=table&object={path}").json

    assert table["format"] == "flat"
    assert set(table["schema"]["columns"][0]) >= {"name", "type", "xdm"}


@pytest.mark.parametrize(
    ("query", "code"),
    [("objectType=table&object=no.such_table", "1330-400"), ("objectType=table", "1337-400"), ("", "1358-400")],
)
def test_what_does_not_exist_cannot_be_explored(
    api: FlowServiceApi, login: dict[str, Any], query: str, code: str
) -> None:
    """400 with the code that says what is wrong."""
    connection_id, _ = api.create(**login)

    assert refused(api.send("GET", f"/connections/{connection_id}/explore?{query}"), 400, code)


def draft(api: FlowServiceApi) -> tuple[str, str]:
    """Create a draft and return its id and etag."""
    body = {
        "name": api.prefix,
        "connectionSpec": {"id": AZURE_FILE_STORAGE, "version": "1.0"},
        "auth": {
            "specName": "Basic Authentication",
            "params": {"host": r"\\files.example.com\share", "userid": "loader", "password": "Made-up-1"},
        },
    }
    connection_id = api.made("/connections?mode=draft", body)
    return connection_id, api.get(connection_id)["etag"]


def test_a_draft_can_be_changed_and_published(api: FlowServiceApi) -> None:
    """Publishing takes no body and answers id and etag; from then on the connection is enabled."""
    connection_id, etag = draft(api)

    changed = api.patch(connection_id, etag, {"op": "add", "path": "/description", "value": "soon"})
    published = api.send("POST", f"/connections/{connection_id}/action?op=publish", content_type=None)

    assert changed.status == published.status == 200
    assert published.json["id"] == connection_id
    assert api.get(connection_id)["state"] == "enabled"


def test_finalizing_is_for_providers(api: FlowServiceApi) -> None:
    """400 with code 1402."""
    connection_id, _ = api.create()

    answer = api.send("POST", f"/connections/{connection_id}/action?op=FINALIZE", content_type=None)

    assert refused(answer, 400, "1402-400")
