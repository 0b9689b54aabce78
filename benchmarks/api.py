"""The emulator as the API under the measurements, in a process of its own, so that it shares no interpreter."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from itertools import accumulate

from flowservice_emulator.control_client import EmulatorControl

from tests.support import emulator_process


def emulator() -> AbstractContextManager[EmulatorControl]:
    """Start an emulator that says yes to every connection test without logging in anywhere."""
    return emulator_process.running(sys.executable, "-m", "flowservice_emulator", "--connection-test", "pass")


def requests_made(api: EmulatorControl) -> int:
    """How many requests came in since the log was cleared, without those for a token."""
    return sum(number for name, number in api.counters().items() if "/ims/" not in name)


def most_at_once(api: EmulatorControl) -> int:
    """The most requests on their way at one moment since the log was cleared, without those for a token."""
    moments: list[tuple[float, int]] = []
    for entry in api.log():
        if "/ims/" not in entry.path:
            moments += [(entry.at, 1), (entry.at + entry.milliseconds / 1000, -1)]
    # Of an end and a beginning at the same moment, the end comes first.
    running = accumulate(change for _, change in sorted(moments))
    return max(running, default=0)
