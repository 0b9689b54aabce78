"""Pulumi's host processes of this checkout whose engine was killed.

The host of the program and the host of dynamic providers outlive an engine that is killed, and wait for it for ever.
"""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Sequence

import psutil

from tools import own_process
from tools.quickstart.workspace import CHECKOUT

PROGRAM = CHECKOUT / "examples" / "quickstart"
ENGINE_SECONDS = 2

# How the command lines of the language host, of the program and of the provider host tell that they are ours.
MARKERS = (
    [f"-root={CHECKOUT}"],
    ["--pwd", str(PROGRAM)],
    [str(PROGRAM / ".venv/bin/python"), "-u", "-m", "pulumi.dynamic"],
)


def stop_orphans() -> None:
    """Stop those of our host processes whose engine is gone; those of a running `pulumi` are left alone."""
    for marker in MARKERS:
        for process in own_process.find_by_command(marker):
            if _has_lost_its_engine(process):
                own_process.stop(process, signal=signal.SIGTERM)


def _has_lost_its_engine(process: psutil.Process) -> bool:
    """Every helper is started with the address of its engine."""
    try:
        ports = _engine_ports(process.cmdline())
    except psutil.Error:
        return False
    return bool(ports) and not any(_is_served(port) for port in ports)


def _engine_ports(command: Sequence[str]) -> list[int]:
    return [int(word.rpartition(":")[2]) for word in command if re.fullmatch(r"127\.0\.0\.1:\d+", word)]


def _is_served(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=ENGINE_SECONDS).close()
    except OSError:
        return False
    return True
