"""The IMS token service: who a client is, and what an access token says.

Tokens carry their own content, signed, as those of the real service do; they survive a restart.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .clock import Clock
from .names import CLIENT_ID, STRANGER_ID
from .sealing import Seal
from .settings import Settings


@dataclass(frozen=True)
class Token:
    """What an access token says.

    The real ones are JSON Web Tokens; clients are not meant to look inside, so these are not.
    """

    client: str
    user: str
    expires_at: float
    generation: int
    number: str


class Tokens:
    """Issues access tokens and recognises them."""

    def __init__(self, seal: Seal, clock: Clock) -> None:
        self._seal = seal
        self._clock = clock
        self._generation = 0
        self._revoked: set[str] = set()

    def issue(self, client: str, user: str, lifetime_seconds: float) -> str:
        """Return a new access token."""
        token = Token(client, user, self._clock.now() + lifetime_seconds, self._generation, secrets.token_hex(8))
        payload = base64.urlsafe_b64encode(json.dumps(asdict(token)).encode()).decode().rstrip("=")
        return f"{payload}.{self._seal.signature(payload.encode())}"

    def read(self, text: str) -> Token | None:
        """Return what a token says, or None where it is forged, expired or refused by now."""
        payload, _, signature = text.partition(".")
        if not hmac.compare_digest(signature.encode(), self._seal.signature(payload.encode()).encode()):
            return None
        token = Token(**json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
        # Older generations were revoked together, single tokens by their number.
        stale = token.expires_at <= self._clock.now() or token.generation < self._generation
        return None if stale or token.number in self._revoked else token

    def revoke(self, text: str) -> None:
        """Refuse one token from now on."""
        if token := self.read(text):
            self._revoked.add(token.number)

    def revoke_all(self) -> None:
        """Refuse every token issued until now."""
        self._generation += 1


def client_secret(client_id: str, settings: Settings) -> str | None:
    """Return the secret of a client, or None where there is no such client."""
    known = (CLIENT_ID, STRANGER_ID, *settings.other_clients)
    return f"{client_id}-secret" if client_id in known else None


async def issue_token(request: Request) -> Response:
    """Answer `POST /ims/token/v3`: client credentials in the form body, or in the query as an older sample has them."""
    service = request.app.state.service
    # Adobe's samples use the query of older versions; the guide recommends the body.
    form = {**dict(request.query_params), **dict(parse_qsl((await request.body()).decode("utf-8", "replace")))}
    refusal = _refusal(form, service.settings)
    if refusal:
        return JSONResponse(refusal, 400)
    seconds = service.settings.token_lifetime_seconds
    token = service.tokens.issue(form["client_id"], technical_account(form["client_id"]), seconds)
    # Seconds in the present guide; the service of before, with signed assertions, told milliseconds.
    unit = 1000 if service.settings.expires_in_unit == "ms" else 1
    return JSONResponse({"access_token": token, "token_type": "bearer", "expires_in": seconds * unit})


def technical_account(client_id: str) -> str:
    """Return the user that stands for a client in `createdBy` and `updatedBy`; the form is assumed."""
    return f"{client_id}@techacct.adobe.com"


def _refusal(form: dict[str, str], settings: Settings) -> dict[str, Any] | None:
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
