"""A copy of the checkout in which `make up` and `make down` run as they do for a user."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from flowservice_emulator.control_client import EmulatorControl

from tests.support import at_terminal
from tests.support.clean_environment import CHECKOUT
from tests.support.waiting import wait_until
from tools import own_process
from tools.pulumi_cli import Cli
from tools.unprivileged import reachable_place, unprivileged_account

# Where Pulumi's display of the quickstart's stack has room for all of its columns.
TERMINAL_COLUMNS = 100


class Checkout:
    """A copy of what the two commands need, with the environment and the CLI of the tests."""

    def __init__(self, folder: Path, cli: Cli) -> None:
        self.folder = folder
        for name in ("tools", "examples"):
            shutil.copytree(CHECKOUT / name, folder / name, symlinks=True)
        shutil.copy(CHECKOUT / "Pulumi.yaml", folder)
        (folder / ".venv").symlink_to(sys.prefix)
        self._environment = {"PATH": cli.search_path, "HOME": str(folder / "home")}

    @property
    def work(self) -> Path:
        """Where everything is that `up` makes."""
        return self.folder / ".work"

    @property
    def database(self) -> Path:
        """Where the database really keeps its data."""
        return reachable_place(self.work / "database", unprivileged_account())

    def at_terminal(
        self, command: str, *, answers: Sequence[str] = (), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `up` or `down` as a person does, and return all that the terminal was sent as its standard output."""
        return at_terminal.run(
            [sys.executable, "-m", "tools.quickstart", command],
            folder=self.folder,
            environment={**self._environment, **variables},
            answers=answers,
            columns=TERMINAL_COLUMNS,
        )

    def run(self, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `up` or `down` as make does."""
        return subprocess.run(
            [sys.executable, "-m", "tools.quickstart", command],
            cwd=self.folder,
            env={**self._environment, **variables},
            capture_output=True,
            text=True,
            timeout=180,
        )

    def in_shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a shell that has sourced what `up` wrote for it."""
        return subprocess.run(
            ["sh", "-c", f". .work/local/env && {command}"],  # noqa: S607
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
        )

    def start(self, command: str, *, output: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start `up` or `down` as the leader of a process group, for tests that kill or interrupt it."""
        return subprocess.Popen(
            [sys.executable, "-m", "tools.quickstart", command],
            cwd=self.folder,
            env=self._environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def emulator(self) -> EmulatorControl:
        """Return the control of the emulator that `up` has started."""
        return EmulatorControl(f"http://127.0.0.1:{(self.work / 'local' / 'emulator.port').read_text()}")

    def starting_emulator(self) -> EmulatorControl:
        """Return the control of the emulator as soon as the `up` that runs has started it."""
        wait_until(self._emulator_listens, seconds=120)
        return self.emulator()

    def up(self, **variables: str) -> str:
        """Run `up`, expect success, and return the connection's id."""
        done = self.run("up", **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return connection_id(done.stdout)

    def down(self, **variables: str) -> None:
        """Run `down` and expect success."""
        done = self.run("down", **variables)
        assert done.returncode == 0, done.stdout + done.stderr

    def _emulator_listens(self) -> bool:
        # Its port is known before it listens: until then, the emulator of another test may answer there.
        log = self.work / "local" / "emulator.log"
        return log.exists() and "listening on" in log.read_text()

    def kill(self) -> None:
        """Kill everything that runs here at once, as a crash of the machine does."""
        found = self.processes()
        assert found
        for process in found:
            # Some have ended by themselves meanwhile.
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, timeout=10)
        assert self.processes() == []

    def lose(self, part: str) -> None:
        """Remove files or folders of `.work`; the database may really be elsewhere."""
        for path in [self.database] if part == "database" else list(self.work.glob(part)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def provider_hosts(self) -> list[psutil.Process]:
        """List the processes in which our provider runs for this folder's program."""
        python = self.folder / "examples" / "quickstart" / ".venv" / "bin" / "python"
        return own_process.find_by_command([str(python), "-u", "-m", "pulumi.dynamic"])

    def processes(self) -> list[psutil.Process]:
        """List what runs with anything of this folder in its command line, the emulator before the database."""
        places = {str(self.folder), str(self.database)}
        found = []
        for process in psutil.process_iter():
            try:
                if any(place in part for part in process.cmdline() for place in places):
                    found.append(process)
            except psutil.Error:
                continue
        return found


def connection_id(output: str) -> str:
    """Return the id that `up` tells at the end."""
    found = re.search(r"has id ([0-9a-f-]{36})\.", output)
    assert found is not None, output
    return found[1]
