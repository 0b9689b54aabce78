"""The emulator as a process of its own, which outlives the command that starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from tools import own_process
from tools.postgres_server import HOST, free_port, is_free
from tools.quickstart.workspace import CHECKOUT, QuickstartError

START_SECONDS = 30
ANSWER_SECONDS = 5
DATASET = "Customers"
# It is made once, and kept with the data.
OPTIONS = ("--dataset", f"{DATASET} _example.customerId=integer! _example.email=string _example.since=date-time")
INSTALLED = CHECKOUT / ".venv" / ".own"


class Emulator:
    """The emulator with its data in `folder`; at most one runs for a folder.

    Its process is known by its command line, which names the data, so it is found again without a file that could be
    lost or out of date.
    """

    def __init__(self, folder: Path) -> None:
        self._database = folder / "emulator.db"
        self._log = folder / "emulator.log"
        self._port_file = folder / "emulator.port"

    @property
    def has_data(self) -> bool:
        """Whether it kept connections from an earlier run."""
        return self._database.exists()

    @property
    def url(self) -> str:
        """Where it listens, or listened last."""
        return f"http://{HOST}:{self._port_file.read_text()}"

    def start(self) -> None:
        """Start it and return when it answers; keep the one that runs if it is healthy and not out of date.

        Raises:
            QuickstartError: it did not come up; the message holds the end of its log.
        """
        running = own_process.find_by_command(self._marker())
        # One whose data file was removed under it would take everything with it at its end.
        if running and self.has_data and self._is_current(running[0]) and self._answers():
            return
        self.stop()
        self._port_file.write_text(str(self._choose_port()))
        self._log.touch(mode=0o600)
        with self._log.open("r+b") as log:
            log.truncate()
            child = subprocess.Popen(
                [sys.executable, *self._marker(), *OPTIONS, "--host", HOST, "--port", self._port_file.read_text()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._log.parent,
                # Its data are secrets of a kind, and a Ctrl-C in the terminal of `make up` is not meant for it.
                umask=0o077,
                start_new_session=True,
            )
        self._wait_for(child)

    def stop(self) -> None:
        """Stop it, if it runs."""
        for process in own_process.find_by_command(self._marker()):
            own_process.stop(process, signal=signal.SIGTERM)

    def forget(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        for path in self._database.parent.glob(f"{self._database.name}*"):
            path.unlink()

    def _marker(self) -> list[str]:
        """The words of its command line that no other process has."""
        return ["-m", "flowservice_emulator", "--database", str(self._database)]

    def _is_current(self, process: psutil.Process) -> bool:
        """Whether it has run since before its code was installed last: then it runs older code."""
        return not INSTALLED.exists() or process.create_time() > INSTALLED.stat().st_mtime

    def _choose_port(self) -> int:
        """Return the port of the last run if it is free, so that addresses stay the same, else any free one."""
        if self._port_file.exists() and is_free(int(self._port_file.read_text())):
            return int(self._port_file.read_text())
        return free_port()

    def _wait_for(self, child: subprocess.Popen[bytes]) -> None:
        """It prints `listening on …` when it accepts requests."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and child.poll() is None:
            if "listening on" in self._log.read_text(errors="replace"):
                return
            time.sleep(0.05)
        end = "\n".join(self._log.read_text(errors="replace").splitlines()[-5:])
        raise QuickstartError(f"The emulator did not start. Its log ends with:\n{end}")

    def _answers(self) -> bool:
        """Whether it still serves; the status does not matter."""
        try:
            # Without proxies: the address is our own machine.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            opener.open(f"{self.url}/emulator/settings", timeout=ANSWER_SECONDS).close()
        except urllib.error.HTTPError as refusal:
            refusal.close()
        except (OSError, ValueError):
            return False
        return True
