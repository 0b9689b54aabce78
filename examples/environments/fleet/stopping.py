"""`pulumi` processes that stop in order when asked to.

Ctrl-C goes to every process of a terminal at once, to Pulumi's providers too. Here only this program gets it, and asks
each engine once: the engine finishes what is under way, writes its state and frees its lock.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from typing import IO

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error

Output = Callable[[str], object] | None


class StoppedError(Exception):
    """Nothing new is begun any more."""


class StoppablePulumi(PulumiCommand):
    """The command that the Automation API runs, each time in a session of its own; safe to use from threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self.is_stopping = False

    def stop(self) -> None:
        """Begin nothing new, and ask every engine to come to an end. Asked a second time, engines do not finish."""
        with self._lock:
            self.is_stopping = True
            for process in self._running:
                process.send_signal(signal.SIGINT)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Output = None,
        on_error: Output = None,
    ) -> CommandResult:
        """Run one command to its end. Raises: CommandError, StoppedError."""
        process = self._start(["pulumi", "--non-interactive", *args], cwd, additional_env)
        try:
            stderr: list[str] = []
            reader = threading.Thread(target=_read, args=(process.stderr, on_error, stderr))
            reader.start()
            stdout: list[str] = []
            _read(process.stdout, on_output, stdout)
            reader.join()
            code = process.wait()
        finally:
            with self._lock:
                self._running.discard(process)
        result = CommandResult(stdout="\n".join(stdout), stderr="\n".join(stderr), code=code)
        if code != 0:
            raise create_command_error(result)
        return result

    def _start(self, command: list[str], folder: str, variables: Mapping[str, str]) -> subprocess.Popen[str]:
        with self._lock:
            if self.is_stopping:
                raise StoppedError
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **variables, "PULUMI_AUTOMATION_API": "true"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            self._running.add(process)
            return process


def _read(stream: IO[str] | None, callback: Output, lines: list[str]) -> None:
    for line in stream or ():
        lines.append(line.rstrip())
        if callback:
            callback(lines[-1])
