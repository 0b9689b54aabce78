"""Find and stop processes that we started, and never a stranger's that got the same process id later.

Process ids are reused: after a crash or a restart of the machine, a number in a file may be anybody's. What tells our
processes from others is their command line, which names a file that is ours alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import psutil


def find_own(pid: int, marker: Sequence[str]) -> psutil.Process | None:
    """Return the live process `pid` if the words `marker` follow each other in its command line, else `None`."""
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE and _contains(process.cmdline(), marker):
            return process
    except psutil.Error:
        pass
    return None


def find_by_command(marker: Sequence[str]) -> list[psutil.Process]:
    """Return all live processes with the words `marker` in their command line; for when no id was written down."""
    found = (find_own(pid, marker) for pid in psutil.pids())
    return [process for process in found if process is not None]


def stop(process: psutil.Process, *, signal: int, patience_seconds: float = 10) -> None:
    """Send `signal`, wait, and kill the process if it is still there after `patience_seconds`."""
    try:
        process.send_signal(signal)
        process.wait(patience_seconds)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(patience_seconds)
    except psutil.NoSuchProcess:
        pass


def _contains(command: Sequence[str], marker: Sequence[str]) -> bool:
    return any(list(command[at : at + len(marker)]) == list(marker) for at in range(len(command)))
