"""Speak HTTP as uvicorn does, with the transport for faults, and refusals in the gateway's form."""

from __future__ import annotations

import asyncio
import json
import socket

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .errors import Circumstances, GatewayError


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

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP with 400 in the gateway's form, and close the connection."""
        error = GatewayError(400, "400000", "The request is not valid HTTP")
        body = json.dumps(error.body(Circumstances())).encode()
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
