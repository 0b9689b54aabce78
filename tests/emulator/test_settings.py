"""What can be chosen: how secrets read back, the states of a connection, refusals that only some services show."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.api import refused
from tests.emulator.program import body, made, program


def shown_params(emulator: Emulator, connection_id: str) -> dict[str, Any]:
    """Return the params that a GET shows."""
    return dict(emulator.request("GET", f"/connections/{connection_id}").json["items"][0]["auth"]["params"])


def test_secrets_can_read_back_encrypted(flowservice_emulator: Emulator) -> None:
    """The value is opaque, and another one at every read."""
    flowservice_emulator.settings(secrets="encrypted")
    connection_id = made(flowservice_emulator)

    first, second = (shown_params(flowservice_emulator, connection_id)["password"] for _ in range(2))

    assert first != second
    assert b"Made-up-1" not in base64.b64decode(first)


def test_a_connection_can_take_its_time(flowservice_emulator: Emulator) -> None:
    """It is `initializing` without an etag, then `enabled` with one, and was updated at that moment."""
    flowservice_emulator.settings(initializing_seconds=90)
    created = flowservice_emulator.request("POST", "/connections", body())
    path = f"/connections/{created.json['id']}"

    early = flowservice_emulator.request("GET", path).json["items"][0]
    flowservice_emulator.advance(91)
    late = flowservice_emulator.request("GET", path).json["items"][0]

    assert "etag" not in created.json
    assert early["state"] == "initializing"
    assert not {"etag", "version"} & early.keys()
    assert late["state"] == "enabled"
    assert late["etag"] == late["version"]
    assert late["updatedAt"] == pytest.approx(early["updatedAt"] + 90_000, abs=1_000)


def test_an_initializing_connection_can_neither_change_nor_go(flowservice_emulator: Emulator) -> None:
    """Both are refused with code 1417, and its test answers false."""
    flowservice_emulator.settings(initializing_seconds=90, connection_test="pass")
    api = program(flowservice_emulator)
    connection_id = api.send("POST", "/connections", api.body()).json["id"]

    patched = api.patch(connection_id, '"any"', {"op": "remove", "path": "/description"})
    deleted = api.send("DELETE", f"/connections/{connection_id}", content_type=None)
    tested = api.send("GET", f"/connections/{connection_id}/test")

    assert refused(patched, 400, "1417-400")
    assert refused(deleted, 400, "1417-400")
    assert tested.json == {"result": False}


def test_other_states_refuse_changes_as_well(flowservice_emulator: Emulator) -> None:
    """A connection in transition is refused with code 1416; a disabled one can change."""
    api = program(flowservice_emulator)
    connection_id, _ = api.create()

    answers = {}
    for state in ("updating", "disabled"):
        flowservice_emulator.change_connection(connection_id, state=state)
        etag = api.get(connection_id)["etag"]
        answers[state] = api.patch(connection_id, etag, {"op": "replace", "path": "/name", "value": "new"})

    assert refused(answers["updating"], 400, "1416-400")
    assert answers["disabled"].status == 200


@pytest.mark.parametrize(("forced", "result"), [("pass", True), ("fail", False)])
def test_a_connection_test_can_be_decided_beforehand(flowservice_emulator: Emulator, forced: str, result: bool) -> None:
    """No database is needed."""
    flowservice_emulator.settings(connection_test=forced)

    answer = flowservice_emulator.request("GET", f"/connections/{made(flowservice_emulator)}/test")

    assert answer.json == {"result": result}


def test_a_connection_test_can_be_unavailable(flowservice_emulator: Emulator) -> None:
    """503 with code 1103."""
    flowservice_emulator.settings(connection_test="unavailable")

    answer = flowservice_emulator.request("GET", f"/connections/{made(flowservice_emulator)}/test")

    assert (answer.status, answer.json["title"]) == (503, "Service Unavailable")


def test_single_params_can_be_refused(flowservice_emulator: Emulator) -> None:
    """Then only the whole map can be patched."""
    flowservice_emulator.settings(single_params=False)
    api = program(flowservice_emulator)
    connection_id, etag = api.create()
    whole = {"server": "new.example.com", "database": "dev", "username": "loader", "password": "Made-up-2"}

    single = api.patch(connection_id, etag, {"op": "replace", "path": "/auth/params/server", "value": "x"})
    full = api.patch(connection_id, etag, {"op": "replace", "path": "/auth/params", "value": whole})

    assert refused(single, 400, "1455-400")
    assert full.status == 200


def test_patching_can_be_switched_off(flowservice_emulator: Emulator) -> None:
    """Code 1445 says so."""
    flowservice_emulator.settings(patch_enabled=False)
    api = program(flowservice_emulator)
    connection_id, etag = api.create()

    assert refused(api.patch(connection_id, etag, {"op": "remove", "path": "/description"}), 400, "1445-400")


@pytest.mark.parametrize(("permission", "method"), [("read", "GET"), ("write", "POST")])
def test_a_permission_can_be_missing(flowservice_emulator: Emulator, permission: str, method: str) -> None:
    """403 with code 2118, naming the permission."""
    flowservice_emulator.settings(deny=[permission])

    answer = program(flowservice_emulator).send(method, "/connections")

    assert refused(answer, 403, "2118-403", f"The permission {permission} is missing")


def test_a_token_expires(flowservice_emulator: Emulator) -> None:
    """After its lifetime it is refused like a wrong token."""
    flowservice_emulator.settings(token_lifetime_seconds=60)
    api = program(flowservice_emulator)

    before = api.send("GET", "/connections")
    flowservice_emulator.advance(61)

    assert before.status == 200
    assert refused(api.send("GET", "/connections"), 401, "401013")


def test_tokens_can_be_revoked(flowservice_emulator: Emulator) -> None:
    """All tokens of before are refused; a new one is accepted."""
    api = program(flowservice_emulator)

    flowservice_emulator.revoke_tokens()

    assert refused(api.send("GET", "/connections"), 401, "401013")
    assert program(flowservice_emulator).send("GET", "/connections").status == 200


def test_settings_go_back_at_a_reset() -> None:
    """A reset restores the settings of the start, not the defaults."""
    with Emulator(secrets="masked") as emulator:
        emulator.settings(secrets="plain")
        emulator.reset()

        assert emulator.settings()["secrets"] == "masked"


@pytest.mark.parametrize(
    "change", [{"secrets": "hidden"}, {"latency_ms": -1}, {"deny": ["everything"]}, {"delete_status": 200}]
)
def test_an_impossible_setting_is_refused(flowservice_emulator: Emulator, change: dict[str, Any]) -> None:
    """The error names the setting."""
    with pytest.raises(ValueError, match=next(iter(change))):
        flowservice_emulator.settings(**change)
