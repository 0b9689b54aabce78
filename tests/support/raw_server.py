"""A server on a real socket that answers with whatever bytes a test wants, or with none."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

# A step of a test's own. What it returns tells whether the server goes on with this connection; None means no.
Sender = Callable[[socket.socket], "bool | None"]


@dataclass(frozen=True)
class Received:
    """One request, as it came in. `connection`: how many connections were opened before its own, plus one."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


def answer(status: int, body: object = b"", **headers: str) -> bytes:
    """Write a whole answer; what is not bytes goes out as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Some Reason", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


def reset(connection: socket.socket) -> None:
    """Close the connection as a crashed server does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silence(connection: socket.socket) -> None:
    """Say nothing until the client has had enough."""
    with contextlib.suppress(OSError):
        connection.recv(1)


def last(content: bytes) -> Sender:
    """Send that, and close the connection."""

    def send(connection: socket.socket) -> None:
        connection.sendall(content)

    return send


def in_turn(*pieces: bytes | threading.Event, done: threading.Event | None = None) -> Sender:
    """Send the pieces one after another, wait for each event, and keep the connection open; at last, set `done`."""

    def send(connection: socket.socket) -> bool:
        for piece in pieces:
            if isinstance(piece, threading.Event):
                piece.wait(10)
            else:
                connection.sendall(piece)
        if done:
            done.set()
        return True

    return send


def endless(piece: bytes, *, head: bytes = b"", pause_seconds: float = 0.0) -> Sender:
    """Send the head, and then the piece over and over, until the client has had enough."""

    def send(connection: socket.socket) -> None:
        done = threading.Event()
        with contextlib.suppress(OSError):
            connection.sendall(head)
            while not done.wait(pause_seconds):
                connection.sendall(piece)

    return send


class RawServer:
    """Gives each request the next step of `script`, the last one for ever; keeps what it received.

    With `tls` it speaks TLS, as a `tunnel` only after a CONNECT; a `greeting` is sent before any request. With
    `answers_early` it answers before it reads a request's body.
    """

    def __init__(
        self,
        *script: bytes | Sender,
        tls: ssl.SSLContext | None = None,
        greeting: bytes | None = None,
        tunnel: bool = False,
        answers_early: bool = False,
    ) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.script = list(script)
        self._tls = tls
        self._greeting = greeting
        self._tunnel = tunnel
        self._answers_early = answers_early
        self._ended: dict[int, threading.Event] = {}
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def vanish(self, connection: socket.socket) -> None:
        """A step: close the connection as a crashed server does, and accept none from now on."""
        self.__exit__()
        reset(connection)

    def __exit__(self, *_: object) -> None:
        # Closing alone does not wake the thread that accepts.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def has_ended(self, connection: int) -> bool:
        """Return whether that connection has ended, or does so within ten seconds."""
        return self._ended[connection].wait(10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            # What a step has sent is there, and does not wait for an acknowledgement.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._ended[self.connections] = threading.Event()
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ssl.SSLError), connection:
            if self._greeting:
                connection.sendall(self._greeting)
            if self._tunnel:
                with connection.makefile("rb", buffering=0) as stream:
                    stream.readline()
                    dict(_headers(stream))
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            secured = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with secured, secured.makefile("rb") as stream:
                while self._answer_one(secured, stream, number):
                    pass
        self._ended[number].set()

    def _answer_one(self, connection: socket.socket, stream: Any, number: int) -> bool:
        request_line = stream.readline().decode("latin-1").split(" ")
        if len(request_line) < 3:
            return False
        headers = dict(_headers(stream))
        length = int(headers.get("content-length", "0"))
        body = b"" if self._answers_early else stream.read(length)
        with self._lock:
            self.received.append(Received(request_line[0], request_line[1], headers, body, number))
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, bytes):
            connection.sendall(step)
            goes_on = True
        else:
            goes_on = bool(step(connection))
        if goes_on and self._answers_early:
            stream.read(length)
        return goes_on


def _headers(stream: Any) -> Iterator[tuple[str, str]]:
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()
