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
from tools.ports import HOST, first_free, is_free
from tools.progress import Progress
from tools.quickstart.workspace import CHECKOUT, QuickstartError

PORT = 8091
START_SECONDS = 30
ATTEMPTS = 3
ANSWER_SECONDS = 5
DATASET = "Customers"
FIELDS = {"_example.customerId": "integer", "_example.email": "string", "_example.since": "date-time"}
REQUIRED = ("_example.customerId",)
# It is made once, and kept with the data.
_FIELDS = (f"{path}={kind}{'!' if path in REQUIRED else ''}" for path, kind in FIELDS.items())
OPTIONS = ("--dataset", " ".join((DATASET, *_FIELDS)))
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
        return f"http://{HOST}:{self.port}"

    @property
    def port(self) -> int:
        """Its port on 127.0.0.1, known once it was started."""
        return int(self._port_file.read_text())

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
        with Progress("Starting the emulator", usually="2 s", is_passing=True):
            for _ in range(ATTEMPTS):
                child = self._spawn()
                if self._is_listening(child):
                    return
                if is_free(self.port):
                    # Nobody else took its port between the look and the start: there is another reason.
                    break
        end = "\n".join(self._log.read_text(errors="replace").splitlines()[-5:])
        raise QuickstartError(f"The emulator did not start. Its log ends with:\n{end}")

    def _spawn(self) -> subprocess.Popen[bytes]:
        self._port_file.write_text(str(self._choose_port()))
        self._log.touch(mode=0o600)
        with self._log.open("r+b") as log:
            log.truncate()
            return subprocess.Popen(
                [sys.executable, *self._marker(), *OPTIONS, "--host", HOST, "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._log.parent,
                # Its data are secrets of a kind, and a Ctrl-C in the terminal of `make up` is not meant for it.
                umask=0o077,
                start_new_session=True,
            )

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
        """Return the port of the last run or the usual one if it is free, so that addresses stay, else any free one."""
        return first_free((self.port if self._port_file.exists() else None, PORT))

    def _is_listening(self, child: subprocess.Popen[bytes]) -> bool:
        """Wait until it prints `listening on …`; return False if it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and child.poll() is None:
            if "listening on" in self._log.read_text(errors="replace"):
                return True
            time.sleep(0.05)
        return False

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
