"""Signs of life from steps that take minutes."""

from __future__ import annotations

import sys
import time

INTERVAL_SECONDS = 15


class Progress:
    """Counts things and says how many, and after how many seconds, once per interval."""

    def __init__(self, label: str, unit: str, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._label, self._unit, self._interval = label, unit, interval_seconds
        self._count = 0
        self._started = self._said = time.monotonic()

    @property
    def seconds(self) -> int:
        """Whole seconds since the beginning."""
        return int(time.monotonic() - self._started)

    def advance(self, steps: int = 1) -> None:
        """Count, and say so if an interval has passed."""
        self._count += steps
        self.tick()

    def tick(self) -> None:
        """Say where things are if an interval has passed since the last line."""
        if time.monotonic() - self._said >= self._interval:
            self._said = time.monotonic()
            print(f"{self._label}: {self.seconds} s, {self._count} {self._unit}", file=sys.stderr, flush=True)
