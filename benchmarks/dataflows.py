"""Requests and seconds of many dataflows of one table on one connection; `python -m benchmarks.dataflows`.

Beside ours, dynamic and native, a provider written as in Pulumi's documentation sends the same four POSTs in a row.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from flowservice_emulator.control_client import EmulatorControl

from benchmarks.api import emulator
from benchmarks.contestants import DATAFLOWS_DOCUMENTATION, DATAFLOWS_NATIVE, DATAFLOWS_OURS, Contestant
from benchmarks.measurements import Measurement
from benchmarks.stack import PROJECT, Stack
from tests.support.connections import make_real
from tools import pulumi_cli
from tools.local_database import LocalDatabase

FIELDS = {"_example.id": "integer", "_example.email": "string"}
ONLY_UP = ("up",)
COMMANDS = ("up", "no-op up", "preview", "refresh")
Lanes = Sequence[tuple[Contestant, Sequence[str]]]
ALL: Lanes = ((DATAFLOWS_DOCUMENTATION, ONLY_UP), (DATAFLOWS_OURS, COMMANDS), (DATAFLOWS_NATIVE, COMMANDS))


def main() -> None:
    """Print a table in Markdown, and the ratio that matters."""
    parser = argparse.ArgumentParser("python -m benchmarks.dataflows", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="dataflows (100)")
    parser.add_argument("--latency", type=int, default=300, help="milliseconds per answer (300)")
    options = parser.parse_args()
    print("| by | command | seconds | requests per dataflow |")
    print("|---|---|---|---|")
    seconds = {}
    for found in measured(ALL, options.count, options.latency):
        requests = f"{found.requests_per_connection:.2f}"
        print(f"| {found.contestant} | {found.command} | {found.seconds:.1f} | {requests} |", flush=True)
        seconds[found.contestant, found.command] = found.seconds
    for each in (DATAFLOWS_OURS, DATAFLOWS_NATIVE):
        ratio = seconds[DATAFLOWS_DOCUMENTATION.name, "up"] / seconds[each.name, "up"]
        print(f"\n`up`: documentation / {each.name}: {ratio:.2f}")


def measured(lanes: Lanes, count: int, latency_ms: int, repetitions: int = 1) -> Iterator[Measurement]:
    """Measure these commands of each, one contestant after the other, each with an API of its own."""
    cli = pulumi_cli.get()
    with tempfile.TemporaryDirectory() as folder, LocalDatabase(Path(folder) / "database") as database:
        for repetition in range(repetitions):
            for number, (contestant, commands) in enumerate(lanes):
                with emulator() as api:
                    there = replace(contestant, configuration=_world(api, database))
                    api.settings(latency_ms=latency_ms)
                    stack = Stack(cli, Path(folder) / f"{repetition}-{number}", api, there)
                    stack.write(there.text, count)
                    for command in commands:
                        found = stack.measure(command, count)
                        yield replace(found, contestant=contestant.name, latency_ms=latency_ms, repetition=repetition)


def _world(api: EmulatorControl, database: LocalDatabase) -> dict[str, str]:
    """Make a connection to the real database and a dataset; return what the programs need to know of them."""
    connection = make_real(api, "shop", database)
    made = api.make_dataset("Customers", FIELDS)
    found = {"connection": connection, "dataset": made["id"], "schema": made["schemaId"]}
    return {f"{PROJECT}:{name}": value for name, value in found.items()}


if __name__ == "__main__":
    main()
