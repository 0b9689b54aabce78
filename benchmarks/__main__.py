"""`make bench`, or `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from benchmarks import dataflows, import_time
from benchmarks.contestants import ALL, DATAFLOWS_DOCUMENTATION, DATAFLOWS_NATIVE, FLOOR, OURS
from benchmarks.goals import SLOW_MS, goals
from benchmarks.measurements import Results
from benchmarks.race import race
from benchmarks.report import costs, goal_table, times
from tools import pulumi_cli

_DESCRIPTION = """\
Measure up, no-op up, preview, refresh and destroy of our provider, beside an empty one (the floor) and one written
as in Pulumi's documentation; refresh, up and destroy run with --skip-preview. Everything runs on this machine, against
the emulator. A run without options measures what the goals need, in a quarter of an hour; --only, --count and --latency
add the other contestants, numbers and latencies. On a machine that does something else meanwhile, believe the ratios
and not the seconds."""


def main() -> None:
    """Measure what the options say, and print the report as Markdown."""
    options = _options()
    if options.report:
        results, imports = Results.read(options.report), None
    else:
        imports = import_time.measure()
        results = _measure(options)
    print("\n".join(_report(results, imports)))
    if options.plots:
        # Only a development environment has the library.
        from benchmarks.plots import draw

        draw(results, options.plots)


def _measure(options: argparse.Namespace) -> Results:
    chosen = [contestant for contestant in ALL if contestant.name in options.only]
    results = Results()
    of_connections = race(pulumi_cli.get(), chosen, options.count, options.latency, options.repetitions, options.rounds)
    two = [(each, dataflows.ONLY_UP) for each in (DATAFLOWS_DOCUMENTATION, DATAFLOWS_NATIVE)]
    of_dataflows = dataflows.measured(two, 100, SLOW_MS, options.dataflows)
    try:
        for measurement in chain(of_connections, of_dataflows):
            results.add(measurement)
            if options.results:
                results.write(options.results)
    except KeyboardInterrupt:
        print("interrupted: the report tells what was measured until now", file=sys.stderr)
    return results


def _report(results: Results, imports: import_time.ImportTimes | None) -> Iterator[str]:
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    yield f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} processors, load at the end {load}\n"
    yield from goal_table(goals(results, imports))
    yield ""
    if imports:
        yield import_time.table(imports) + "\n"
    yield from times(results)
    yield ""
    yield from costs(results)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=_DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, nargs="+", default=[1, 100], help="connections (1 100)")
    parser.add_argument("--latency", type=int, nargs="+", default=[0], help="milliseconds per answer (0)")
    parser.add_argument("--repetitions", type=int, default=5, help="how often everything is measured (5)")
    parser.add_argument(
        "--rounds", type=int, default=1, help="how often no-op up, preview, refresh in each of them (1)"
    )
    names = [contestant.name for contestant in ALL]
    parser.add_argument("--only", nargs="+", choices=names, default=[FLOOR.name, OURS.name], help="(floor ours)")
    parser.add_argument("--dataflows", type=int, default=3, help="how often 100 dataflows are measured (3)")
    parser.add_argument("--results", type=Path, help="file to keep the measurements in, for --report")
    parser.add_argument("--report", type=Path, nargs="+", help="print the report of kept measurements; measure nothing")
    parser.add_argument("--plots", type=Path, help="folder for pictures of the times of up, as SVG")
    return parser.parse_args()


if __name__ == "__main__":
    main()
