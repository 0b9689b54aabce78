"""Find and stop processes that we started, and never a stranger's that got the same process id later."""

from __future__ import annotations

import psutil


def find_own(pid: int, marker: str) -> psutil.Process | None:
    """Return the live process `pid` if its command line contains `marker`, else `None`.

    Process ids are reused: after a crash or a restart of the machine, a number in a file may be anybody's. `marker` is
    a text that only our process has in its command line, such as the path of its data.
    """
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE and marker in "\0".join(process.cmdline()):
            return process
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        pass
    return None


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
