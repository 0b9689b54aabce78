"""The client of Flow Service: one token and one set of connections for all threads of a process."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from ..errors import AnswerError, FlowServiceError, Reason
from ..redaction import PROCESS
from ..settings import Settings
from ..settings.problems import require_usable
from .answers import Answer, GoneRule, Quote, refusal_error
from .auth import AccessToken, ClientCredentials, TokenSource
from .clock import SYSTEM_CLOCK, Clock, Deadline
from .transport import MOST_RETRIES, Request, Transport

_CONNECTING = threading.Lock()


class FlowServiceClient:
    """A client that sends requests with a valid token. Safe to use from several threads."""

    def __init__(self, settings: Settings, transport: Transport, tokens: TokenSource) -> None:
        self._settings = settings
        self._transport = transport
        self._tokens = tokens
        self.clock = transport.clock
        self._server_ahead = 0.0

    @property
    def name(self) -> str:
        """The client id that the API stores in `createdClient` and `updatedClient`."""
        return self._settings.client or ""

    def server_now(self) -> float:
        """Return epoch seconds by the server's clock, as of its last answer; the local clock may be wrong."""
        return self.clock.wall() + self._server_ahead

    def sign_in(self, deadline: Deadline) -> None:
        """Get an access token. Raises: AnswerError, UnreachableError."""
        self._tokens.token(deadline)

    def send(
        self,
        method: str,
        path: str,
        sandbox: str,
        deadline: Deadline,
        quote: Quote,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        params: tuple[tuple[str, str], ...] = (),
        retries: int = MOST_RETRIES,
        is_gone: GoneRule | None = None,
        is_write: bool | None = None,
    ) -> Answer:
        """Send one request and return its 2xx answer. If the token is refused, renew it and send the request again.

        `is_gone` tells which refusals are about the object in the path; `is_write` whether the request changes
        anything, by default if it is no GET. Raises: FlowServiceError for every other answer, and if there is none.
        """
        is_write = method != "GET" if is_write is None else is_write
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
        url, repeatable = self._settings.endpoint + path, method != "POST" or not is_write
        request = Request(method, url, repeatable, {**common, **(headers or {})}, params, content, retries)
        token = self._tokens.token(deadline)
        first = self._send(request, token, deadline, quote, is_gone, is_write)
        if isinstance(first, Answer):
            return first
        if not isinstance(first, AnswerError) or first.refusal is not Reason.TOKEN:
            raise first
        # An attempt before the refused one may have been applied: the request is finished even after a cancellation.
        deadline = deadline.after_write() if first.may_be_applied else deadline
        try:
            token = self._tokens.renew(token, first, deadline)
            second = self._send(request, token, deadline, quote, is_gone, is_write)
        except FlowServiceError as error:
            second = error
        if isinstance(second, Answer):
            return second
        if first.may_be_applied:
            # Whatever the result of the second request is.
            second = second.replace(earlier=second.earlier or first.earlier, may_be_applied=True)
        raise second

    def _send(
        self,
        request: Request,
        token: str,
        deadline: Deadline,
        quote: Quote,
        is_gone: GoneRule | None,
        is_write: bool,
    ) -> Answer | FlowServiceError:
        """Return the 2xx answer, or the error for any other. Raises: FlowServiceError if there is no answer."""
        authorized = replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
        answer = self._transport.send(authorized, deadline)
        wall = self.clock.wall()
        self._server_ahead = (answer.server_time or wall) - wall
        if answer.is_success:
            return answer
        return refusal_error(answer, quote, is_write=is_write, is_gone=is_gone)


def connect(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> FlowServiceClient:
    """Return the client for these settings; within a process, equal settings share one.

    Raises: SettingsError, which lists everything that is missing or wrong for a request.
    """
    # Without the lock, threads that start together would each make a client, with a token of its own.
    with _CONNECTING:
        return _connect(settings, clock)


@lru_cache(maxsize=8)
def _connect(settings: Settings, clock: Clock) -> FlowServiceClient:
    require_usable(settings)
    PROCESS.learn(settings.client_secret, settings.access_token, visible=(settings.client, settings.ims_org))
    transport = Transport(
        request_timeout=settings.request_timeout, requests_per_second=settings.requests_per_second, clock=clock
    )
    tokens: TokenSource = (
        AccessToken(settings.access_token) if settings.access_token else ClientCredentials(settings, transport)
    )
    return FlowServiceClient(settings, transport, tokens)
