"""What all requests share: the store, the clock, the tokens, the choices, the faults to come and the log."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from .clock import Clock
from .faults import Faults
from .request_log import RequestLog
from .settings import Settings
from .store import Store
from .tokens import Tokens


class Service:
    """One emulated Flow Service."""

    def __init__(self, database: str, settings: Settings) -> None:
        self._first_settings = settings
        self.settings = settings
        self.clock = Clock()
        self.store = Store(database)
        self.tokens = Tokens(self.store.seal, self.clock)
        self.faults = Faults()
        self.log = RequestLog()
        self._later: set[asyncio.Task[None]] = set()

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Do something when its request is long answered."""
        task = asyncio.get_running_loop().create_task(work)
        # The loop itself holds tasks weakly.
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def reset(self) -> None:
        """Forget connections, faults, log and skipped time, and go back to the settings of the start.

        Access tokens stay valid: they belong to the token service, not to a sandbox.
        """
        for task in self._later:
            task.cancel()
        self.settings = self._first_settings
        self.store.clear()
        self.faults.clear()
        self.log.clear()
        self.clock.reset()
