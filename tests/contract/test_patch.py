"""Changing base connections."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.contract.api import Answer, FlowServiceApi, is_gone, refused

NEW_NAME = {"op": "replace", "path": "/name", "value": "renamed by the contract suite"}


def is_refused(answer: Answer) -> bool:
    """Return whether single params cannot be patched, which is a choice, and is refused in its documented way then."""
    return answer.status != 200 and refused(answer, 400, "1455-400")


def visible(api: FlowServiceApi, connection_id: str) -> dict[str, Any]:
    """Return the params that are no secrets: those may look another way at every read."""
    return {key: value for key, value in api.get(connection_id)["auth"]["params"].items() if key != "password"}


def test_a_patch_answers_id_and_a_new_etag(api: FlowServiceApi) -> None:
    """200 with the same id and an etag that reads back from then on."""
    connection_id, etag = api.create()

    answer = api.patch(connection_id, etag, NEW_NAME)

    assert answer.status == 200
    assert answer.json["id"] == connection_id
    assert answer.json["etag"] not in ("", etag)
    assert api.get(connection_id)["etag"] == answer.json["etag"]
    assert api.get(connection_id)["name"] == NEW_NAME["value"]


def test_a_patch_moves_the_time_of_the_last_change(api: FlowServiceApi) -> None:
    """`updatedAt` moves, `createdAt` stays."""
    connection_id, etag = api.create()
    before = api.get(connection_id)
    api.pause()

    api.patch(connection_id, etag, NEW_NAME)

    after = api.get(connection_id)
    assert after["updatedAt"] > before["updatedAt"]
    assert after["createdAt"] == before["createdAt"]


def test_a_description_can_be_added_and_removed(api: FlowServiceApi) -> None:
    """`add /description` sets it; `remove` takes it away, the operation being generally supported."""
    connection_id, etag = api.create()

    added = api.patch(connection_id, etag, {"op": "add", "path": "/description", "value": "for orders"})
    with_description = api.get(connection_id)
    api.patch(connection_id, added.json["etag"], {"op": "remove", "path": "/description"})

    assert with_description["description"] == "for orders"
    assert not api.get(connection_id).get("description")


def test_one_param_can_be_replaced(api: FlowServiceApi) -> None:
    """`replace /auth/params/{key}` changes this param and no other."""
    connection_id, etag = api.create()
    before = visible(api, connection_id)

    answer = api.patch(
        connection_id, etag, {"op": "replace", "path": "/auth/params/server", "value": "new.example.com"}
    )

    assert visible(api, connection_id) == (before if is_refused(answer) else {**before, "server": "new.example.com"})


def test_one_param_can_be_added_and_removed(api: FlowServiceApi) -> None:
    """`add` and `remove` work on single params too."""
    connection_id, etag = api.create()

    added = api.patch(connection_id, etag, {"op": "add", "path": "/auth/params/schema", "value": "sales"})
    if is_refused(added):
        return
    with_schema = api.get(connection_id)["auth"]["params"]
    api.patch(connection_id, added.json["etag"], {"op": "remove", "path": "/auth/params/schema"})

    assert with_schema["schema"] == "sales"
    assert "schema" not in api.get(connection_id)["auth"]["params"]


@pytest.mark.parametrize("operation", ["replace", "add"])
def test_new_params_override_all_prior_ones(api: FlowServiceApi, operation: str) -> None:
    """The whole map is replaced: a param that is not in the new one is gone."""
    connection_id, etag = api.create()
    params = {"server": "new.example.com", "database": "dev", "username": "loader", "password": "Made-up-2"}

    api.patch(connection_id, etag, {"op": operation, "path": "/auth/params", "value": params})

    shown = api.get(connection_id)["auth"]["params"]
    assert "port" not in shown
    assert shown["server"] == "new.example.com"


def test_several_operations_are_one_change(api: FlowServiceApi) -> None:
    """All operations of a patch apply together and make one new etag."""
    connection_id, etag = api.create()

    answer = api.patch(connection_id, etag, NEW_NAME, {"op": "add", "path": "/description", "value": "both"})

    item = api.get(connection_id)
    assert (item["name"], item["description"]) == (NEW_NAME["value"], "both")
    assert item["etag"] == answer.json["etag"]


def test_a_patch_needs_an_etag(api: FlowServiceApi) -> None:
    """400 with code 1403 where If-Match is missing."""
    connection_id, _ = api.create()

    assert refused(api.patch(connection_id, None, NEW_NAME), 400, "1403-400", "If-Match")


def test_a_stale_etag_is_refused(api: FlowServiceApi) -> None:
    """412 with both versions, in one of two envelopes; nothing is changed."""
    connection_id, etag = api.create()
    current = api.patch(connection_id, etag, NEW_NAME).json["etag"]

    answer = api.patch(connection_id, etag, {"op": "replace", "path": "/name", "value": "overwritten"})

    assert refused(answer, 412, "does not match the current version on entity")
    assert etag.strip('"') in answer.text
    assert current.strip('"') in answer.text
    assert api.get(connection_id)["name"] == NEW_NAME["value"]


def test_the_spec_cannot_be_changed(api: FlowServiceApi) -> None:
    """400 with code 1414."""
    connection_id, etag = api.create()

    answer = api.patch(connection_id, etag, {"op": "replace", "path": "/connectionSpec/id", "value": str(uuid.uuid4())})

    assert refused(answer, 400, "1414-400")


@pytest.mark.parametrize("operation", ["move", "copy", "test"])
def test_other_operations_are_not_supported(api: FlowServiceApi, operation: str) -> None:
    """400 with code 1434, naming the operation."""
    connection_id, etag = api.create()

    answer = api.patch(connection_id, etag, {"op": operation, "path": "/name", "from": "/description", "value": ""})

    assert refused(answer, 400, "1434-400", operation)


def test_a_param_that_is_not_there_cannot_be_replaced(api: FlowServiceApi) -> None:
    """400 with code 1455, naming the field; the other operations of the patch are not applied either."""
    connection_id, etag = api.create()

    answer = api.patch(
        connection_id, etag, NEW_NAME, {"op": "replace", "path": "/auth/params/keyWhichDoesNotExist", "value": "x"}
    )

    assert refused(answer, 400, "1455-400", "Missing field", "keyWhichDoesNotExist")
    assert api.get(connection_id)["name"] == api.prefix


def test_an_empty_patch_is_refused(api: FlowServiceApi) -> None:
    """400 with code 1405."""
    connection_id, etag = api.create()

    assert refused(api.send_raw("PATCH", f"/connections/{connection_id}", b"", if_match=etag), 400, "1405-400")


def test_an_unknown_connection_cannot_be_changed(api: FlowServiceApi) -> None:
    """As when it is read."""
    assert is_gone(api.patch(api.unknown_id(), '"an etag"', NEW_NAME))
