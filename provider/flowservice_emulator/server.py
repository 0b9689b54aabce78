"""Running the emulator: as a process of its own, or in a thread of a test."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any

import uvicorn

from .app import build_app
from .control_client import EmulatorControl
from .gateway import Protocol
from .service import Service
from .settings import Settings


class EmulatorServer(uvicorn.Server):
    """uvicorn, which tells when it accepts requests."""

    def __init__(self, service: Service, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                build_app(service),
                http=Protocol,
                lifespan="off",
                ws="none",
                access_log=False,
                log_level="warning",
                date_header=False,
                # A kept connection that the server closes at the wrong moment looks like a lost answer.
                timeout_keep_alive=120,
                timeout_graceful_shutdown=1,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept requests, and say so."""
        await super().startup(sockets)
        self._ready()


def listen(host: str, port: int) -> tuple[socket.socket, str]:
    """Return a bound socket and its URL; port 0 takes a free one.

    Raises:
        OSError: the port is taken, or the host is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.create_server((host, port), family=family, backlog=2048)
    shown = f"[{host}]" if family == socket.AF_INET6 else host
    return server, f"http://{shown}:{server.getsockname()[1]}"


class Emulator(EmulatorControl):
    """An emulator in a thread of this process.

    Use it as a context manager, or call `start` and `stop`. Settings are those of
    `flowservice_emulator.settings.Settings`; `reset` comes back to them.
    """

    def __init__(self, database: str = ":memory:", *, host: str = "127.0.0.1", port: int = 0, **settings: Any) -> None:
        super().__init__("")
        self._address = host, port
        self._service = Service(database, replace(Settings()).changed(settings))
        self._accepting = threading.Event()
        self._server = EmulatorServer(self._service, self._accepting.set)

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
