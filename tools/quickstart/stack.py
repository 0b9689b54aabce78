"""The quickstart's stack, driven through the Pulumi CLI."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from tools.pulumi_cli import Cli
from tools.quickstart.target import Target
from tools.quickstart.workspace import CHECKOUT, QuickstartError, Workspace

PROJECT = "quickstart"


class Stack:
    """One stack of the project at the root of the checkout, with its state in the target's workspace."""

    def __init__(self, workspace: Workspace, target: Target, cli: Cli) -> None:
        self._workspace = workspace
        self._target = target
        self._cli = cli
        self._environment = workspace.environment(cli, target.variables)

    @property
    def holds_connections(self) -> bool:
        """Whether the state records any resource of ours; read from the file, as starting the engine takes longer."""
        return holds_connections(self._workspace, self._target.stack)

    def make(self) -> None:
        """Create the stack if it does not exist yet."""
        if not _state_file(self._workspace, self._target.stack).exists():
            self._run("stack", "init", self._target.stack)

    def unlock(self) -> bool:
        """Free a stack that a killed run left locked; return whether there was a lock.

        Raises:
            QuickstartError: the run that holds the lock is alive.
        """
        folder = self._workspace.state / ".pulumi" / "locks" / "organization" / PROJECT / self._target.stack
        locks = list(folder.glob("*.json")) if folder.exists() else []
        for lock in locks:
            holder = json.loads(lock.read_text() or "{}").get("pid", 0)
            if _is_pulumi(holder):
                raise QuickstartError(f"A `pulumi` (process {holder}) is working on stack {self._target.stack}.")
        if locks:
            self._run("cancel", "--yes", self._target.stack)
        return bool(locks)

    def configure(self) -> None:
        """Write the stack's configuration if it is not what it was set to last; secrets go through standard input."""
        wanted, mark = self._digest(), self._workspace.folder / "configured"
        if _config_file(self._target.stack).exists() and mark.exists() and mark.read_text() == wanted:
            return
        plain = [part for key, value in self._target.settings.items() for part in ("--plaintext", f"{key}={value}")]
        self._run("config", "set-all", *plain)
        for key, secret in self._target.secrets.items():
            self._run("config", "set", "--secret", key, standard_input=secret)
        mark.write_text(wanted)

    def up(self, *, refresh: bool) -> int:
        """Make what the program says; return Pulumi's exit code. Its output goes to the terminal."""
        # What the program exports is told at the end, once.
        return self._show("up", "--yes", "--skip-preview", "--suppress-outputs", *(["--refresh"] if refresh else []))

    def destroy(self) -> int:
        """Remove all that the stack holds; return Pulumi's exit code. Its output goes to the terminal."""
        return self._show("destroy", "--yes", "--skip-preview", "--suppress-outputs", "--remove")

    def outputs(self) -> dict[str, str]:
        """Return what the program exports."""
        return dict(json.loads(self._run("stack", "output", "--json")))

    def _digest(self) -> str:
        """A fingerprint of the wanted configuration that tells nothing without the passphrase."""
        wanted = json.dumps([dict(self._target.settings), dict(self._target.secrets)], sort_keys=True)
        return hmac.new(self._workspace.passphrase.read_bytes(), wanted.encode(), hashlib.sha256).hexdigest()

    def _command(self, *arguments: str) -> list[str]:
        chosen = (
            [] if arguments[0] in ("cancel",) or arguments[:2] == ("stack", "init") else ["--stack", self._target.stack]
        )
        return [str(self._cli.executable), *arguments, *chosen]

    def _run(self, *arguments: str, standard_input: str = "") -> str:
        """Run a quiet command and return what it prints."""
        done = subprocess.run(
            [*self._command(*arguments), "--non-interactive"],
            cwd=CHECKOUT,
            env=self._environment,
            input=standard_input,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise QuickstartError(f"`pulumi {' '.join(arguments[:2])}` failed:\n{done.stderr.strip()}")
        return done.stdout

    def _show(self, *arguments: str) -> int:
        """Run a command for the user to watch. Raises KeyboardInterrupt when Ctrl-C has stopped it."""
        is_interrupted = False
        # At a terminal, Pulumi's display in colour; elsewhere it would say each error twice, in a list of lines.
        at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        with subprocess.Popen(
            [*self._command(*arguments), *([] if at_terminal else ["--non-interactive"])],
            cwd=CHECKOUT,
            env=self._environment,
            stdin=None if at_terminal else subprocess.DEVNULL,
        ) as process:
            while process.returncode is None:
                try:
                    process.wait()
                except KeyboardInterrupt:
                    # Pulumi got the same Ctrl-C and stops in order; leaving it now would leave the stack locked.
                    is_interrupted = True
        if is_interrupted and process.returncode != 0:
            raise KeyboardInterrupt
        return process.returncode


def forget(workspace: Workspace, stack: str) -> None:
    """Remove the stack's state and configuration, which cannot be read any more once the passphrase is lost.

    A configuration that we did not write, as far as we remember, is moved aside: it may be a user's own.
    """
    config, mark = _config_file(stack), workspace.folder / "configured"
    if config.exists() and not mark.exists():
        config.replace(config.with_name(f"{config.name}.old"))
    for path in (_state_file(workspace, stack), config, mark):
        path.unlink(missing_ok=True)


def exists(workspace: Workspace, stack: str) -> bool:
    """Whether the state backend has the stack."""
    return _state_file(workspace, stack).exists()


def holds_connections(workspace: Workspace, stack: str) -> bool:
    """Whether the stack's state records any connection, of either provider."""
    path = _state_file(workspace, stack)
    return path.exists() and any("flowservice:" in resource["type"] for resource in resources(path))


def ids(workspace: Workspace, stack: str) -> set[str]:
    """Return the ids of what the stack has."""
    path = _state_file(workspace, stack)
    return {resource.get("id", "") for resource in resources(path)} if path.exists() else set()


def others(workspace: Workspace, stack: str) -> list[str]:
    """Return the stacks in the same state backend that are not ours and hold resources, as project/stack."""
    found = (workspace.state / ".pulumi" / "stacks").glob("*/*.json")
    paths = sorted(path for path in found if path != _state_file(workspace, stack) and resources(path))
    return [f"{path.parent.name}/{path.stem}" for path in paths]


def resources(path: Path) -> list[dict[str, Any]]:
    """Return the resources of a state, read from the file in which Pulumi's file backend keeps it."""
    latest = json.loads(path.read_text())["checkpoint"].get("latest") or {}
    return list(latest.get("resources") or [])


def _state_file(workspace: Workspace, stack: str) -> Path:
    """Where Pulumi's file backend keeps a stack."""
    return workspace.state / ".pulumi" / "stacks" / PROJECT / f"{stack}.json"


def _config_file(stack: str) -> Path:
    return CHECKOUT / f"Pulumi.{stack}.yaml"


def _is_pulumi(pid: int) -> bool:
    """Whether a live process of this id is a Pulumi engine."""
    try:
        return os.path.basename(psutil.Process(pid).exe()) == "pulumi"
    except (psutil.Error, ValueError):
        return False
