"""Hold what all requests share: store, clock, tokens, settings, faults to come and log."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import traceback
from collections.abc import Coroutine
from pathlib import Path

from starlette.requests import Request

from .clock import Clock
from .faults.schedule import Faults
from .http.request_log import RequestLog
from .http.tokens import Tokens
from .settings import Settings
from .store.store import Store

_NOT_OURS = (
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
)


class Service:
    """One emulated Flow Service."""

    def __init__(self, database: str, settings: Settings) -> None:
        self._first_settings = settings
        self.settings = settings
        self.clock = Clock()
        self.store = Store(database)
        self.tokens = Tokens(self.store.token_key, self.clock)
        self.faults = Faults()
        self.log = RequestLog()
        self.runs_lock = asyncio.Lock()
        """Held while due runs of flows are made."""
        self.surprises = 0
        """How many requests ended in an exception that nobody had thought of."""
        self._later: set[asyncio.Task[None]] = set()

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Run something in the background, after its request was answered."""
        task = asyncio.get_running_loop().create_task(work)
        # The loop itself holds tasks weakly.
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def trouble(self, error: sqlite3.OperationalError, what: str) -> None:
        """Report a write that the disk or another program has prevented; other SQLite errors are mistakes of ours."""
        if str(error) not in _NOT_OURS:
            self.surprise(error, what)
            return
        _tell(f"{error}, so {what} was answered 500; nothing of it was kept.")

    def surprise(self, error: Exception, what: str) -> None:
        """Report where an unexpected exception came from, without its text, which may quote the request."""
        self.surprises += 1
        ours = str(Path(__file__).parent)
        # Not `extract_tb`: it reads the source files again, which may fail as well.
        lines = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
        file, line = [each for each in lines if each[0].startswith(ours)][-1]
        place = f"{type(error).__name__} at {Path(file).name}:{line}"
        _tell(
            f"{place} while answering {what}; the answer was 500. "
            "This is a mistake of the emulator: please report this line."
        )

    def reset(self) -> None:
        """Forget all resources, faults, log and skipped time, and go back to the settings of the start.

        Access tokens stay valid: they belong to the token service, not to a sandbox.
        """
        for task in self._later:
            task.cancel()
        self.settings = self._first_settings
        self.surprises = 0
        self.store.clear()
        self.faults.clear()
        self.log.clear()
        self.clock.reset()


def _tell(text: str) -> None:
    """Write a line to stderr; if that fails, the client gets its answer all the same."""
    # It is None if it was closed at the start: `flowservice-emulator 2>&-`.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"flowservice-emulator: {text}\n")


def service_of(request: Request) -> Service:
    """Return the emulated service that a request was sent to."""
    service: Service = request.state.service
    return service
