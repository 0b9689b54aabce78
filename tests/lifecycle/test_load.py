"""Two hundred connections through the whole lifecycle while one answer in eight is trouble.

`pytest -s tests/test_load.py` prints the figures that docs/engineering/faults.md quotes.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.lifecycle import Process, given

CONNECTIONS = 200
THREADS = 4  # As many as Pulumi's dynamic provider host has.
TROUBLE: tuple[dict[str, Any], ...] = (
    {"status": 429, "retry_after": 2, "share": 0.03},
    {"status": 429, "retry_after": "date:3", "share": 0.01},
    {"status": 503, "share": 0.02},
    {"status": 503, "retry_after": 1, "share": 0.01},
    {"status": 500, "share": 0.01},
    {"status": 502, "body": "html", "share": 0.01},
    {"status": 504, "body": "empty", "share": 0.01},
    {"kind": "lost_answer", "share": 0.02},
)
Made = dict[str, tuple[str, Properties]]


class Runs:
    """Does one step for all connections; what fails is done again by the next run, as a pipeline does it."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._lock = threading.Lock()
        self.processes: list[Process] = []
        self.failures: list[FlowServiceError] = []

    def all(self, names: Iterable[str], step: Callable[[Process, str], None]) -> None:
        """Run the step for every name, in at most four runs."""
        waiting = list(names)
        for _ in range(4):
            process = Process(self._emulator)
            self.processes.append(process)
            with ThreadPoolExecutor(THREADS) as pool:
                outcomes = list(pool.map(lambda name, process=process: self._one(process, name, step), waiting))
            waiting = [name for name, is_done in zip(waiting, outcomes, strict=True) if not is_done]
            if not waiting:
                return
        raise AssertionError(f"not done after four runs: {waiting}")

    def _one(self, process: Process, name: str, step: Callable[[Process, str], None]) -> bool:
        try:
            step(process, name)
        except FlowServiceError as error:
            with self._lock:
                self.failures.append(error)
            return False
        return True


@pytest.mark.long
def test_two_hundred_connections_in_trouble(flowservice_emulator: Emulator) -> None:
    """All of them are made, read, changed and removed; none is made twice, and each process takes one token."""
    flowservice_emulator.settings(connection_test="pass")
    for seed, fault in enumerate(TROUBLE):
        flowservice_emulator.fault("*", "/connections**", times=None, seed=seed, **fault)
    names = [f"orders-{number:03}" for number in range(CONNECTIONS)]
    made: Made = {}
    runs = Runs(flowservice_emulator)

    def create(process: Process, name: str) -> None:
        made[name] = process.create(name=name, server=f"{name}.example.com")

    def refresh(process: Process, name: str) -> None:
        id_, outputs = made[name]
        read = process.lifecycle.read(id_, outputs)
        assert read is not None and read[0]["server"] == f"{name}.example.com"
        made[name] = (id_, read[0])

    def update(process: Process, name: str) -> None:
        id_, outputs = made[name]
        changes: Properties = {"name": name, "server": f"{name}.example.com", "password": "another-horse"}
        made[name] = (id_, process.up(id_, outputs, given({**changes, "description": "changed"})))

    def delete(process: Process, name: str) -> None:
        process.lifecycle.delete(*made[name])

    runs.all(names, create)
    after_creation = Counter(connection["name"] for connection in flowservice_emulator.connections())
    runs.all(names, refresh)
    runs.all(names, update)
    after_update = flowservice_emulator.connections()
    runs.all(names, delete)

    _print_figures(flowservice_emulator, runs)
    assert after_creation == Counter(names)
    assert {connection["description"] for connection in after_update} == {"changed"}
    assert {connection["auth"]["params"]["password"] for connection in after_update} == {"another-horse"}
    assert flowservice_emulator.connections() == []
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == len(runs.processes)


def _print_figures(emulator: Emulator, runs: Runs) -> None:
    entries = [entry for entry in emulator.log() if entry.path.startswith("/connections")]
    statuses = Counter("lost" if entry.status == 0 else str(entry.status) for entry in entries)
    trouble = sum(count for status, count in statuses.items() if status in ("lost", "429") or status >= "500")
    waits = [wait for process in runs.processes for wait in process.steps.waits]
    print(f"\n{len(entries)} requests, {trouble} of them in trouble: {dict(statuses.most_common())}")  # noqa: T201
    print(f"{len(waits)} waits, {sum(waits):.0f} s in all, the longest {max(waits):.1f} s")  # noqa: T201
    print(f"{len(runs.processes)} processes, as many tokens")  # noqa: T201
    print(f"failed, and done by the next run: {[str(error) for error in runs.failures]}")  # noqa: T201
