"""A local git repository that holds a copy of an example, with an environment in which its scripts run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support import at_terminal
from tests.support.pulumi_stack import KEPT
from tools.pulumi_cli import Cli

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TIMEOUT_SECONDS = 180


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed on both streams."""

    exit_code: int
    text: str


class Repository:
    """A copy of an example under git, with branch `main`, and a state backend beside it.

    `python` is the environment whose programs its scripts find.
    """

    def __init__(self, cli: Cli, folder: Path, example: str, *, python: Path) -> None:
        self.folder = folder / "repository"
        shutil.copytree(EXAMPLES / example, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "state").mkdir()
        self.environment = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            "PATH": os.pathsep.join((str(cli.executable.parent), str(python / "bin"), os.defpath)),
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PULUMI_HOME": str(folder / "pulumi-home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self.secrets = {
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
        }
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("Start")

    def git(self, *arguments: str) -> str:
        """Run git, and return what it prints."""
        who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
        done = self.run("git", *who, *arguments, secrets={})
        assert done.exit_code == 0, done.text
        return done.text

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def replace(self, *replacements: tuple[str, str], path: str = "connections.yaml") -> None:
        """Replace pieces of a file, each of which must be there."""
        text = (self.folder / path).read_text()
        for old, new in replacements:
            assert old in text, f"{old!r} is not in {path}"
            text = text.replace(old, new)
        (self.folder / path).write_text(text)

    def run_at_terminal(self, *command: str) -> Done:
        """Run a command in the repository at a terminal; the text is all that was sent to that."""
        done = at_terminal.run(command, folder=self.folder, environment={**self.environment, **self.secrets})
        return Done(done.returncode, done.stdout)

    def run(self, *command: str, secrets: Mapping[str, str] | None = None, **variables: str) -> Done:
        """Run a command in the repository; `secrets` replaces what only the owner's own pipeline has."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **(self.secrets if secrets is None else secrets), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
        return Done(done.returncode, done.stdout)
