"""Tell the time, which a test can move forward."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate


class Clock:
    """Wall-clock time plus what was skipped; belongs to the server's event loop."""

    def __init__(self) -> None:
        self._skipped_seconds = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self._skipped_seconds

    def milliseconds(self) -> int:
        """Return milliseconds since the epoch, the unit of `createdAt` and `updatedAt`."""
        return int(self.now() * 1000)

    def http_date(self) -> str:
        """Return now as the `Date` header has it."""
        return formatdate(self.now(), usegmt=True)

    def advance(self, seconds: float) -> None:
        """Skip time; what waits for a time that is over now continues."""
        self._skipped_seconds += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    def reset(self) -> None:
        """Go back to wall-clock time."""
        self.advance(-self._skipped_seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has moved by `seconds`, by itself or by `advance`."""
        until = self.now() + seconds
        while (remaining := until - self.now()) > 0:
            try:
                await asyncio.wait_for(self._moved.wait(), remaining)
            except asyncio.TimeoutError:
                continue
