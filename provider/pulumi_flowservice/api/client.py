"""Flow Service as typed methods, one per endpoint. Above this, nobody sees a status code, a header or a body.

Source of every path and rule: Adobe's swagger files and tutorials of Flow Service.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

from ..clock import Clock
from ..errors import MalformedAnswerError, NoAnswerError, TokenRefusedError
from ..redaction import SECRETS, Redactor
from ..settings import Settings
from .auth import AccessToken, ClientCredentials, TokenSource
from .models import (
    IDENTIFIER,
    Connection,
    Exploration,
    ExploredColumn,
    ExploredTable,
    Flow,
    SourceConnection,
    WireModel,
    Written,
    parse,
)
from .paging import continuation, items
from .refusals import refusal_error
from .transport import Answer, Request, Transport, server_time

PAGE = 100
_SYSTEM_CLOCK = Clock()
_MOST_PAGES = 1000
_BASE = "/data/foundation/flowservice"
Item = TypeVar("Item", bound=WireModel)
Operation = Mapping[str, object]
_CONNECTING = threading.Lock()


class FlowServiceClient:
    """One typed method per endpoint; safe to use from several threads. Every method raises `FlowServiceError`s."""

    def __init__(self, settings: Settings, transport: Transport, tokens: TokenSource, redactor: Redactor) -> None:
        self._settings = settings
        self._transport = transport
        self._tokens = tokens
        self.redactor = redactor
        self.clock = transport.clock
        self._server_ahead = 0.0

    @property
    def name(self) -> str:
        """By which the API records what this client writes, in `createdClient` and `updatedClient`."""
        return self._settings.client or ""

    def server_now(self) -> float:
        """Epoch seconds by the server's clock, as its last answer told; the local clock may be wrong."""
        return self.clock.wall() + self._server_ahead

    def sign_in(self) -> None:
        """Have an access token from here on. Raises: AnswerError, UnreachableError."""
        self._tokens.token()

    def create_connection(self, sandbox: str, body: Mapping[str, object]) -> Written:
        """POST once. Raises: NoAnswerError when a connection may have been made nevertheless."""
        try:
            with self._asked("POST", "/connections", sandbox, body) as document:
                return parse(Written, document, "answer to the creation")
        except MalformedAnswerError as error:
            raise NoAnswerError(error.message) from None

    def get_connection(self, sandbox: str, connection_id: str) -> Connection:
        """GET, which wraps the one connection in `items`. Raises: NotFoundError."""
        with self._asked("GET", f"/connections/{_segment(connection_id)}", sandbox) as document:
            found = [parse(Connection, item, "connection") for item in items(document)]
            if [connection.id for connection in found] != [connection_id]:
                raise MalformedAnswerError("the API answered with other connections than the one that was asked for")
            return found[0]

    def list_connections(self, sandbox: str, *filters: str) -> Iterator[Connection]:
        """Every connection that passes all filters (such as `name==X`), most recently changed first, page by page."""
        return self._pages("/connections", sandbox, Connection, filters)

    def count_connections(self, sandbox: str) -> int:
        """How many connections there are, of all kinds; documented as not to be combined with a limit."""
        with self._asked("GET", "/connections", sandbox, params=(("count", "true"),)) as document:
            count = document.get("count") if isinstance(document, Mapping) else None
            if not isinstance(count, int):
                raise MalformedAnswerError("the API answered without a count")
            return count

    def patch_connection(self, sandbox: str, connection_id: str, operations: Sequence[Operation], etag: str) -> Written:
        """PATCH under `If-Match`. Raises: VersionConflictError, PatchPathError, TransitionError, NotFoundError."""
        path = f"/connections/{_segment(connection_id)}"
        with self._asked("PATCH", path, sandbox, list(operations), {"If-Match": etag}) as document:
            return parse(Written, document, "answer to the change")

    def delete_connection(self, sandbox: str, connection_id: str) -> None:
        """DELETE. Raises: NotFoundError, InUseError, TransitionError."""
        self._call("DELETE", f"/connections/{_segment(connection_id)}", sandbox)

    def test_connection(self, sandbox: str, connection_id: str) -> bool:
        """Let the API log in to the database; False is its word for refused."""
        with self._asked("GET", f"/connections/{_segment(connection_id)}/test", sandbox, retries=3) as document:
            result = document.get("result") if isinstance(document, Mapping) else None
            if not isinstance(result, bool):
                raise MalformedAnswerError("the connection test answered without a result")
            return result

    def list_flows_using(self, sandbox: str, connection_id: str) -> list[Flow]:
        """The flows that read through this connection, and no others."""
        filters = (f"baseConnectionId=={connection_id}",)
        sources = self._pages("/sourceConnections", sandbox, SourceConnection, filters)
        ours = {source.id for source in sources if source.base_connection_id == connection_id}
        if not ours:
            return []
        flows = self._pages("/flows", sandbox, Flow, ())
        return [flow for flow in flows if ours.intersection(flow.source_connection_ids)]

    def flows_by_connection(self, sandbox: str) -> dict[str, list[Flow]]:
        """All flows of a sandbox, by the id of each base connection that they read through."""
        base_of = {s.id: s.base_connection_id for s in self._pages("/sourceConnections", sandbox, SourceConnection, ())}
        found: dict[str, list[Flow]] = {}
        for flow in self._pages("/flows", sandbox, Flow, ()) if base_of else ():
            for base in sorted({base_of.get(source) or "" for source in flow.source_connection_ids} - {""}):
                found.setdefault(base, []).append(flow)
        return found

    def list_tables(self, sandbox: str, connection_id: str) -> list[ExploredTable]:
        """What the connection's user sees; `explore` answers with a plain array, and documents no pages."""
        with self._explored(sandbox, connection_id, ("objectType", "root")) as document:
            if not isinstance(document, list):
                raise MalformedAnswerError("the API answered without a list of tables")
            return [parse(ExploredTable, item, "table") for item in document]

    def list_columns(self, sandbox: str, connection_id: str, table: str) -> list[ExploredColumn]:
        """The columns of the table at that path."""
        with self._explored(sandbox, connection_id, ("objectType", "table"), ("object", table)) as document:
            return parse(Exploration, document, "table").schema_.columns

    def _explored(self, sandbox: str, connection_id: str, *params: tuple[str, str]) -> AbstractContextManager[object]:
        return self._asked("GET", f"/connections/{_segment(connection_id)}/explore", sandbox, params=params, retries=3)

    def _pages(self, path: str, sandbox: str, model: type[Item], filters: Sequence[str]) -> Iterator[Item]:
        query = [("property", expression) for expression in filters] + [("limit", str(PAGE))]
        seen: set[str] = set()
        while len(seen) < _MOST_PAGES:
            with self._asked("GET", path, sandbox, params=tuple(query)) as document:
                page = [parse(model, item, "list entry") for item in items(document)]
                token = continuation(document)
            yield from page
            if token is None:
                return
            if token in seen:
                raise MalformedAnswerError("the API's list goes round in a circle")
            seen.add(token)
            query = [pair for pair in query if pair[0] != "continuationToken"] + [("continuationToken", token)]
        raise MalformedAnswerError(f"the API's list does not end after {_MOST_PAGES} pages")

    @contextmanager
    def _asked(self, *args: Any, **options: Any) -> Iterator[object]:
        """The JSON of the answer to `_call`; what is wrong with it is told with the request's id."""
        answer = self._call(*args, **options)
        document = answer.json()
        try:
            yield document
        except MalformedAnswerError as error:
            error.message += f" ({answer.history})"
            raise

    def _call(
        self,
        method: str,
        path: str,
        sandbox: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        params: tuple[tuple[str, str], ...] = (),
        retries: int = 8,
    ) -> Answer:
        """One request with a token that works; a refused token is renewed and the request sent once more."""
        content = json.dumps(body).encode() if body is not None else None
        common = {
            "x-api-key": self._settings.client or "",
            "x-gw-ims-org-id": self._settings.ims_org or "",
            "x-sandbox-name": sandbox,
            "Accept": "application/json",
        }
        if body is not None:
            common["Content-Type"] = "application/json"
        # If-Match makes PATCH safe to repeat: a second one meets a moved etag.
        url, repeatable = self._settings.endpoint + _BASE + path, method != "POST"
        request = Request(method, url, repeatable, {**common, **(headers or {})}, params, content, retries)
        token = self._tokens.token()
        try:
            return self._send(request, token)
        except TokenRefusedError as refusal:
            renewed = self._tokens.renew(token, refusal)
        return self._send(request, renewed)

    def _send(self, request: Request, token: str) -> Answer:
        authorized = replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
        answer = self._transport.send(authorized)
        self._server_ahead = server_time(answer, self.clock) - self.clock.wall()
        if 200 <= answer.status < 300:
            return answer
        raise refusal_error(answer, self.redactor, request_repeatable=request.repeatable)


def connect(settings: Settings, clock: Clock = _SYSTEM_CLOCK) -> FlowServiceClient:
    """The client of this process for these settings: one token and one set of kept connections for all of its users.

    Raises: SettingsError, which lists everything that keeps a request from being made.
    """
    # Threads that come at once would each make a client, with a token of its own.
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
    return FlowServiceClient(settings, transport, ClientCredentials(settings, transport, redactor, clock), redactor)


def _segment(connection_id: str) -> str:
    """An id as a path segment: one with a slash or dots would name another resource."""
    if not re.fullmatch(IDENTIFIER, connection_id):
        raise MalformedAnswerError("this is no connection id: letters, digits, '-', '_', '~' and inner '.' only")
    return connection_id
