"""Requests and seconds of reading some connections of a large sandbox; `python -m benchmarks.bulk_refresh`.

The reads run in four threads, as in Pulumi's dynamic provider host, with the pages of the list and without.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from flowservice_emulator.control_client import EmulatorControl
from pulumi_flowservice import settings as configuration
from pulumi_flowservice.api.outcomes import Applied
from pulumi_flowservice.api.sandbox import open_sandbox
from pulumi_flowservice.lifecycle.operation import Call, Run, begin
from pulumi_flowservice.lifecycle.read import read
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT

from benchmarks.api import emulator

CASES = ((2, 2000), (20, 2000), (100, 2000), (100, 100), (300, 300), (300, 2000), (1000, 1000))
LATENCY_MS = 300
THREADS = 4


@dataclass(frozen=True)
class Outcome:
    """Of one refresh."""

    singles: int
    pages: int
    seconds: float


def main() -> None:
    """Print a table in Markdown."""
    print("| ours | in the sandbox | pages + single reads | seconds | one by one |")
    print("|---|---|---|---|---|")
    with emulator() as api:
        for ours, total in CASES:
            api.reset()
            ids = _fill(api, total)
            # Ours are anywhere in the list, as after years of changes.
            chosen = random.Random(total).sample(ids, ours)  # noqa: S311 - No secret hangs on it.
            shared, alone = _refresh(api, chosen, is_bulk=True), _refresh(api, chosen, is_bulk=False)
            print(
                f"| {ours} | {total} | {shared.pages} + {shared.singles} | {shared.seconds:.1f} s "
                f"| {alone.singles} in {alone.seconds:.1f} s |",
                flush=True,
            )


def _fill(api: EmulatorControl, count: int) -> list[str]:
    body = {
        "auth": {
            "specName": REDSHIFT.authentications[0].spec_name,
            "params": {"server": "redshift.example.com", "database": "dev", "username": "loader", "password": "secret"},
        },
        "connectionSpec": {"id": REDSHIFT.spec_id, "version": "1.0"},
    }
    connections = open_sandbox(_settings(api), "dev", warn=print).connections
    with ThreadPoolExecutor(THREADS) as threads:
        made = threads.map(lambda number: connections.create({**body, "name": f"n-{number}"}), range(count))
        return [outcome.id for outcome in made if isinstance(outcome, Applied)]


def _refresh(api: EmulatorControl, ids: Sequence[str], *, is_bulk: bool) -> Outcome:
    api.settings(latency_ms=LATENCY_MS)
    run = Run(replace(_settings(api), bulk_refresh=is_bulk))
    api.clear_log()
    started = time.monotonic()
    with ThreadPoolExecutor(THREADS) as threads:
        found = list(threads.map(lambda each: _read(run, each), ids))
    seconds = time.monotonic() - started
    assert all(found)  # noqa: S101 - A figure about wrong answers would be worth nothing.
    api.settings(latency_ms=0)
    return Outcome(len(api.log("GET", "/connections/*")), len(api.log("GET", "/connections")), seconds)


def _read(run: Run, connection_id: str) -> bool:
    properties = {"sandbox": "dev", "name": "any"}
    with begin(run, REDSHIFT, Call(print), "reading", properties, connection_id) as operation:
        return read(operation, connection_id, properties) is not None


def _settings(api: EmulatorControl) -> configuration.Settings:
    settings = configuration.load(lambda key: None, api.environment)
    # Another time limit makes another client: each refresh starts like a process of its own.
    return replace(settings, request_timeout=75 + time.monotonic() % 1)


if __name__ == "__main__":
    main()
