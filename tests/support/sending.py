"""Transports and clients of a test's own, and what servers say to them."""

from __future__ import annotations

from typing import Any

from pulumi_flowservice.api.auth import AccessToken, ClientCredentials, TokenSource
from pulumi_flowservice.api.client import FlowServiceClient
from pulumi_flowservice.api.clock import time_limit
from pulumi_flowservice.api.transport import Answer, Request, Transport
from pulumi_flowservice.redaction import Redactor
from pulumi_flowservice.settings import Settings

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, answer

OK = answer(200, {"fine": True})
BUSY = answer(503, {"message": "busy"})
SECRET = "the-client-secret"


def send(server: RawServer | str, passing: FakeTime, *, method: str = "GET", timeout: float = 5.0) -> Answer:
    """Send one request through a new transport; everything but POST may be repeated."""
    url = server if isinstance(server, str) else server.url
    transport = Transport(request_timeout=timeout, clock=passing.clock)
    request = Request(method, f"{url}/path", method != "POST", {"Authorization": "Bearer token-of-a-test"})
    with time_limit(passing.clock, 600):
        return transport.send(request)


def client_of(
    url: str, passing: FakeTime, *, tokens: RawServer | None = None, timeout: float = 5.0
) -> FlowServiceClient:
    """Return a client of that address, with a ready-made token or with tokens of a token service."""
    settings = Settings(
        endpoint=url,
        ims_endpoint=tokens.url if tokens else "",
        client_id="a-client",
        client_secret=SECRET,
        ims_org="x@AdobeOrg",
    )
    redactor, transport = Redactor(), Transport(request_timeout=timeout, clock=passing.clock)
    source: TokenSource = AccessToken("a-ready-made-token")
    if tokens:
        source = ClientCredentials(settings, transport, redactor)
    return FlowServiceClient(settings, transport, source, redactor)


def token_answer(number: int = 1, **fields: object) -> bytes:
    """Write what the token service answers when all is well."""
    body = {"access_token": f"token-{number}", "token_type": "bearer", "expires_in": 86_399, **fields}
    return answer(200, body)


def connection(name: str = "orders", password: str = "correct-horse") -> dict[str, Any]:
    """Return the body that creates a connection."""
    params = {"server": "db.example.com", "database": "dev", "username": "loader", "password": password}
    return {
        "name": name,
        "auth": {"specName": "Basic Authentication", "params": params},
        "connectionSpec": {"id": "3416976c-a9ca-4bba-901a-1f08f66978ff", "version": "1.0"},
    }
