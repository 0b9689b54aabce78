"""Stop a provider process whose engine was killed.

Pulumi's dynamic provider host never stops by itself. A change of its parent process is no sign, because the parent is a
shell. But only the engine reads the host's standard output: a pipe without a reader means that the engine is gone. The
parent of a native plugin is the engine, or a process that holds a pipe to it open for as long as the engine wants it.
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
        self._changed = threading.Condition()
        self._running = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one call while it runs."""
        with self._changed:
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    @property
    def is_idle(self) -> bool:
        """Whether no call is running."""
        with self._changed:
            return self._running == 0

    def wait_for_last(self) -> None:
        """Return as soon as no call is running."""
        with self._changed:
            self._changed.wait_for(lambda: self._running == 0)


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

    def wait() -> None:
        while not (is_gone() and CALLS.is_idle):
            time.sleep(_INTERVAL_SECONDS)

    _end_after(wait)


def end_with_pipe(pipe: int) -> None:
    """End this process when nobody can write to this pipe any more and no call is running.

    Without an interval: a language host waits for the end of its plugin, and with it the user of each command.
    """

    def wait() -> None:
        while os.read(pipe, 1):
            pass
        CALLS.wait_for_last()

    _end_after(wait)


def _end_after(wait: Callable[[], None]) -> None:
    if _watching.acquire(blocking=False):
        threading.Thread(target=_end, args=(wait,), daemon=True).start()


def _end(wait: Callable[[], None]) -> None:
    # A running call is finished first: to stop between a request and its answer would leave an unknown outcome.
    wait()
    sys.stderr.close()
    # Not sys.exit: in a thread it would end only the thread, and the host waits for ever.
    os._exit(0)


def _output_has_no_reader() -> bool:
    """Return whether the pipe behind standard output has no reader any more."""
    poll = select.poll()
    # With no events to wait for, poll reports only errors; for a pipe without a reader, POLLERR.
    poll.register(1, 0)
    return any(event & (select.POLLERR | select.POLLHUP | select.POLLNVAL) for _, event in poll.poll(0))
