"""The emulator and the database that all stacks share; the emulator can be killed, and comes back with its data."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType

from flowservice_emulator.control_client import Answer, EmulatorControl

from campaigns.soak.dataflows import DATASET, FIELDS
from campaigns.soak.program import SANDBOXES
from tools.local_database import LocalDatabase
from tools.ports import free_port

CLIENTS = ("soak-1", "soak-2")


class _Control(EmulatorControl):
    """A control that nobody kills the emulator under."""

    def __init__(self, url: str, lock: threading.RLock) -> None:
        super().__init__(url)
        self._lock = lock

    def _send(self, method: str, path: str, json: object, headers: dict[str, str]) -> Answer:
        with self._lock:
            return super()._send(method, path, json, headers)


class World:
    """Starts both with the block and ends them with it; `counts` is what the report tells."""

    def __init__(self, folder: Path, database: LocalDatabase) -> None:
        self.database = database
        self.counts: Counter[str] = Counter()
        self._file = folder / "flow-service.sqlite"
        self._port = free_port()
        self._lock = threading.RLock()
        self.api: EmulatorControl = _Control(f"http://127.0.0.1:{self._port}", self._lock)
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> World:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()

    def count(self, what: str) -> None:
        """Add one to a figure of the report."""
        with self._lock:
            self.counts[what] += 1

    def create_user(self, username: str, password: str) -> None:
        """Create a user of the database; PostgreSQL refuses grants on the same tables at the same moment."""
        with self._lock:
            self.database.create_user(username, password)

    def kill_emulator(self) -> None:
        """End the emulator as a crash would, and start it again."""
        with self._lock:
            self._kill()
            self._start(is_again=True)

    def _start(self, *, is_again: bool = False) -> None:
        command = [
            sys.executable,
            "-m",
            "flowservice_emulator",
            "--port",
            str(self._port),
            "--database",
            str(self._file),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        with self._process.stdout as listening:
            assert listening.readline()
        self.api.settings(other_clients=list(CLIENTS))
        if not is_again:
            for sandbox in SANDBOXES:
                self.api.make_dataset(DATASET, FIELDS, sandbox=sandbox)

    def _kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
