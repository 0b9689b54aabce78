"""One request and its answer on the wire, with the means to go wrong in every way that networks do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from .clock import Clock
    from .service import Service
    from .tokens import Tokens


class Exchange:
    """A request that has come in; `status` tells what was answered, 0 as long as nothing was."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, service: Service) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._send = send
        self._service = service
        self._headers = Headers(scope=scope)
        self._body: bytes | None = None
        self.status = 0

    @property
    def clock(self) -> Clock:
        """The emulator's clock."""
        return self._service.clock

    @property
    def tokens(self) -> Tokens:
        """The emulator's access tokens."""
        return self._service.tokens

    def header(self, name: str) -> str:
        """Return a request header, empty where it is missing."""
        return self._headers.get(name, "")

    async def run(self) -> None:
        """Do what is asked and answer it."""
        await self._app(self._scope, self._replayed, self.send)

    async def run_unheard(self) -> None:
        """Do what is asked and keep the answer."""
        # Read first: what the application has read, `close` would wait for once more.
        await self.body()
        await self._app(self._scope, self._replayed, _unheard)

    async def run_late(self, seconds: float) -> None:
        """Do what is asked now and answer it `seconds` later."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(self._scope, self._replayed, keep)
        await self.clock.sleep(seconds)
        for message in messages:
            await self.send(message)

    async def run_afterwards(self, seconds: float) -> None:
        """Have it done `seconds` later, when nobody waits for it any more; a reset of the emulator calls it off."""
        await self.body()

        async def later() -> None:
            await self.clock.sleep(seconds)
            await self.run_unheard()

        self._service.later(later())

    async def answer(self, response: Response) -> None:
        """Send an answer of our own."""
        await response(self._scope, self._replayed, self.send)

    async def stream(
        self, status: int, chunks: Iterable[bytes], *, first: bytes = b"", pause_seconds: float = 0
    ) -> None:
        """Send a body in pieces, until it ends or the client goes away."""
        # No length is declared: a client learns the size by receiving it.
        headers = [(b"content-type", b"application/json")]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": first, "more_body": True})
        for chunk in chunks:
            if _transport(self._scope).is_closing():
                return
            await self.send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(pause_seconds)
        await self.send({"type": "http.response.body", "body": b""})

    async def close(self) -> None:
        """Close the connection without a word, and return when it is closed."""
        await self.body()
        _transport(self._scope).abort()
        await self.outwait()

    async def outwait(self) -> None:
        """Say nothing until the client gives up."""
        await self.body()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def body(self) -> bytes:
        """Return the request's body; it can be read again afterwards."""
        if self._body is None:
            parts = []
            more = True
            while more:
                message = await self._receive()
                parts.append(message.get("body", b""))
                more = message.get("more_body", False)
            self._body = b"".join(parts)
        return self._body

    async def _replayed(self) -> Message:
        """Pass the request on, from our copy where we have read it."""
        if self._body is None:
            return await self._receive()
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Pass the answer on, dated by the emulator's clock."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[tuple[bytes, bytes]] = [
                *message.get("headers", ()),
                (b"date", self.clock.http_date().encode()),
            ]
            if request_id := self.header("x-request-id"):
                headers.append((b"x-request-id", request_id.encode("latin-1")))
            message = {**message, "headers": headers}
        await self._send(message)


async def _unheard(message: Message) -> None:
    """Drop an answer."""


def _transport(scope: Scope) -> Any:
    """Return the connection that a request came in by; `gateway.Protocol` puts it there."""
    return scope["state"]["transport"]
