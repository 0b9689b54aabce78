"""Stop a provider process whose engine was killed.

Pulumi's dynamic provider host never stops by itself. A change of its parent process is no sign, because the parent is a
shell. But only the engine reads the host's standard output: a pipe without a reader means that the engine is gone. The
parent of a native plugin is the engine.
"""

from __future__ import annotations

import os
import select
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_INTERVAL_SECONDS = 2.0
_watching = threading.Lock()


class Calls:
    """A counter of the engine's calls that are running."""

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
        """Whether no call is running."""
        with self._lock:
            return self._running == 0


CALLS = Calls()


def watch_output() -> None:
    """End this process with the reader of its standard output, if that is a pipe, as the engine creates it."""
    try:
        is_pipe = stat.S_ISFIFO(os.fstat(1).st_mode)
    except OSError:
        return
    if is_pipe:
        end_with(_output_has_no_reader)


def end_with(is_gone: Callable[[], bool]) -> None:
    """End this process when the engine is gone and no call is running; one watch is enough for a process."""
    if _watching.acquire(blocking=False):
        threading.Thread(target=_wait, args=(is_gone,), daemon=True).start()


def _wait(is_gone: Callable[[], bool]) -> None:
    # A running call is finished first: to stop between a request and its answer would leave an unknown outcome.
    while not (is_gone() and CALLS.is_idle):
        time.sleep(_INTERVAL_SECONDS)
    sys.stderr.close()
    # Not sys.exit: in a thread it would end only the thread, and the host waits for ever.
    os._exit(0)


def _output_has_no_reader() -> bool:
    """Return whether the pipe behind standard output has no reader any more."""
    poll = select.poll()
    # With no events to wait for, poll reports only errors; for a pipe without a reader, POLLERR.
    poll.register(1, 0)
    return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, event in poll.poll(0))
