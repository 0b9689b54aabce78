"""Run the emulator: as a process of its own, or in a thread of a test."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any

import uvicorn

from .app.routes import build_app
from .control_client import EmulatorControl
from .http.hosts import Hosts
from .http.protocol import Protocol
from .service import Service
from .settings import Settings


class EmulatorServer(uvicorn.Server):
    """uvicorn, with a call when it accepts requests."""

    def __init__(self, service: Service, ready: Callable[[], None], allow_hosts: Iterable[str]) -> None:
        super().__init__(
            uvicorn.Config(
                build_app(service, Hosts(allow_hosts)),
                http=Protocol,
                lifespan="off",
                ws="none",
                access_log=False,
                # Mistakes of clients are answered to the clients, not logged.
                log_level="critical",
                date_header=False,
                # If the server closes a kept connection just when a request comes, that looks like a lost answer.
                timeout_keep_alive=120,
                timeout_graceful_shutdown=3,
            )
        )
        self._ready = ready

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # As it is used.
        """Leave signals to whoever runs the server: uvicorn would end the process before the database is closed."""
        return nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept requests, and say so."""
        await super().startup(sockets)
        self._ready()


def listen(host: str, port: int) -> tuple[socket.socket, str]:
    """Return a bound socket and its URL; port 0 takes a free one.

    Raises:
        ValueError: the port is taken or not allowed, or the host is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        server = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError, UnicodeError) as error:
        raise ValueError(_cannot_listen(host, port, error)) from None
    shown = f"[{host}]" if family == socket.AF_INET6 else host
    return server, f"http://{shown}:{server.getsockname()[1]}"


def _cannot_listen(host: str, port: int, error: Exception) -> str:
    """Return why an address cannot be listened at, and what to do."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use by another program; stop it, or choose another with --port"
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return f"port {port} of {host} is not yours to use; choose one above 1023 with --port"
    if isinstance(error, OverflowError):
        return f"{port} is not a port; --port takes 0 to 65535"
    return f"{host} is not an address of this machine; name one with --host"


class Emulator(EmulatorControl):
    """An emulator in a thread of this process.

    Use it as a context manager, or call `start` and `stop`. Settings are those of
    `flowservice_emulator.settings.Settings`; `reset` comes back to them. Requests are answered whose `Host` is an
    address of this machine, `host`, or one of `allow_hosts`.
    """

    def __init__(
        self,
        database: str = ":memory:",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        allow_hosts: Iterable[str] = (),
        **settings: Any,
    ) -> None:
        super().__init__("")
        self._address = host, port
        self._service = Service(database, Settings().changed(settings))
        self._accepting = threading.Event()
        self._server = EmulatorServer(self._service, self._accepting.set, [host, *allow_hosts])

    def start(self) -> Emulator:
        """Accept requests; `url` is known from here on."""
        accepting, self.url = listen(*self._address)
        self._thread = threading.Thread(target=self._run, args=[accepting], name="flowservice-emulator", daemon=True)
        self._thread.start()
        self._accepting.wait(10)
        return self

    def stop(self) -> None:
        """Stop accepting requests and close the database."""
        self._server.should_exit = True
        self._thread.join()
        self._service.store.close()

    def _run(self, accepting: socket.socket) -> None:
        with accepting:
            asyncio.run(self._server.serve([accepting]))

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
