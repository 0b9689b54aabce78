"""A Pulumi project of a test's own, driven through the real command line.

Nothing of the surroundings gets in: state, Pulumi's home, passphrase and environment all belong to the test.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_flowservice.cli.pulumi_command import visible

from tests.support import at_terminal
from tests.support.waiting import wait_until
from tools.pulumi_cli import Cli
from tools.pulumi_cli.programs import NEWEST
from tools.quickstart.stack import resources

TIMEOUT_SECONDS = 180
PROJECT = "e2e"

# Of the surroundings only what any program needs. Coverage is not measured here: it would cost half as much again.
KEPT = ("LANG", "LC_ALL", "TMPDIR")

# When a resource fails, the engine interrupts the program, which waits in Python for an answer that never comes, and
# kills it after five seconds. A program that ends at once saves those; the engine has reported the failure before.
END_AT_ONCE = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)\n"


def plugins(python: Path = Path(sys.prefix)) -> dict[str, Any]:
    """Return the part of Pulumi.yaml that lets the engine find the native provider of an environment."""
    return {"providers": [{"name": "flowservice", "path": str(python / "bin")}]}


def _only_python(folder: Path, environment: Path) -> str:
    """Return a new folder for PATH that has the Python of an environment, and not the plugin that is there, too."""
    programs = folder / "only-python"
    programs.mkdir(parents=True, exist_ok=True)
    for name in ("python", "python3"):
        (programs / name).write_text(f'#!/bin/sh\nexec "{environment}/bin/python" "$@"\n')
        (programs / name).chmod(0o755)
    return str(programs)


@dataclass(frozen=True)
class Result:
    """How a command ended and what it printed; colours are off."""

    command: str
    exit_code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Everything a user sees in the terminal."""
        return self.stdout + self.stderr

    @property
    def changes(self) -> dict[str, int]:
        """The summary under *Resources*, such as `{"created": 2}` or, in a preview, `{"to create": 2}`."""
        summary = self.stdout.rpartition("\nResources:\n")[2].partition("\n\n")[0]
        counts = {what.strip(): int(count) for count, what in re.findall(r"(\d+) ([a-z ]+)", summary)}
        # Newer engines count what failed, too.
        return {what: count for what, count in counts.items() if what != "errored"}

    def ok(self) -> Result:
        """Return itself.

        Raises:
            AssertionError: the command failed; the message holds what it printed.
        """
        assert self.exit_code == 0, f"`{self.command}` ended with {self.exit_code}:\n{self.text}"
        return self

    def failed(self) -> Result:
        """Return itself.

        Raises:
            AssertionError: the command succeeded.
        """
        assert self.exit_code != 0, f"`{self.command}` succeeded:\n{self.text}"
        return self


class Stack:
    """One stack `dev` of a project in `folder`; its program is whatever the test writes last.

    With `native` (the default under `pytest --native`), its programs take the classes of the native provider.
    """

    name = "dev"
    is_native = False

    def __init__(
        self,
        cli: Cli,
        folder: Path,
        variables: Mapping[str, str],
        *,
        python: Path = Path(sys.prefix),
        native: bool | None = None,
        empty: Path | None = None,
    ) -> None:
        """Make the stack, as a copy of the `empty` one in another folder if there is one of the same passphrase."""
        self.folder = folder
        # Where the file backend keeps the state: to read it is much faster than a command that prints it.
        self.state_file = folder / f"state/.pulumi/stacks/{PROJECT}/{self.name}.json"
        self._cli, self.engine = cli, cli.version
        if native is not None:
            self.is_native = native
        if empty is None:
            (folder / "state").mkdir(parents=True)
        else:
            shutil.copytree(empty, folder)
        # That engine tells a language host as old as ours no longer which environment to use.
        first = [_only_python(folder, python)] if cli.version == NEWEST else []
        self.environment = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            "PATH": os.pathsep.join((*first, str(cli.executable.parent), os.defpath)),
            "HOME": str(folder),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_HOME": str(folder / "pulumi-home"),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_STACK": self.name,
            **variables,
        }
        self.write("")
        runtime = {"name": "python", "options": {"virtualenv": str(python)}}
        found = {"plugins": plugins(python)} if self.is_native else {}
        (folder / "Pulumi.yaml").write_text(json.dumps({"name": PROJECT, "runtime": runtime, **found}))
        if empty is None:
            self.run("stack", "init", self.name).ok()

    def take(self, example: Path) -> None:
        """Replace the program by an example in any language; its plugin is that of this environment."""
        shutil.copytree(example, self.folder, dirs_exist_ok=True)
        project = (example / "Pulumi.yaml").read_text()
        (self.folder / "Pulumi.yaml").write_text(
            re.sub(r"^name: .*", f"name: {PROJECT}", project).replace("../../.venv/bin", f"{sys.prefix}/bin")
        )

    def write(self, program: str) -> None:
        """Replace the program, but for a line in front that ends it when the engine interrupts it."""
        if self.is_native:
            program = program.replace("from pulumi_flowservice import Red", "from pulumi_flowservice.native import Red")
        (self.folder / "__main__.py").write_text(END_AT_ONCE + program)

    def set_secret(self, key: str, value: str) -> None:
        """Set one secret of the stack's configuration, through standard input."""
        self.run("config", "set", "--secret", key, standard_input=value).ok()

    def configure(self, plain: Mapping[str, object] | None = None, *, secret: Mapping[str, str] | None = None) -> None:
        """Set values of the stack's configuration by one command. The secrets are arguments of it: no real ones."""
        plaintext = [f"--plaintext={key}={value}" for key, value in (plain or {}).items()]
        encrypted = [f"--secret={key}={value}" for key, value in (secret or {}).items()]
        self.run("config", "set-all", *plaintext, *encrypted).ok()

    def preview(self, *options: str) -> Result:
        """Show what `up` would do."""
        return self.run("preview", *options)

    def up(self, *options: str) -> Result:
        """Make what the program says, without a preview before."""
        return self.run("up", "--yes", "--skip-preview", *options)

    def refresh(self, *options: str) -> Result:
        """Read what is there into the state, without a preview before."""
        return self.run("refresh", "--yes", "--skip-preview", *options)

    def destroy(self, *options: str) -> Result:
        """Remove everything, without a preview before."""
        return self.run("destroy", "--yes", "--skip-preview", *options)

    def export(self) -> str:
        """Return the state in the shape of `pulumi stack export`, secrets encrypted."""
        state = json.loads(self.state_file.read_text())
        return json.dumps(
            {"version": state["version"], "deployment": state["checkpoint"]["latest"]}, ensure_ascii=False
        )

    def resource(self, name: str) -> dict[str, Any]:
        """Return a resource of the state by its name in the program."""
        [found] = [resource for resource in resources(self.state_file) if resource["urn"].endswith(f"::{name}")]
        return found

    def outputs(self) -> dict[str, Any]:
        """Return what the program exports; secrets are blanked."""
        [program] = [resource for resource in resources(self.state_file) if resource["type"] == "pulumi:pulumi:Stack"]
        return dict(visible(program["outputs"]))

    def run(self, *arguments: str, standard_input: str = "", variables: Mapping[str, str] | None = None) -> Result:
        """Run any `pulumi` command on this stack and return how it ended, whatever that is."""
        command = self._command(arguments)
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **(variables or {})},
            input=standard_input,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
        return Result(f"pulumi {' '.join(arguments)}", done.returncode, done.stdout, done.stderr)

    def show(self, program: str, *arguments: str, columns: int = 80) -> str:
        """Run `pulumi` or another program on this stack at a terminal, and return all that was sent to it."""
        folder = self._cli.executable.parent if program == "pulumi" else Path(sys.prefix) / "bin"
        command = [str(folder / program), *arguments]
        return at_terminal.run(command, folder=self.folder, environment=self.environment, columns=columns).stdout

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command and return its process, for tests that kill it; it leads a process group of its own."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def start_until(self, is_time: Callable[[], object], *arguments: str) -> subprocess.Popen[str]:
        """Start a command and return its process at a moment that the emulator tells of. Raises: AssertionError."""
        process = self.start(*arguments)
        wait_until(is_time, why_not=lambda: process.communicate()[0])
        return process

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [str(self._cli.executable), *arguments, "--non-interactive", "--color", "never"]
