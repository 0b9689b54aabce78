"""Time and chance as parameters, so that tests do not wait, and deadlines, so that every wait ends."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clock:
    """The sources of time and chance; all times are seconds.

    Once `cancelled` is set, nothing waits, and only operations that may have written send requests.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], object] = time.sleep
    chance: Callable[[], float] = random.random
    cancelled: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def cancellable(cls) -> Clock:
        """Return a clock whose pauses end when `cancelled` is set."""
        cancelled = threading.Event()
        return cls(sleep=cancelled.wait, cancelled=cancelled)


SYSTEM_CLOCK = Clock()


@dataclass
class Deadline:
    """The moment at which the running operation stops waiting and retrying.

    `may_have_written`: a write of the operation was applied, or nobody knows; it may have to be looked for or undone.
    """

    clock: Clock
    at: float
    may_have_written: bool = False

    @property
    def forbids_requests(self) -> bool:
        """Whether the operation was cancelled and has left nothing to look after."""
        return self.clock.cancelled.is_set() and not self.may_have_written

    def remaining(self) -> float:
        """Return the seconds left; never negative."""
        return 0.0 if self.clock.cancelled.is_set() else max(0.0, self.at - self.clock.monotonic())

    def allows(self, seconds: float) -> bool:
        """Return whether a pause of that many seconds ends before the deadline."""
        return seconds < self.remaining()


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


# A context variable instead of an argument, which every function between an operation and its requests would have to
# pass on. The engine calls the provider from several threads; each has its own value.
_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(clock: Clock, seconds: float) -> Iterator[Deadline]:
    """Set the deadline of everything that this thread does inside; never later than one that is set already.

    For a dynamic provider it is always a setting of our own, because the engine does not pass `customTimeouts` to it.
    """
    outer = _deadline.get()
    at = clock.monotonic() + seconds
    deadline = Deadline(clock, at if outer is None else min(at, outer.at))
    token = _deadline.set(deadline)
    try:
        yield deadline
    finally:
        _deadline.reset(token)


def current_deadline(clock: Clock, default_seconds: float = 600.0) -> Deadline:
    """Return the deadline of the running operation, or a new one if none is running."""
    return _deadline.get() or Deadline(clock, clock.monotonic() + default_seconds)


def current_clock() -> Clock:
    """Return the clock of the running operation; the system's if none is running."""
    deadline = _deadline.get()
    return deadline.clock if deadline else SYSTEM_CLOCK


def pauses(clock: Clock, *, factor: float = 1.6, longest: float = 15.0) -> Iterator[float]:
    """Yield growing pauses in seconds, each shortened at random by up to a quarter to keep threads apart."""
    pause = 0.5
    while True:
        yield pause * (1 - 0.25 * clock.chance())
        pause = min(pause * factor, longest)
