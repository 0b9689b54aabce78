"""Ends a provider process whose engine was killed.

Pulumi's dynamic provider host waits for ever, and its parent is a shell, so a change of the parent tells nothing. But
the engine alone reads the host's standard output: once nobody does, the engine is gone.
"""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_INTERVAL_SECONDS = 2.0
_watching = threading.Lock()


class Calls:
    """The calls of the engine that are being worked on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one call while it runs."""
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    @property
    def is_idle(self) -> bool:
        """Whether no call is being worked on."""
        with self._lock:
            return self._running == 0


CALLS = Calls()


def watch(calls: Calls = CALLS) -> None:
    """Look for the end of the engine from now on; only where standard output is a pipe, as the engine makes it."""
    try:
        is_pipe = os.fstat(1).st_mode & 0o170000 == 0o010000
    except OSError:
        return
    if is_pipe and _watching.acquire(blocking=False):
        threading.Thread(target=_end_with_the_engine, args=(calls,), daemon=True).start()


def _end_with_the_engine(calls: Calls) -> None:
    while not (has_no_reader(1) and calls.is_idle):
        time.sleep(_INTERVAL_SECONDS)
    sys.stderr.close()
    os._exit(0)


def has_no_reader(descriptor: int) -> bool:
    """Whether nobody can read from the pipe any more that this descriptor writes to."""
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, event in poll.poll(0))
