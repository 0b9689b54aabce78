"""What hundreds of connections in one stack cost with the file backend, and what helps; `--help`."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flowservice_emulator.control_client import EmulatorControl

from benchmarks.api import emulator
from benchmarks.contestants import OURS
from benchmarks.measurements import Spread
from benchmarks.stack import Stack
from tools import pulumi_cli

COMMANDS = ("up", "no-op up", "destroy")


@dataclass(frozen=True)
class Way:
    """How the connections are kept: the engine's environment, and over how many stacks they are spread."""

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)
    stacks: int = 1


WAYS = {
    way.name: way
    for way in (
        Way("default"),
        Way("no backups", {"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true"}),
        Way("no checkpoints", {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}),
        Way("five stacks", stacks=5),
    )
}


def main() -> None:
    """Print a table in Markdown."""
    options = _options()
    print(f"| connections | way | {' | '.join(COMMANDS)} |\n|{'---|' * (2 + len(COMMANDS))}")
    with contextlib.ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="flowservice-benchmark-")))
        api = exits.enter_context(emulator())
        stacks = [Stack(pulumi_cli.get(), folder / str(number), api, OURS) for number in range(5)]
        for count in options.count:
            seconds: dict[tuple[str, str], list[float]] = {}
            for _ in range(options.repetitions):
                for way in options.only:
                    _measure(WAYS[way], stacks, api, count, seconds)
            for way in options.only:
                cells = (_text(seconds[way, command]) for command in COMMANDS)
                print(f"| {count} | {way} | {' | '.join(cells)} |", flush=True)


def _measure(
    way: Way, stacks: list[Stack], api: EmulatorControl, count: int, seconds: dict[tuple[str, str], list[float]]
) -> None:
    """One repetition; several stacks run one after another, as on one machine that does nothing else."""
    api.reset()
    used = stacks[: way.stacks]
    for number, stack in enumerate(used):
        stack.forget_history()
        # Each stack names its connections after itself, or they would be taken for another's.
        stack.write(OURS.text.replace("warehouse-", f"warehouse-{number}-"), count // way.stacks)
    for command in COMMANDS:
        took = sum(stack.measure(command, count // way.stacks, way.variables).seconds for stack in used)
        seconds.setdefault((way.name, command), []).append(took)
        print(time.strftime("%H:%M:%S"), f"{count}, {way.name}, {command}: {took:.1f} s", file=sys.stderr, flush=True)


def _text(values: list[float]) -> str:
    spread = Spread.of(values)
    ends = f" ({spread.least:.1f} to {spread.most:.1f})" if len(values) > 1 else ""
    return f"{spread.middle:.1f}{ends} s"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.many_connections", description=__doc__)
    parser.add_argument("--count", type=int, nargs="+", default=[300, 1000], help="connections (300 1000)")
    parser.add_argument("--repetitions", type=int, default=1, help="how often everything is measured (1)")
    parser.add_argument("--only", nargs="+", choices=list(WAYS), default=list(WAYS), help="some of the ways")
    return parser.parse_args()


if __name__ == "__main__":
    main()
