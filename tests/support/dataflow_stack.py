"""A stack with one dataflow: what the engine does with it, run after run, and what the user is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.dataflows import World
from tests.support.lifecycle import Process

PARTS = ("sourceConnectionId", "targetConnectionId", "mappingId")


class KilledError(BaseException):
    """The process was killed."""


class Stack:
    """The state of a stack with one dataflow at most. Each command is a new process, which knows nothing of others.

    `texts` has all that the user was told: warnings and errors.
    """

    def __init__(self, world: World, *, native: bool | None = None) -> None:
        self.world = world
        self.native = native
        self.id = ""
        self.state: Properties = {}
        self.texts: list[str] = []
        self.error: FlowServiceError | None = None
        self.warnings: list[str] = []

    def up(self, inputs: Properties) -> str:
        """`pulumi up`: the code of its error, or `ok`."""
        return self._run(lambda process: self._up(process, inputs))

    def refresh(self) -> str:
        """`pulumi refresh`."""
        return self._run(self._refresh)

    def destroy(self) -> str:
        """`pulumi destroy`."""
        return self._run(self._delete)

    def unnamed(self) -> list[str]:
        """What is at the server, and neither in the state nor in any text by its id, or by its name."""
        known = {self.id, *(self.state.get(name) for name in PARTS)}
        told = "\n".join(self.texts)
        return [
            f"{kind} {id_} {name}"
            for kind, found in self.world.there().items()
            for id_, name in found.items()
            if id_ not in known and id_ not in told and repr(name) not in told
        ]

    def _up(self, process: Process, inputs: Properties) -> None:
        lifecycle = process.lifecycle
        news, problems = lifecycle.check(self.state, {"autoName": "customers-1", **inputs})
        assert problems == []
        if not self.id:
            self.id, self.state = lifecycle.create(news)
            return
        found = lifecycle.diff(self.id, self.state, news)
        if found.replaces:
            self._delete(process)
            self.id, self.state = lifecycle.create(news)
        elif found.changes:
            self.state = lifecycle.update(self.id, self.state, news)

    def _refresh(self, process: Process) -> None:
        found = process.lifecycle.read(self.id, self.state)
        if found is None:
            self.id, self.state = "", {}
        else:
            self.state = found[0]

    def _delete(self, process: Process) -> None:
        process.lifecycle.delete(self.id, self.state)
        self.id, self.state = "", {}

    def _run(self, act: Callable[[Process], None]) -> str:
        process = self.world.process(native=self.native)
        self.error, self.warnings = None, process.warnings
        try:
            act(process)
        except FlowServiceError as error:
            self.error = error
            left = getattr(error, "left", None)
            if left and self.native:
                self.id, self.state = left.id, dict(left.outputs)
            self.texts.append(str(error))
        finally:
            self.texts += process.warnings
        return self.error.code if self.error else "ok"


@contextmanager
def killed_after(answers: int) -> Iterator[list[str]]:
    """The process inside is killed as soon as it has had that many answers; the list has their requests."""
    killer, log = _Killer(answers), logging.getLogger("pulumi_flowservice")
    level = log.level
    log.addHandler(killer)
    log.setLevel(logging.DEBUG)
    try:
        yield killer.requests
    except KilledError:
        pass
    finally:
        log.removeHandler(killer)
        log.setLevel(level)


class _Killer(logging.Handler):
    def __init__(self, answers: int) -> None:
        super().__init__()
        self._left = answers
        self.requests: list[str] = []

    def emit(self, record: logging.LogRecord) -> Any:
        if "status" not in record.getMessage():
            return
        self.requests.append(record.getMessage())
        self._left -= 1
        # Requests that are on their way at that moment are still done by the server.
        if self._left <= 0:
            raise KilledError
