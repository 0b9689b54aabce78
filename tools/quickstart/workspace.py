"""The folder of the checkout in which one target keeps everything that `make up` makes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.pulumi_cli import Cli

CHECKOUT = Path(__file__).resolve().parents[2]
WORK = CHECKOUT / ".work"

# Settings of a user's own Pulumi and Python would change what runs here.
FOREIGN = ("PULUMI_", "FLOWSERVICE_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class QuickstartError(RuntimeError):
    """`make up` or `make down` cannot go on; the message is for the user and says what to do."""


class Workspace:
    """State, passphrase and Pulumi's own files of one target, all below `.work/<target>`."""

    def __init__(self, target: str) -> None:
        self.folder = WORK / target
        self.variables: dict[str, str] = {}
        """What the file for a shell sets besides."""

    @property
    def state(self) -> Path:
        """Folder of the state backend."""
        return self.folder / "state"

    @property
    def database(self) -> Path:
        """Folder of the local database, outside the target's, which is closed to the account that runs it for root."""
        return WORK / "database"

    @property
    def passphrase(self) -> Path:
        """File with the passphrase that encrypts the secrets in state and configuration."""
        return self.folder / "passphrase"

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        """Keep a second `make up` or `make down` out; the system frees the lock of a run that was killed.

        Raises:
            QuickstartError: another run is at it.
        """
        WORK.mkdir(mode=0o711, exist_ok=True)
        with (WORK / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise QuickstartError("Another `make up` or `make down` is running in this checkout.") from None
            yield

    def prepare(self) -> None:
        """Make the folders and, the first time, the passphrase."""
        for folder in (self.folder, self.state, self.folder / "pulumi-home"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.passphrase.exists():
            with open(os.open(self.passphrase, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))

    def remove(self) -> None:
        """Remove everything of this target."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            # The lock's file goes too, unless another target still has something here.
            if [path.name for path in WORK.iterdir()] == ["lock"]:
                shutil.rmtree(WORK)

    def environment(self, cli: Cli, kept: Mapping[str, str]) -> dict[str, str]:
        """Return what Pulumi's processes see: our settings, `kept`, and of the surroundings what is not about them."""
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return {**surroundings, **_loopback_without_proxy(), **self._settings(cli), **kept}

    def write_env_file(self, cli: Cli) -> Path:
        """Write a file that a shell sources to use `pulumi` on this stack by hand; it holds no secret."""
        path = self.folder / "env"
        settings = {**self._settings(cli), **self.variables}
        lines = (f"export {name}={shlex.quote(value)}" for name, value in settings.items() if name != "PATH")
        folders = os.pathsep.join((str(cli.executable.parent), str(Path(sys.prefix) / "bin"), str(self.folder / "bin")))
        search_path = f'export PATH={shlex.quote(folders)}:"$PATH"'
        path.write_text("\n".join(("# Source me: . " + str(path.relative_to(CHECKOUT)), *lines, search_path, "")))
        return path

    def _settings(self, cli: Cli) -> dict[str, str]:
        return {
            "PATH": cli.search_path,
            "PULUMI_BACKEND_URL": f"file://{self.state}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.passphrase),
            "PULUMI_HOME": str(self.folder / "pulumi-home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }


def _loopback_without_proxy() -> dict[str, str]:
    """A company's proxy cannot reach our own machine."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = ",".join(part for part in (given, "127.0.0.1", "localhost") if part)
    return {"NO_PROXY": hosts, "no_proxy": hosts}
