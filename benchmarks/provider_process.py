"""What the provider's process costs: processor time and peak memory, read from the system while it lives."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil

# Processor time of the last interval is lost; peak memory is the system's own high-water mark and misses nothing else.
INTERVAL_SECONDS = 0.05


@dataclass
class Cost:
    """Seconds of processor time (user and system), and mebibytes; None where the system does not tell."""

    processor_seconds: float | None = None
    peak_mebibytes: float | None = None


class ProviderWatch:
    """Finds the provider's process below an engine and follows it until the engine ends."""

    def __init__(self, engine: int) -> None:
        self.cost = Cost()
        self._engine = engine
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> ProviderWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _follow(self) -> None:
        host = None
        while not self._over.wait(INTERVAL_SECONDS):
            try:
                host = host or _host_below(self._engine)
                if host:
                    self._sample(host)
            except (psutil.Error, OSError):
                # It has ended between two looks, or the engine has not started it yet.
                continue

    def _sample(self, host: psutil.Process) -> None:
        times = host.cpu_times()
        self.cost.processor_seconds = times.user + times.system
        status = Path(f"/proc/{host.pid}/status")
        if not status.exists():
            return
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                self.cost.peak_mebibytes = int(line.split()[1]) / 1024


def _host_below(engine: int) -> psutil.Process | None:
    """The Python process that runs `pulumi.dynamic`, not the shell script that starts it, or the native plugin."""
    for process in psutil.Process(engine).children(recursive=True):
        command = process.cmdline()
        if "pulumi.dynamic" in command or any(word.endswith("pulumi-resource-flowservice") for word in command):
            return process
    return None
