"""Tokens and headers: who may ask at all."""

from __future__ import annotations

import pytest

from tests.contract.api import Account, FlowServiceApi, refused

pytestmark = pytest.mark.reads


def test_client_credentials_buy_a_bearer_token(api: FlowServiceApi) -> None:
    """The token answer names the token, its type and its lifetime."""
    answer = api.request_token()

    assert answer.status == 200
    assert answer.json["token_type"].lower() == "bearer"
    assert answer.json["expires_in"] > 0
    assert answer.json["access_token"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("client_secret", ("invalid_client", "invalid client_secret parameter")),
        ("client_id", ("invalid_client", "invalid client_id parameter")),
    ],
)
def test_wrong_credentials_buy_none(api: FlowServiceApi, field: str, words: tuple[str, ...]) -> None:
    """The token service answers 400 and says whether the id or the secret is wrong."""
    answer = api.request_token(**{field: "wrong"})

    assert refused(answer, 400, *words)


@pytest.mark.parametrize("field", ["grant_type", "client_id", "client_secret", "scope"])
def test_every_field_of_a_token_request_is_needed(api: FlowServiceApi, field: str) -> None:
    """All four form fields are mandatory."""
    answer = api.request_token(**{field: None})

    assert answer.status == 400
    assert answer.json["error"]


def test_a_missing_token_is_forbidden(api: FlowServiceApi) -> None:
    """Without a token the gateway answers 403."""
    answer = api.send("GET", "/connections", authorization=None)

    assert refused(answer, 403, "403010", "Oauth token is missing")


def test_a_wrong_token_is_unauthorized(api: FlowServiceApi) -> None:
    """With a token that is none the gateway answers 401, in its own envelope."""
    answer = api.send("GET", "/connections", authorization="Bearer wrong")

    assert refused(answer, 401, "401013", "Oauth token is not valid")
    assert set(answer.json) == {"error_code", "message"}


@pytest.mark.parametrize(("key", "words"), [(None, "Api Key is required"), ("wrong", "Api Key is invalid")])
def test_the_api_key_must_be_the_client(api: FlowServiceApi, key: str | None, words: str) -> None:
    """A missing or foreign api key is refused by the gateway with 403."""
    answer = api.send("GET", "/connections", x_api_key=key)

    assert refused(answer, 403, words)


def test_an_organization_must_be_named(api: FlowServiceApi) -> None:
    """An empty organization is refused with 401."""
    assert refused(api.send("GET", "/connections", x_gw_ims_org_id=""), 401, "2001-401")


def test_an_unknown_sandbox_is_not_found(api: FlowServiceApi) -> None:
    """An unknown sandbox answers 404: not every 404 says that a connection is gone."""
    answer = api.send("GET", "/connections", x_sandbox_name="no-such-sandbox")

    assert refused(answer, 404, "2100-404", "no-such-sandbox")
    assert "connections not found" not in answer.text


def test_all_sandboxes_at_once_are_forbidden(api: FlowServiceApi) -> None:
    """The sandbox `*` is not for user tokens."""
    answer = api.send("GET", "/connections", x_sandbox_name="*")

    assert refused(answer, 403, "2111-403")


def test_a_sandbox_id_is_not_allowed(api: FlowServiceApi) -> None:
    """The header x-sandbox-id is not for user tokens."""
    answer = api.send("GET", "/connections", x_sandbox_id="8da3ef09-b469-404a-8da3-ef09b469404a")

    assert refused(answer, 400, "2110-400")


def test_an_answer_is_dated(api: FlowServiceApi, account: Account) -> None:
    """Every answer carries the server's date."""
    answer = api.send("GET", "/connectionSpecs")

    assert answer.headers["date"].endswith("GMT")
