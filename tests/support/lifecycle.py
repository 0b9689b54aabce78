"""The lifecycle over HTTP against an emulator, with a clock that no test waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from flowservice_emulator.server import Emulator
from pulumi_flowservice import settings as configuration
from pulumi_flowservice.api.clock import Clock
from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.lifecycle.caller import Caller
from pulumi_flowservice.lifecycle.connection import Lifecycle
from pulumi_flowservice.resources.connection.kind import Kind, Properties
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT

from tests.support.native import NativeLifecycle

INPUTS: Properties = {
    "name": "orders",
    "server": "redshift.example.com",
    "port": 5439,
    "database": "dev",
    "username": "loader",
    "password": "correct-horse",
    "sandbox": "dev",
}


class SteppedClock:
    """Sleeping moves this clock, and the emulator's with it, and takes no time; `meanwhile` happens in each pause."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._lock = threading.Lock()
        self.meanwhile: Callable[[], None] = lambda: None
        self.slept = 0.0
        self._started = time.monotonic()
        self.waits: list[float] = []

    def clock(self) -> Clock:
        """The clock to give to a client; chance always says the smallest."""
        return Clock(
            monotonic=lambda: time.monotonic() + self.slept,
            wall=lambda: time.time() + self.slept,
            sleep=self._sleep,
            chance=lambda: 0.0,
        )

    def passed(self) -> float:
        """Seconds since it was made: what was slept, and the real time of all else, which is long on a busy machine."""
        return time.monotonic() - self._started + self.slept

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept += seconds
            self.waits.append(seconds)
            self._emulator.advance(seconds)
        self.meanwhile()


class Process:
    """One provider process: a lifecycle that knows nothing of earlier ones, and what it said to the user.

    With `is_native` (`pytest --native`), the lifecycle is behind the native plugin's protocol.
    """

    is_native = False

    def __init__(
        self, emulator: Emulator, kind: Kind = REDSHIFT, *, native: bool | None = None, **environment: str
    ) -> None:
        variables = {**emulator.environment, **environment}
        self.settings = configuration.load(lambda key: None, variables)
        self.warnings: list[str] = []
        self.steps = SteppedClock(emulator)
        clock = self.steps.clock()
        self.lifecycle: Lifecycle = (
            NativeLifecycle(kind, variables, self.warnings.append, clock)  # type: ignore[assignment]
            if (Process.is_native if native is None else native)
            else Lifecycle(kind, self.settings, Caller(self.warnings.append), clock)
        )

    def create(self, **changes: object) -> tuple[str, Properties]:
        """Create a connection of `INPUTS` with these changes; None leaves an input out."""
        return self.lifecycle.create(given(changes))

    def up(self, connection_id: str, olds: Properties, news: Properties) -> Properties:
        """What the engine does with a resource that it knows: check, diff, and an update where there is a change."""
        inputs, problems = self.lifecycle.check(olds, news)
        assert problems == []
        diff = self.lifecycle.diff(connection_id, olds, inputs)
        assert diff.replaces == []
        return self.lifecycle.update(connection_id, olds, inputs) if diff.changes else olds


def given(changes: Properties, base: Properties = INPUTS) -> Properties:
    """Inputs with changes; None leaves one out."""
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def error_of(act: Callable[[], object]) -> FlowServiceError:
    """The error with which something fails."""
    try:
        act()
    except FlowServiceError as error:
        return error
    raise AssertionError("it succeeded")


def stored(emulator: Emulator, connection_id: str) -> dict[str, Any]:
    """A connection as the server keeps it, its password in the clear."""
    [found] = [connection for connection in emulator.connections() if connection["id"] == connection_id]
    return found


def requests(emulator: Emulator) -> list[str]:
    """The requests in their order, such as `POST /connections`, with ids as `*`; the token's too."""
    short = []
    for entry in emulator.log():
        parts = entry.path.split("/")
        is_single = len(parts) > 2 and parts[1] == "connections"
        short.append(f"{entry.method} " + ("/".join(["", "connections", "*", *parts[3:]]) if is_single else entry.path))
    return short
