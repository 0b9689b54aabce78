"""Bodies and queries that no client should send: each is refused in an envelope, and nothing of it is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flowservice_emulator.json_values import InvalidJsonError, strict_json
from flowservice_emulator.server import Emulator

from tests.contract.api import REDSHIFT, FlowServiceApi, exchange, refused
from tests.contract.dataflows import DATABASE_FLOW_SPEC
from tests.emulator.program import body, made, program

JSON = {"content-type": "application/json"}


@pytest.fixture
def api(flowservice_emulator: Emulator) -> FlowServiceApi:
    """The program that sends the requests."""
    return program(flowservice_emulator)


@pytest.mark.parametrize(
    "text",
    [
        b"NaN",
        b"[-Infinity]",
        b"1e400",
        b"9223372036854775808",
        b"1" * 5_000,
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b'"a\\u0000b"',
        b'{"\\u0000": 1}',
        b"[" * 100_000,
        b"[" * 40 + b"]" * 40,
        b"[" + b"1," * 20_000 + b"1]",
        b"\xff",
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b"{'a': 1}",
        b"",
    ],
)
def test_what_json_does_not_allow_is_not_read(text: bytes) -> None:
    """Python's own reader takes most of these."""
    with pytest.raises(InvalidJsonError):
        strict_json(text)


def test_pairs_of_surrogates_are_one_character() -> None:
    """Only half a pair is wrong."""
    assert strict_json(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


@pytest.mark.parametrize("description", ["NaN", "Infinity", '"\\ud800"', "5", "[]", "{}", "true"])
def test_a_description_must_be_text(api: FlowServiceApi, description: str) -> None:
    """A description that could be stored but not be shown would break every list."""
    content = json.dumps(api.body())[:-1] + f', "description": {description}}}'

    created = api.send_raw("POST", "/connections", content.encode())

    assert refused(created, 400, "message")
    assert api.list("/connections").json["items"] == []


def test_a_param_must_be_text_too(api: FlowServiceApi) -> None:
    """A lone surrogate in a secret would show when secrets read back."""
    content = json.dumps(api.body()).replace("Made-up-1", "\\ud800")

    assert refused(api.send_raw("POST", "/connections", content.encode()), 400, "surrogate")


@pytest.mark.parametrize(
    "change", [{"name": "a\0b"}, {"description": "\0"}, {"auth": {"params": {"password": "a\0"}}}, {"a\0b": 1}]
)
def test_a_nul_is_refused(api: FlowServiceApi, change: dict[str, Any]) -> None:
    """Wherever it is in a body, of a create, a change or a control request; no JSON store holds it."""
    connection_id, etag = api.create()
    operation = {"op": "add", "path": "/description", "value": change}

    created = api.send("POST", "/connections", {**api.body(), **change})
    patched = api.patch(connection_id, etag, operation)
    controlled = exchange(
        api.account.endpoint,
        "PATCH",
        f"/emulator/connections/{connection_id}",
        json.dumps({"changes": change}).encode(),
        JSON,
    )

    assert [refused(each, 400, "NUL") for each in (created, patched, controlled)] == [True] * 3
    assert len(api.list("/connections").json["items"]) == 1


@pytest.mark.parametrize("spec", [{}, [], "x", {"id": {}}, {"id": []}, {"id": None}, {"id": 7}, None])
def test_a_spec_must_be_named(api: FlowServiceApi, spec: Any) -> None:
    """Anything else than the id of a spec is refused."""
    assert refused(api.send("POST", "/connections", {**api.body(), "connectionSpec": spec}), 400, "message")


@pytest.mark.parametrize(
    "change", [{"name": 5}, {"params": "x"}, {"data": []}, {"connectionSpec": {"id": {}}}, {"baseConnectionId": {}}]
)
def test_a_source_connection_has_types(api: FlowServiceApi, change: dict[str, Any]) -> None:
    """As its description states."""
    source = {
        "name": "source",
        "baseConnectionId": api.create()[0],
        "data": {"format": "tabular"},
        "connectionSpec": {"id": REDSHIFT, "version": "1.0"},
    }

    assert refused(api.send("POST", "/sourceConnections", {**source, **change}), 400, "not valid")


@pytest.mark.parametrize("change", [{"transformations": 5}, {"sourceConnectionIds": "x"}, {"flowSpec": "x"}])
def test_a_flow_has_types(api: FlowServiceApi, change: dict[str, Any]) -> None:
    """As its description states."""
    spec = {"id": DATABASE_FLOW_SPEC, "version": "1.0"}
    reader = {"name": "flow", "flowSpec": spec, "sourceConnectionIds": ["x"]}

    assert refused(api.send("POST", "/flows", {**reader, **change}), 400, "not valid")


def test_a_flow_cannot_be_born_with_a_state(api: FlowServiceApi) -> None:
    """400 with code 1410."""
    assert refused(api.send("POST", "/flows", {"name": "flow", "state": "enabled"}), 400, "1410-400")


@pytest.mark.parametrize("query", [None, {}, 5, ["x"]])
def test_a_search_has_types(api: FlowServiceApi, query: Any) -> None:
    """`queryString` is text."""
    assert refused(api.send("POST", "/connections/search", {"queryString": query}), 400, "queryString")


@pytest.mark.parametrize("limit", [-1, 0, "5", True, 1.5, 10**18])
def test_a_search_has_a_limit(api: FlowServiceApi, limit: Any) -> None:
    """A number above none; what is above the maximum counts as the maximum."""
    answer = api.send("POST", "/connections/search", {"queryString": "name==x", "limit": limit})

    assert answer.status == (200 if limit == 10**18 else 400)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("&".join(["property=name==x"] * 1_100), "1453-400"),
        ("property=name==" + ",".join("x" * 501), "1453-400"),
        ("orderby=" + ",".join(["name"] * 2_500), "1433-400"),
        ("limit=99999999999999999999", ""),
        ("limit=" + "9" * 5_000, ""),
        ("limit=%D9%A1", "1453-400"),
        ("count=foo", "1453-400"),
        ("continuationToken=WwpbXSwxZTQwMF0", "1453-400"),
        ("continuationToken=W1tdLDk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "1453-400"),
        ("continuationToken=bnVsbA", "1453-400"),
        ("continuationToken=%C3%A9", "1453-400"),
        ("property=createdAt==1,2", "1452-400"),
        ("property=createdAt==yesterday", "1452-400"),
        ("property=createdAt%3E=" + "9" * 400, "1452-400"),
        ("property=name==%00", "1453-400"),
        ("property=%C3%A9==x", "1453-400"),
        ("property=" + "auth." * 200 + "x==1", "1449-400"),
    ],
)
def test_a_query_has_bounds(api: FlowServiceApi, query: str, code: str) -> None:
    """400 with the code for what is wrong; only a limit may have any size."""
    answer = api.send("GET", f"/connections?{query}")

    assert answer.status == (400 if code else 200)
    assert code in answer.text


def test_a_table_name_can_hold_anything(api: FlowServiceApi) -> None:
    """There is no table with a NUL in its name; no database is asked."""
    connection_id, _ = api.create()

    answer = api.send("GET", f"/connections/{connection_id}/explore?objectType=table&object=a%00b")

    assert refused(answer, 400, "1330-400")


@pytest.mark.parametrize("change", [{"server": "a,b"}, {"port": "1,2"}])
def test_a_login_is_tried_at_one_place(api: FlowServiceApi, change: dict[str, str]) -> None:
    """A list of hosts would take as long as all of them together."""
    connection_id, _ = api.create(**{"server": "127.0.0.1", "port": "1", **change})

    assert api.send("GET", f"/connections/{connection_id}/test").json == {"result": False}


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_slash_may_end_the_path_of_a_connection(api: FlowServiceApi, method: str) -> None:
    """The API description prints PATCH and DELETE with it."""
    connection_id, etag = api.create()
    operations = [{"op": "add", "path": "/description", "value": "x"}]

    answer = api.send(
        method, f"/connections/{connection_id}/", operations if method == "PATCH" else None, if_match=etag
    )

    assert answer.status in (200, 204)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/connections", "GET, POST"),
        ("POST", "/connections/x/", "DELETE, GET, PATCH"),
        ("HEAD", "/flows", "GET, POST"),
    ],
)
def test_a_wrong_method_names_the_right_ones(api: FlowServiceApi, method: str, path: str, allowed: str) -> None:
    """405 names the allowed methods."""
    answer = api.send(method, path)

    assert (answer.status, answer.headers["allow"]) == (405, allowed)


def test_all_params_can_be_removed(api: FlowServiceApi) -> None:
    """`remove /auth/params` is documented with 200; then the connection test is false and `explore` is refused."""
    connection_id, etag = api.create()

    answer = api.patch(connection_id, etag, {"op": "remove", "path": "/auth/params"})

    assert answer.status == 200
    assert api.get(connection_id)["auth"]["params"] == {}
    assert api.send("GET", f"/connections/{connection_id}/test").json == {"result": False}
    assert refused(api.send("GET", f"/connections/{connection_id}/explore?objectType=root"), 400, "1308-400")


def test_flow_specs_are_listed(api: FlowServiceApi) -> None:
    """The one for databases, found by its name, names Redshift among its sources."""
    found = api.list("/flowSpecs", 'name=="CRMToAEP"').item

    assert found["id"] == DATABASE_FLOW_SPEC
    assert REDSHIFT in found["sourceConnectionSpecIds"]
    assert api.send("GET", f"/flowSpecs/{DATABASE_FLOW_SPEC}").item == found


def test_a_name_can_hold_any_character_of_unicode(flowservice_emulator: Emulator, api: FlowServiceApi) -> None:
    """Astral characters and controls come back as they went in; NUL alone is refused."""
    name = "\x1f\x7f\u2028\U0001f600"
    connection_id = made(flowservice_emulator, name)

    assert api.get(connection_id)["name"] == name
    assert api.list("/connections").item["name"] == name


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "clock", b'{"seconds": 1e308}'),
        ("POST", "clock", b'{"seconds": NaN}'),
        ("POST", "faults", b'{"path": 5, "status": "x"}'),
        ("POST", "faults", b'{"status": 100}'),
        ("POST", "faults", b'{"times": true}'),
        ("PATCH", "settings", b'{"latency_ms": 1e99}'),
        ("PATCH", "settings", b'{"delete_status": true}'),
        ("POST", "tokens", b'{"client": 5}'),
        ("POST", "reset", b"[1]"),
    ],
)
def test_tests_are_told_their_mistakes(flowservice_emulator: Emulator, method: str, path: str, content: bytes) -> None:
    """The paths below /emulator/ refuse what would make a later answer fail."""
    answer = exchange(flowservice_emulator.url, method, f"/emulator/{path}", content, JSON)

    assert refused(answer, 400, "message")
    assert program(flowservice_emulator).list("/connections").status == 200


def test_what_is_changed_behind_the_scenes_has_types_too(flowservice_emulator: Emulator) -> None:
    """A mistyped change is an error of the test."""
    connection_id = made(flowservice_emulator)
    for wrong in ({"name": None}, {"name": 5}, {"state": None}, {"params": "x"}):
        with pytest.raises(ValueError, match=r"must be|cannot be"):
            flowservice_emulator.change_connection(connection_id, **wrong)

    flowservice_emulator.change_connection(connection_id, description=None)

    assert program(flowservice_emulator).get(connection_id)["name"] == body()["name"]
