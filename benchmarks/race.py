"""Run every contestant side by side: the same command of one after the other, then the next command."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flowservice_emulator.control_client import EmulatorControl

from benchmarks.api import emulator
from benchmarks.contestants import Contestant
from benchmarks.measurements import Measurement
from benchmarks.stack import COMMANDS, Stack
from tools.pulumi_cli import Cli


@dataclass(frozen=True)
class Lane:
    """A contestant with its stack and its API."""

    contestant: Contestant
    stack: Stack
    api: EmulatorControl


def race(
    cli: Cli,
    contestants: Sequence[Contestant],
    counts: Sequence[int],
    latencies_ms: Sequence[int],
    repetitions: int,
    rounds: int,
) -> Iterator[Measurement]:
    """Measure all commands for every number of connections and latency, `repetitions` times.

    Between an `up` and a `destroy`, the commands that change nothing are measured `rounds` times.
    Neighbours in time are what is compared with each other: whatever else the machine does meanwhile hits all alike.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flowservice-benchmark-")))
        lanes = []
        for number, contestant in enumerate(contestants):
            api = stack.enter_context(emulator())
            lanes.append(Lane(contestant, Stack(cli, folder / str(number), api, contestant), api))
        for repetition in range(repetitions):
            for count in counts:
                for latency in latencies_ms:
                    yield from _lap(lanes, count, latency, repetition, rounds)


def _lap(lanes: Sequence[Lane], count: int, latency_ms: int, repetition: int, rounds: int) -> Iterator[Measurement]:
    running = [lane for lane in lanes if lane.contestant.calls_the_api or not latency_ms]
    # Nobody is always first.
    first = repetition % max(1, len(running))
    running = running[first:] + running[:first]
    for lane in running:
        lane.api.reset()
        lane.api.settings(latency_ms=latency_ms)
        lane.stack.forget_history()
        lane.stack.write(lane.contestant.text, count)
    up, *between, destroy = COMMANDS
    order = [
        (up, repetition),
        *((command, repetition * rounds + turn) for turn in range(rounds) for command in between),
    ]
    for command, turn in [*order, (destroy, repetition)]:
        for lane in running:
            measured = lane.stack.measure(command, count)
            _say(f"{count} at {latency_ms} ms, {command}, {lane.contestant.name}: {measured.seconds:.2f} s")
            yield replace(measured, contestant=lane.contestant.name, latency_ms=latency_ms, repetition=turn)


def _say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)
