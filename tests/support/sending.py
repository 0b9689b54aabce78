"""Transports and clients of a test's own, and what servers say to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi_flowservice.api.answers import Answer
from pulumi_flowservice.api.auth import AccessToken, ClientCredentials, TokenSource
from pulumi_flowservice.api.client import FlowServiceClient
from pulumi_flowservice.api.clock import Clock, Deadline
from pulumi_flowservice.api.connections import Connections
from pulumi_flowservice.api.outcomes import Gone, Outcome
from pulumi_flowservice.api.sandbox import Sandbox
from pulumi_flowservice.api.transport import Request, Transport
from pulumi_flowservice.redaction import Secrets
from pulumi_flowservice.settings import Settings

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, answer

OK = answer(200, {"fine": True})
BUSY = answer(503, {"message": "busy"})
SECRET = "the-client-secret"
ID = "4890fc95-5a1f-4983-94bb-e060c08e3f81"
RENAME = [{"op": "replace", "path": "/name", "value": "renamed"}]


def soon(clock: Clock) -> Deadline:
    """Return a deadline that no test comes close to by chance, ten minutes from now."""
    return Deadline.after(clock, 600)


def no_warning(text: str) -> None:
    """Fail, because nothing was to be warned of."""
    raise AssertionError(f"an unexpected warning: {text}")


def sandbox_of(client: FlowServiceClient, name: str = "dev", *, warn: Callable[[str], None] = no_warning) -> Sandbox:
    """Return a sandbox as one call of the engine sees it."""
    return Sandbox(client, name, soon(client.clock), Secrets().quote, warn)


def send(server: RawServer | str, passing: FakeTime, *, method: str = "GET", timeout: float = 5.0) -> Answer:
    """Send one request through a new transport; everything but POST may be repeated."""
    url = server if isinstance(server, str) else server.url
    transport = Transport(request_timeout=timeout, clock=passing.clock)
    request = Request(method, f"{url}/path", method != "POST", {"Authorization": "Bearer token-of-a-test"})
    return transport.send(request, soon(passing.clock))


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
    transport = Transport(request_timeout=timeout, clock=passing.clock)
    source: TokenSource = AccessToken("a-ready-made-token")
    if tokens:
        source = ClientCredentials(settings, transport)
    return FlowServiceClient(settings, transport, source)


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


def write(connections: Connections, method: str) -> Outcome | Gone:
    """Send the write of that method: a POST, a PATCH or a DELETE."""
    if method == "POST":
        return connections.create(connection())
    return connections.patch(ID, RENAME, '"1"') if method == "PATCH" else connections.delete(ID)
