"""Make time and chance parameters, so that no test waits and every wait ends."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """The sources of time and chance; all times are seconds."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True)
class Deadline:
    """The moment at which the running operation gives up."""

    clock: Clock
    at: float

    def remaining(self) -> float:
        """Return the seconds left; never negative."""
        return max(0.0, self.at - self.clock.monotonic())

    def allows(self, seconds: float) -> bool:
        """Whether a pause of that many seconds ends before the deadline."""
        return seconds < self.remaining()


class RateLimit:
    """An optional limit of requests per second, shared by all threads."""

    def __init__(self, requests_per_second: float | None, clock: Clock) -> None:
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when this thread's turn has come."""
        if not self._interval:
            return
        with self._lock:
            turn = max(self._next, self._clock.monotonic())
            self._next = turn + self._interval
        if (pause := turn - self._clock.monotonic()) > 0:
            self._clock.sleep(pause)


# A context variable: an argument would pass through every function between an operation and its requests. Each of the
# engine's threads has its own.
_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(clock: Clock, seconds: float) -> Iterator[Deadline]:
    """Bound everything that this thread does inside; Pulumi's `customTimeouts` never reach a dynamic provider."""
    outer = _deadline.get()
    at = clock.monotonic() + seconds
    deadline = Deadline(clock, at if outer is None else min(at, outer.at))
    token = _deadline.set(deadline)
    try:
        yield deadline
    finally:
        _deadline.reset(token)


def current_deadline(clock: Clock, default_seconds: float) -> Deadline:
    """Return the deadline of the running operation, or a new one where none runs."""
    return _deadline.get() or Deadline(clock, clock.monotonic() + default_seconds)


def pauses(clock: Clock, *, first: float = 0.5, factor: float = 1.6, longest: float = 15.0) -> Iterator[float]:
    """Yield growing pauses in seconds, each up to a quarter shorter at random, so that threads do not march in step."""
    pause = first
    while True:
        yield pause * (1 - 0.25 * clock.chance())
        pause = min(pause * factor, longest)
