"""The lifecycle over HTTP against an emulator, with a clock that no test waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from flowservice_emulator.server import Emulator
from pulumi_flowservice.api.clock import Clock
from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.lifecycle.check import check_inputs
from pulumi_flowservice.lifecycle.create import create
from pulumi_flowservice.lifecycle.delete import delete
from pulumi_flowservice.lifecycle.diff import Diff, diff
from pulumi_flowservice.lifecycle.operation import Call, Operation, Run, begin
from pulumi_flowservice.lifecycle.properties import Properties
from pulumi_flowservice.lifecycle.read import read
from pulumi_flowservice.lifecycle.resource_type import ResourceType
from pulumi_flowservice.lifecycle.update import update
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT
from pulumi_flowservice.settings import load

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


class Server(Protocol):
    """A server that a process can talk to: the emulator, or one of a test's own."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of a program that talks to it."""

    def advance(self, seconds: float) -> object:
        """Let time pass there, too."""


class SteppedClock:
    """Sleeping moves this clock, and the emulator's with it, and takes no time; `meanwhile` happens in each pause."""

    def __init__(self, emulator: Server) -> None:
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


class Lifecycle:
    """The operations of one type of resource in one process, as the dynamic provider calls them: without URNs."""

    def __init__(self, resource: ResourceType, run: Run) -> None:
        self._resource = resource
        self.run = run

    def check(self, olds: Properties, news: Properties) -> tuple[Properties, list[str]]:
        """The normalized inputs, and all problems."""
        return check_inputs(self._resource, olds, news, self.run.settings)

    def diff(self, id_: str, olds: Properties, news: Properties) -> Diff:
        """What would change."""
        return diff(self.run, self._resource, Call(self.run.warn), id_, olds, news)

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Create or adopt an object; its id and outputs."""
        with self._begin("creating", inputs) as operation:
            return create(operation, inputs)

    def read(self, id_: str, properties: Properties) -> tuple[Properties, Properties] | None:
        """The outputs and inputs as the server has them, or None."""
        properties = {**properties, "sandbox": properties.get("sandbox") or self.run.settings.sandbox}
        with self._begin("reading", properties, id_) as operation:
            return read(operation, id_, properties)

    def update(self, id_: str, olds: Properties, news: Properties) -> Properties:
        """Change the object; its outputs."""
        with self._begin("updating", olds, id_, news) as operation:
            return update(operation, id_, olds, news)

    def delete(self, id_: str, olds: Properties) -> None:
        """Delete the object."""
        with self._begin("deleting", olds, id_) as operation:
            delete(operation, id_, olds)

    def _begin(
        self, verb: str, properties: Properties, id_: str = "", news: Properties | None = None
    ) -> AbstractContextManager[Operation]:
        return begin(self.run, self._resource, Call(self.run.warn), verb, properties, id_, news)


class Process:
    """One provider process: a lifecycle that knows nothing of earlier ones, and what it said to the user.

    With `is_native` (`pytest --native`), the lifecycle is behind the native plugin's protocol.
    """

    is_native = False

    def __init__(
        self, emulator: Server, kind: ResourceType = REDSHIFT, *, native: bool | None = None, **environment: str
    ) -> None:
        variables = {**emulator.environment, **environment}
        self.warnings: list[str] = []
        self.steps = SteppedClock(emulator)
        clock = self.steps.clock()
        self.run = Run(load(lambda key: None, variables), clock, self.warnings.append)
        self.lifecycle: Lifecycle = (
            NativeLifecycle(kind, variables, self.warnings.append, clock)  # type: ignore[assignment]
            if (Process.is_native if native is None else native)
            else Lifecycle(kind, self.run)
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
