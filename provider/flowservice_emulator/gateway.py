"""What every request passes first: latency, faults and the log; and the door by which a connection can be cut."""

from __future__ import annotations

import asyncio
import socket
import time

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .exchange import Exchange
from .fault_kinds import KINDS
from .names import BASE_PATH, CONTROL_HEADER, CONTROL_PATH
from .request_log import LogEntry, safe_query
from .service import Service


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which tells the application its transport as well."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # As in the superclass.
        """Accept a connection."""
        # asyncio sees to this only where the listening socket names its protocol. Without it each answer waits
        # 40 ms for the client's delayed acknowledgement, because head and body are sent apart.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)

    def on_message_begin(self) -> None:
        """Start a request."""
        super().on_message_begin()
        self.scope["state"]["transport"] = self.transport


class Gateway:
    """The application around the application.

    Requests to `/emulator/` and those that carry the header `x-emulator-control` come from a test that
    looks on: they meet no latency and no fault, and are not logged.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange = Exchange(self._app, scope, receive, send, self._service)
        if scope["path"].startswith(CONTROL_PATH) or exchange.header(CONTROL_HEADER):
            await exchange.run()
            return
        began = time.perf_counter()
        path = scope["path"].removeprefix(BASE_PATH)
        # On arrival, so that a request without an answer can be seen as well.
        entry = self._entry(exchange, scope, path)
        self._service.log.add(entry)
        try:
            await self._serve(exchange, scope["method"], path)
        finally:
            entry.status = exchange.status
            entry.milliseconds = round((time.perf_counter() - began) * 1000, 3)

    async def _serve(self, exchange: Exchange, method: str, path: str) -> None:
        if self._service.settings.latency_ms:
            await asyncio.sleep(self._service.settings.latency_ms / 1000)
        fault = self._service.faults.take(method, path)
        if fault is None:
            await exchange.run()
        else:
            await KINDS[fault.kind].perform(exchange, fault.details)

    def _entry(self, exchange: Exchange, scope: Scope, path: str) -> LogEntry:
        ours = scope["path"].startswith(BASE_PATH)
        return LogEntry(
            method=scope["method"],
            path=path,
            query=safe_query(scope["query_string"].decode("latin-1")) if ours else "",
            sandbox=exchange.header("x-sandbox-name"),
            client=exchange.header("x-api-key"),
            request_id=exchange.header("x-request-id"),
            at=self._service.clock.now(),
        )
