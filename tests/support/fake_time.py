"""Time that passes only when somebody sleeps, so that no test waits."""

from __future__ import annotations

import threading

from pulumi_flowservice.api.clock import Clock

# A round moment for readable assertions; the local clock of a test need not be right.
LOCAL_NOW = 1_700_000_000.0


class FakeTime:
    """A clock whose hands a test moves; `sleeps` holds every pause that was taken, in seconds."""

    def __init__(self, *, chance: float = 0.0) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []
        self._lock = threading.Lock()
        self.clock = Clock(lambda: self.now, lambda: LOCAL_NOW + self.now, self.sleep, lambda: chance)

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        with self._lock:
            self.sleeps.append(seconds)
            self.now += seconds
