"""Hold one request and its answer, and answer it in the ways that faults need: late, in pieces or not at all."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterable
from typing import Protocol as Interface

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..clock import Clock
from ..settings import Settings
from .errors import ApiError, Circumstances, GatewayError, error_answer
from .limits import MOST_BODY_BYTES
from .tokens import Tokens

_MOST_DRAINED = 16 * 1_048_576
_TRACEABLE = re.compile(r"[!-~]{1,200}")


class Surroundings(Interface):
    """What this layer needs of the service; `service.Service` is one."""

    settings: Settings
    clock: Clock
    tokens: Tokens

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Run something in the background, after its request was answered."""


def surroundings_of(request: Request) -> Surroundings:
    """Return the service that a request was sent to, as far as this layer knows it."""
    surroundings: Surroundings = request.state.service
    return surroundings


class Exchange:
    """A request; `status` is that of its answer, 0 without an answer."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, service: Surroundings) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._send = send
        self._service = service
        self.headers = Headers(scope=scope)
        self._body = b""
        self.status = 0

    @property
    def clock(self) -> Clock:
        """Return the emulator's clock."""
        return self._service.clock

    @property
    def tokens(self) -> Tokens:
        """Return the emulator's access tokens."""
        return self._service.tokens

    @property
    def request_id(self) -> str:
        """Return the request's `x-request-id`, empty where it is missing or could not be sent back."""
        given = self.header("x-request-id")
        return given if _TRACEABLE.fullmatch(given) else ""

    def circumstances(self) -> Circumstances:
        """Return what an error answer tells of this request before its caller is known."""
        return Circumstances(self._service.settings, {}, self.request_id)

    def header(self, name: str) -> str:
        """Return a request header, empty where it is missing."""
        return self.headers.get(name, "")

    async def run(self) -> None:
        """Do what is asked and answer it."""
        await self._app(self._scope, self._replayed, self.send)

    async def run_unheard(self) -> None:
        """Do what is asked, and send no answer."""
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
        """Do what is asked `seconds` later, without an answer; a reset of the emulator cancels it."""

        async def later() -> None:
            await self.clock.sleep(seconds)
            await self.run_unheard()

        self._service.later(later())

    async def answer(self, response: Response) -> None:
        """Send an answer that a fault has made."""
        await response(self._scope, self._replayed, self.send)

    async def refuse(self, error: ApiError) -> None:
        """Answer an error, without asking the application."""
        await self.answer(error_answer(error, self.circumstances()))

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
        """Close the connection without an answer, and return when it is closed."""
        _transport(self._scope).abort()
        await self.outwait()

    async def outwait(self) -> None:
        """Send no answer, and return when the client has closed the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def read(self) -> bool:
        """Take in the request's body and return whether it came as a whole; the client may leave in the middle.

        Raises:
            GatewayError: it is larger than `MOST_BODY_BYTES` (413, assumed).
        """
        parts, size, more = [], 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return False
            part = message.get("body", b"")
            size += len(part)
            more = message.get("more_body", False)
            if size <= MOST_BODY_BYTES:
                parts.append(part)
            elif size > _MOST_DRAINED:
                break
        # A client that is still sending sees a reset instead of an answer, so the rest is read and dropped first.
        if size > MOST_BODY_BYTES:
            error = GatewayError(413, "413000", f"The request body is larger than {MOST_BODY_BYTES} bytes")
            error.headers["connection"] = "close"
            raise error
        self._body = b"".join(parts)
        return True

    @property
    def body(self) -> bytes:
        """Return the request's body."""
        return self._body

    async def _replayed(self) -> Message:
        """Pass the request on, from our copy of its body."""
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Pass the answer on, dated by the emulator's clock."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[tuple[bytes, bytes]] = [
                *message.get("headers", ()),
                (b"date", self.clock.http_date().encode()),
            ]
            if self.request_id and self._service.settings.request_id == "echoed":
                headers.append((b"x-request-id", self.request_id.encode()))
            message = {**message, "headers": headers}
        await self._send(message)


async def _unheard(message: Message) -> None:
    """Drop an answer."""


def _transport(scope: Scope) -> asyncio.Transport:
    """Return the connection that a request came in by; `protocol.Protocol` puts it there."""
    transport: asyncio.Transport = scope["state"]["transport"]
    return transport
