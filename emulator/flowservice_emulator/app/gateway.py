"""Apply host check, latency and faults to every request, and log it."""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Receive, Scope, Send

from ..faults.kinds import KINDS
from ..http.errors import ApiError
from ..http.exchange import Exchange
from ..http.hosts import Hosts
from ..http.request_log import LogEntry, safe_query, shortened
from ..names import BASE_PATH, CONTROL_HEADER, CONTROL_PATH, PLATFORM_PATH
from ..service import Service


class Gateway:
    """The application that every request passes before it reaches its endpoint.

    Requests to `/emulator/` and those with the header `x-emulator-control` come from a test and not from the program
    under test: they meet no latency and no fault, and are not logged.
    """

    def __init__(self, app: ASGIApp, service: Service, hosts: Hosts) -> None:
        self._app = app
        self._service = service
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange = Exchange(self._app, scope, receive, send, self._service)
        if scope["path"].startswith(CONTROL_PATH) or exchange.header(CONTROL_HEADER):
            await self._serve(exchange, scope["method"], None)
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

    async def _serve(self, exchange: Exchange, method: str, path: str | None) -> None:
        """Answer a request; with a path, it may meet latency and a fault."""
        try:
            if not await exchange.read():
                return
            self._hosts.check(exchange.headers)
        except ApiError as error:
            await exchange.refuse(error)
            return
        if path is not None and self._service.settings.latency_ms:
            await asyncio.sleep(self._service.settings.latency_ms / 1000)
        fault = None if path is None else self._service.faults.take(method, path)
        if fault is None:
            await exchange.run()
        else:
            await KINDS[fault.kind].perform(exchange, fault.details)

    def _entry(self, exchange: Exchange, scope: Scope, path: str) -> LogEntry:
        ours = scope["path"].startswith(PLATFORM_PATH)
        return LogEntry(
            method=scope["method"],
            path=shortened(path),
            query=safe_query(scope["query_string"].decode("latin-1")) if ours else "",
            sandbox=shortened(exchange.header("x-sandbox-name")),
            client=shortened(exchange.header("x-api-key")),
            request_id=exchange.request_id,
            at=self._service.clock.now(),
        )
