"""Trouble for a command on its way: faults that lie in wait at the API, and processes that are killed or stopped."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable

import psutil

from campaigns.soak.world import World

_SETS = "/data/foundation/conversion/mappingSets"
WRITES = [
    *[("POST", "/connections"), ("PATCH", "/connections/*"), ("DELETE", "/connections/*")] * 2,
    *[("POST", "/flows"), ("PATCH", "/flows/*"), ("DELETE", "/flows/*"), ("POST", "/flows/*/action")],
    *[("POST", "/sourceConnections"), ("POST", "/targetConnections"), ("POST", _SETS), ("PUT", f"{_SETS}/*")],
]
READS = [("GET", "/connections"), ("GET", "/connections/*"), ("GET", "/connections/*/test"), ("GET", "/flows")]
_FAULTS: dict[str, Callable[[random.Random], dict[str, object]]] = {
    "lost answer": lambda chance: {"kind": "lost_answer"},
    "late write": lambda chance: {
        "kind": "late_write",
        "seconds": chance.choice((2.0, 8.0, 15.0)),
        "answer": chance.choice(("504", "close")),
    },
    "reset": lambda chance: {"kind": "reset"},
    "status": lambda chance: {
        "status": chance.choice((500, 502, 503, 429, 401, 403)),
        "body": chance.choice(("json", "html", "empty", "echo")),
        "times": chance.choice((1, 2, 6)),
    },
    "slow": lambda chance: {"kind": "slow", "seconds": chance.choice((1.0, 6.0))},
    "garbled": lambda chance: {"kind": "garbled"},
    "revoked token": lambda chance: {"kind": "revoke_token"},
}


def lay(world: World, trouble: str, chance: random.Random) -> bool:
    """Lay the fault in wait, if the trouble is one, or slow the writes down so that a kill hits one; say whether."""
    if trouble in _FAULTS:
        fault = {**_FAULTS[trouble](chance), "skip": chance.choice((0, 0, 1))}
        changes_nothing = trouble in ("reset", "status", "slow", "revoked token")
        requests = [chance.choice(WRITES + READS if changes_nothing else WRITES)]
    elif trouble != "none" and chance.random() < 0.8:
        fault, requests = {"kind": "slow", "seconds": 1.5, "times": 4}, WRITES
    else:
        return False
    for method, path in requests:
        world.api.fault(method, path, **fault)  # type: ignore[arg-type]
    return True


def disturb(
    world: World, trouble: str, process: subprocess.Popen[str], chance: random.Random, limit_seconds: float
) -> str:
    """Do to a running command what the trouble says, and return what it printed until its end.

    Raises: TimeoutExpired, if it does not end.
    """
    if trouble in ("kill engine", "kill provider", "kill emulator", "ctrl-c", "sleep"):
        _wait_for_a_request(world, process, extra=chance.choice((0.0, 0.2, 0.8, 2.0)))
        world.count(f"trouble: {trouble}")
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            _strike(world, trouble, process)
    return process.communicate(timeout=limit_seconds)[0]


def _strike(world: World, trouble: str, process: subprocess.Popen[str]) -> None:
    if trouble == "kill engine":
        process.kill()
    elif trouble == "kill provider":
        for each in psutil.Process(process.pid).children(recursive=True):
            if _is_provider(each):
                each.kill()
    elif trouble == "kill emulator":
        world.kill_emulator()
    elif trouble == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)
    else:
        # A laptop that sleeps.
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(3)
        world.api.revoke_tokens()
        os.killpg(process.pid, signal.SIGCONT)


def _wait_for_a_request(world: World, process: subprocess.Popen[str], extra: float) -> None:
    """Wait until the API has got another request or the command has ended, for ten seconds at most, and a bit more."""
    before, until = _requests(world), time.monotonic() + 10
    while process.poll() is None and time.monotonic() < until and _requests(world) == before:
        time.sleep(0.05)
    time.sleep(extra)


def _requests(world: World) -> int:
    with contextlib.suppress(OSError, ValueError):
        return sum(world.api.counters().values())
    return -1


def of_session(session: int) -> list[psutil.Process]:
    """Return the processes of a command that has ended."""
    found = []
    for each in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getsid(each.pid) == session and each.status() != psutil.STATUS_ZOMBIE:
                found.append(each)
    return found


def has_sent_requests(process: psutil.Process) -> bool:
    """Return whether a process is a provider that has had a call: the models of requests are loaded by the first one.

    A host of dynamic providers without any call does not know this project's code yet, and stays: that is Pulumi's own.
    """
    with contextlib.suppress(psutil.Error):
        return _is_provider(process) and any("pydantic_core" in each.path for each in process.memory_maps())
    return False


def _is_provider(process: psutil.Process) -> bool:
    # A process that has ended has no command line.
    return any("pulumi.dynamic" in word or "pulumi-resource-flowservice" in word for word in process.cmdline())
