"""The emulator's command in a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flowservice_emulator.control_client import EmulatorControl


@contextmanager
def running(*command: str, folder: Path | None = None) -> Iterator[EmulatorControl]:
    """Run a command that starts the emulator, until the block ends, and return the control of it."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield EmulatorControl(process.stdout.readline().removeprefix("listening on ").strip())
        finally:
            process.terminate()
