"""Speak HTTP as uvicorn does, with limits on what a client may send and how slowly."""

from __future__ import annotations

import asyncio
import json
import socket
from asyncio import AbstractEventLoop, TimerHandle

from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from .errors import Circumstances, GatewayError
from .limits import Limits

_REFUSALS = {
    400: ("400000", "The request is not valid HTTP"),
    431: ("431000", "The request line and headers are too large"),
    503: ("503000", "Too many connections are open"),
}


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which tells the application its transport as well.

    One timer per connection: for the headers, then for the body, then uvicorn's own for the pause until the next
    request. None runs while the application works on an answer.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: AbstractEventLoop | None = None,
        *,
        limits: Limits,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._timer: TimerHandle | None = None
        self._write_timer: TimerHandle | None = None
        self._unread_since = 0.0
        self.url = b""
        self._head_bytes = 0
        self._in_head = True
        self.waiting_since = self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # As in the superclass.
        """Accept a connection."""
        # asyncio sees to this only where the listening socket names its protocol. Without it each answer waits
        # 40 ms for the client's delayed acknowledgement, because head and body are sent apart.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        self.flow = _Flow(transport, self)
        self._start_timer(self._limits.head_seconds)
        if len(self.connections) > self._limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._stop_timer()
        self.may_wait_to_write(False)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what the client sends."""
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._head_bytes > self._limits.head_bytes:
            self._refuse(431)
        # Line breaks between requests end uvicorn's timer without beginning a request.
        elif self._is_idle() and self._timer is None:
            self._start_timer(self._limits.head_seconds)

    def on_message_begin(self) -> None:
        """Start a request."""
        super().on_message_begin()
        self.scope["state"] |= {"transport": self.transport, "flow": self.flow}
        self._in_head = True
        self._start_timer(self._limits.head_seconds)

    def on_headers_complete(self) -> None:
        """Hand the request to the application."""
        if len(self.pipeline) >= self._limits.pipelined:
            raise ValueError("too many requests ahead of their answers")
        if self._head_size() > self._limits.head_bytes:
            # Not with the body's bytes, which may have come in the same piece.
            raise ValueError("request line and headers are too large")
        super().on_headers_complete()
        self._in_head, self._head_bytes = False, 0
        self._start_timer(self._limits.body_seconds)

    def on_message_complete(self) -> None:
        """End a request."""
        super().on_message_complete()
        self._in_head = True
        self._stop_timer()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self.waiting_since = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP, in the gateway's envelope as everything else that the service never sees."""
        self._refuse(431 if self._head_size() > self._limits.head_bytes else 400)

    def may_wait_to_write(self, waits: bool) -> None:
        """Give the client a time to read what lies ready for it, as long as it is more than a buffer holds."""
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
        if waits:
            self._unread_since = self.loop.time()
            self._write_timer = self.loop.call_later(self._limits.write_seconds, self.transport.abort)
            self._shed_unread()

    def _shed_unread(self) -> None:
        """Close the connections that have left the most for the longest, until what lies unread is bearable."""
        waiting = [each for each in self.connections if isinstance(each, Protocol) and each._write_timer]
        waiting.sort(key=lambda each: each._unread_since)
        unread = sum(each.transport.get_write_buffer_size() for each in waiting)
        for each in waiting:
            if unread <= self._limits.unread_bytes:
                break
            unread -= each.transport.get_write_buffer_size()
            each.transport.abort()

    def _head_size(self) -> int:
        """Return the bytes of the present request's line and headers, as far as they are read."""
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers or ())

    def _is_idle(self) -> bool:
        """Return whether it is the client's turn: to send a request, or the rest of one."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def _make_room(self) -> None:
        """Close the connection that has waited longest for a request; it may be this one."""
        # Who answers nothing for long gives way, so that a crowd of silent clients does not shut out the others.
        idle = [each for each in self.connections if isinstance(each, Protocol) and each._is_idle()]
        oldest = min(idle, key=lambda each: each.waiting_since)
        if oldest is self:
            self._refuse(503)
        else:
            oldest.transport.abort()

    def _refuse(self, status: int) -> None:
        """Answer in place of the application, and close."""
        code, message = _REFUSALS[status]
        body = json.dumps(GatewayError(status, code, message).body(Circumstances())).encode()
        head = (
            f"HTTP/1.1 {status} Refused\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _start_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        self.transport.abort()


class _Flow(FlowControl):
    """uvicorn's flow control, which tells the protocol when the client stops reading."""

    def __init__(self, transport: asyncio.Transport, protocol: Protocol) -> None:
        super().__init__(transport)
        self._protocol = protocol

    def pause_writing(self) -> None:
        """Stop sending until the client has read."""
        super().pause_writing()
        self._protocol.may_wait_to_write(True)

    def resume_writing(self) -> None:
        """Go on sending."""
        super().resume_writing()
        self._protocol.may_wait_to_write(False)
