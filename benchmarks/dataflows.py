"""Requests and seconds of many dataflows of one table on one connection; `python -m benchmarks.dataflows`.

Beside ours, dynamic and native, a provider written as in Pulumi's documentation sends the same four POSTs in a row.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flowservice_emulator.control_client import EmulatorControl

from benchmarks.api import emulator
from benchmarks.contestants import Contestant
from benchmarks.measurements import Measurement
from benchmarks.stack import PROJECT, Stack
from tests.support.connections import make_real
from tools import pulumi_cli
from tools.local_database import LocalDatabase

FIELDS = {"_example.id": "integer", "_example.email": "string"}
ONLY_UP = ("up",)
COMMANDS = ("up", "no-op up", "preview", "refresh")
CONTESTANTS = (
    (Contestant("documentation style", "dataflows_documentation"), ONLY_UP),
    (Contestant("ours", "dataflows"), COMMANDS),
    (Contestant("native -p 64", "dataflows", is_native=True, parallel=64), COMMANDS),
)


def main() -> None:
    """Print a table in Markdown, and the ratio that matters."""
    parser = argparse.ArgumentParser("python -m benchmarks.dataflows", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="dataflows (100)")
    parser.add_argument("--latency", type=int, default=300, help="milliseconds per answer (300)")
    options = parser.parse_args()
    print("| by | command | seconds | requests per dataflow |")
    print("|---|---|---|---|")
    seconds = {}
    for name, found in _measured(options.count, options.latency):
        print(f"| {name} | {found.command} | {found.seconds:.1f} | {found.requests_per_connection:.2f} |", flush=True)
        seconds[name, found.command] = found.seconds
    for name in ("ours", "native -p 64"):
        ratio = seconds["documentation style", "up"] / seconds[name, "up"]
        print(f"\n`up`: documentation style / {name}: {ratio:.2f}")


def _measured(count: int, latency: int) -> Iterator[tuple[str, Measurement]]:
    cli = pulumi_cli.get()
    with tempfile.TemporaryDirectory() as folder, LocalDatabase(Path(folder) / "database") as database:
        for contestant, commands in CONTESTANTS:
            with emulator() as api:
                given = _world(api, database)
                api.settings(latency_ms=latency)
                there = Contestant(
                    contestant.name,
                    contestant.program,
                    given,
                    is_native=contestant.is_native,
                    parallel=contestant.parallel,
                )
                stack = Stack(cli, Path(folder) / contestant.name.replace(" ", "-"), api, there)
                stack.write(there.text, count)
                for command in commands:
                    yield contestant.name, stack.measure(command, count)


def _world(api: EmulatorControl, database: LocalDatabase) -> dict[str, str]:
    """Make a connection to the real database and a dataset; return what the programs need to know of them."""
    connection = make_real(api, "shop", database)
    made = api.make_dataset("Customers", FIELDS)
    found = {"connection": connection, "dataset": made["id"], "schema": made["schemaId"]}
    return {f"{PROJECT}:{name}": value for name, value in found.items()}


if __name__ == "__main__":
    main()
