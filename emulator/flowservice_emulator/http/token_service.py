"""Issue access tokens to clients, as the IMS token service does."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..json_values import Json
from ..names import CLIENT_ID, STRANGER_ID
from ..settings import Settings
from .exchange import surroundings_of
from .tokens import technical_account


def client_secret(client_id: str, settings: Settings) -> str | None:
    """Return the secret of a client, or None where there is no such client."""
    known = (CLIENT_ID, STRANGER_ID, *settings.other_clients)
    return f"{client_id}-secret" if client_id in known else None


async def issue_token(request: Request) -> Response:
    """Answer `POST /ims/token/v3`: client credentials in the form body, or in the query as an older sample has them."""
    service = surroundings_of(request)
    # Adobe's samples use the query of older versions; the guide recommends the body.
    form = {**_fields(request.scope["query_string"]), **_fields(await request.body())}
    refusal = _refusal(form, service.settings)
    if refusal:
        return JSONResponse(refusal, 400)
    seconds = service.settings.token_lifetime_seconds
    token = service.tokens.issue(form["client_id"], technical_account(form["client_id"]), seconds)
    # Seconds in the present guide; the service of before, with signed assertions, told milliseconds.
    unit = 1000 if service.settings.expires_in_unit == "ms" else 1
    return JSONResponse({"access_token": token, "token_type": "bearer", "expires_in": seconds * unit})


def _fields(form: bytes) -> dict[str, str]:
    """Return the fields of a form; none if there are more than 20."""
    try:
        return dict(parse_qsl(form.decode("utf-8", "replace"), max_num_fields=20))
    except ValueError:
        return {}


def _refusal(form: dict[str, str], settings: Settings) -> Json | None:
    """Return the error body for a token request, or None where it is in order."""
    # Which error a missing field makes is assumed; that all four are mandatory is not.
    missing = [each for each in ("grant_type", "client_id", "client_secret", "scope") if not form.get(each)]
    if missing:
        error = "invalid_scope" if missing == ["scope"] else "invalid_request"
        return {"error": error, "error_description": f"missing {', '.join(missing)} parameter"}
    if form["grant_type"] != "client_credentials":
        return {"error": "unsupported_grant_type", "error_description": "unsupported grant_type parameter"}
    expected = client_secret(form["client_id"], settings)
    if expected is None:
        return {"error": "invalid_client", "error_description": "invalid client_id parameter"}
    if not hmac.compare_digest(expected.encode(), form["client_secret"].encode()):
        return {"error": "invalid_client", "error_description": "invalid client_secret parameter"}
    return None
