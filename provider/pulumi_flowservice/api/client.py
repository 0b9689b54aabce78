"""The client of Flow Service: one token and one set of connections for all threads of a process."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from ..errors import FlowServiceError, TokenRefusedError
from ..redaction import SECRETS, Redactor
from ..settings import Settings
from .auth import AccessToken, ClientCredentials, TokenSource
from .clock import SYSTEM_CLOCK, Clock
from .connections import Connections
from .flows import Flows
from .refusals import refusal_error
from .transport import Answer, Request, Transport, server_time

_BASE = "/data/foundation/flowservice"
_CONNECTING = threading.Lock()


class FlowServiceClient:
    """A client that sends requests with a valid token and returns endpoints, each bound to a sandbox.

    Safe to use from several threads.
    """

    def __init__(self, settings: Settings, transport: Transport, tokens: TokenSource, redactor: Redactor) -> None:
        self._settings = settings
        self._transport = transport
        self._tokens = tokens
        self.redactor = redactor
        self.clock = transport.clock
        self._server_ahead = 0.0

    @property
    def name(self) -> str:
        """The client id that the API stores in `createdClient` and `updatedClient`."""
        return self._settings.client or ""

    def connections(self, sandbox: str) -> Connections:
        """Return the base connections of a sandbox."""
        return Connections(self, sandbox)

    def flows(self, sandbox: str) -> Flows:
        """Return the dataflows of a sandbox."""
        return Flows(self, sandbox)

    def server_now(self) -> float:
        """Return epoch seconds by the server's clock, as of its last answer; the local clock may be wrong."""
        return self.clock.wall() + self._server_ahead

    def sign_in(self) -> None:
        """Get an access token. Raises: AnswerError, UnreachableError."""
        self._tokens.token()

    def send(
        self,
        method: str,
        path: str,
        sandbox: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        params: tuple[tuple[str, str], ...] = (),
        retries: int = 8,
        resource_id: str = "",
    ) -> Answer:
        """Send one request and return its 2xx answer. If the token is refused, renew it and send the request again.

        `resource_id` is the id in the path: only a refusal that is about this id is a NotFoundError.
        Raises: FlowServiceError for every other answer, and if there is none.
        """
        content = json.dumps(body).encode() if body is not None else None
        common = {
            "x-api-key": self._settings.client or "",
            "x-gw-ims-org-id": self._settings.ims_org or "",
            "x-sandbox-name": sandbox,
            "Accept": "application/json",
        }
        if body is not None:
            common["Content-Type"] = "application/json"
        # If-Match makes PATCH safe to repeat: after the first one was applied, the etag no longer matches.
        url, repeatable = self._settings.endpoint + _BASE + path, method != "POST"
        request = Request(method, url, repeatable, {**common, **(headers or {})}, params, content, retries)
        token = self._tokens.token()
        try:
            return self._send(request, token, resource_id)
        except TokenRefusedError as error:
            refusal = error
        try:
            return self._send(request, self._tokens.renew(token, refusal), resource_id)
        except FlowServiceError as error:
            # An attempt before the refused one may have been applied, whatever the result of the second request is.
            error.earlier = error.earlier or refusal.earlier
            raise

    def _send(self, request: Request, token: str, resource_id: str) -> Answer:
        authorized = replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
        answer = self._transport.send(authorized)
        self._server_ahead = server_time(answer, self.clock) - self.clock.wall()
        if 200 <= answer.status < 300:
            return answer
        raise refusal_error(answer, self.redactor, is_write=request.method != "GET", resource_id=resource_id)


def connect(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> FlowServiceClient:
    """Return the client for these settings; within a process, equal settings share one.

    Raises: SettingsError, which lists everything that is missing or wrong for a request.
    """
    # Without the lock, threads that start together would each make a client, with a token of its own.
    with _CONNECTING:
        return _connect(settings, clock)


@lru_cache(maxsize=8)
def _connect(settings: Settings, clock: Clock) -> FlowServiceClient:
    settings.require_usable()
    redactor = SECRETS
    redactor.learn(settings.client_secret, settings.access_token)
    transport = Transport(
        request_timeout=settings.request_timeout, requests_per_second=settings.requests_per_second, clock=clock
    )
    if settings.access_token:
        return FlowServiceClient(settings, transport, AccessToken(settings.access_token), redactor)
    return FlowServiceClient(settings, transport, ClientCredentials(settings, transport, redactor), redactor)
