"""Time and chance as parameters, so that tests do not wait, and deadlines, so that every wait ends."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Clock:
    """The sources of time and chance; all times are seconds. `token` makes names that nothing else has.

    Once `cancelled` is set, nothing waits, and only operations that may have written send requests.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], object] = time.sleep
    chance: Callable[[], float] = random.random
    token: Callable[[], str] = lambda: secrets.token_hex(4)
    cancelled: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def cancellable(cls) -> Clock:
        """Return a clock whose pauses end when `cancelled` is set."""
        cancelled = threading.Event()
        return cls(sleep=cancelled.wait, cancelled=cancelled)


SYSTEM_CLOCK = Clock()


@dataclass(frozen=True)
class Deadline:
    """The moment, by the monotonic clock, at which an operation stops waiting and retrying.

    `must_finish`: the operation may have written something that has to be looked for, tested or undone, so its requests
    are sent even after it was cancelled. For a dynamic provider the time is always a setting of our own, because the
    engine does not pass `customTimeouts` to it.
    """

    clock: Clock
    at: float
    must_finish: bool = False

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(clock, clock.monotonic() + seconds)

    def within(self, seconds: float) -> Deadline:
        """Return a deadline that many seconds from now, never later than this one."""
        return replace(self, at=min(self.at, self.clock.monotonic() + seconds))

    def after_write(self) -> Deadline:
        """Return the same deadline for requests that follow a write."""
        return replace(self, must_finish=True)

    @property
    def forbids_requests(self) -> bool:
        """Whether the operation was cancelled and has left nothing to look after."""
        return self.clock.cancelled.is_set() and not self.must_finish

    def remaining(self) -> float:
        """Return the seconds left; never negative."""
        return 0.0 if self.clock.cancelled.is_set() else max(0.0, self.at - self.clock.monotonic())

    def allows(self, seconds: float) -> bool:
        """Return whether a pause of that many seconds ends before the deadline."""
        return seconds < self.remaining()

    def attempts(self) -> Iterator[int]:
        """Yield the number of each attempt, with growing pauses between them, until the deadline."""
        for number, pause in enumerate(pauses(self.clock), start=1):
            yield number
            if not self.allows(pause):
                return
            self.clock.sleep(pause)


class RateLimit:
    """An optional limit of requests per second, shared by all threads."""

    def __init__(self, requests_per_second: float | None, clock: Clock) -> None:
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Block until this thread may send its next request."""
        if not self._interval:
            return
        with self._lock:
            turn = max(self._next, self._clock.monotonic())
            self._next = turn + self._interval
        if (pause := turn - self._clock.monotonic()) > 0:
            self._clock.sleep(pause)


def pauses(clock: Clock, *, factor: float = 1.6, longest: float = 15.0) -> Iterator[float]:
    """Yield growing pauses in seconds, each shortened at random by up to a quarter to keep threads apart."""
    pause = 0.5
    while True:
        yield pause * (1 - 0.25 * clock.chance())
        pause = min(pause * factor, longest)
