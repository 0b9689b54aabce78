"""A Pulumi project in a folder of its own, each command of which is measured. Nothing of the surroundings gets in."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from flowservice_emulator.control_client import EmulatorControl

from benchmarks.api import most_at_once, requests_made
from benchmarks.contestants import Contestant
from benchmarks.measurements import Measurement
from benchmarks.provider_process import ProviderWatch
from tools.pulumi_cli import Cli

CHECKOUT = Path(__file__).resolve().parents[1]
PROJECT = "benchmark"
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "up": ("up", "--yes", "--skip-preview"),
    "no-op up": ("up", "--yes", "--skip-preview"),
    "preview": ("preview",),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}


class CommandFailedError(RuntimeError):
    """A Pulumi command failed; the message holds what it printed."""


class Stack:
    """One stack of one contestant; the API is its own too, so that nobody's list holds another's connections."""

    def __init__(self, cli: Cli, folder: Path, api: EmulatorControl, contestant: Contestant) -> None:
        self._cli, self._folder, self._api = cli, folder, api
        self._options = ("--parallel", str(contestant.parallel)) if contestant.parallel else ()
        (folder / "state").mkdir(parents=True)
        self._environment = {
            "PATH": os.pathsep.join((str(cli.executable.parent), os.defpath)),
            "HOME": str(folder),
            # The empty provider has to be importable where the engine starts it.
            "PYTHONPATH": str(CHECKOUT),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_HOME": str(folder / "pulumi-home"),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
        native = {"plugins": {"providers": [{"name": "flowservice", "path": str(Path(sys.prefix) / "bin")}]}}
        project = {"name": PROJECT, "runtime": runtime, **(native if contestant.is_native else {})}
        (folder / "Pulumi.yaml").write_text(json.dumps(project))
        self._execute(("stack", "init", "dev"), {})
        self._stack_file = folder / "Pulumi.dev.yaml"
        self._encryption = self._stack_file.read_text()
        self._settings = {**_connection_settings(api), **contestant.configuration}

    def write(self, program: str, count: int) -> None:
        """Replace the program, and say how many resources it makes."""
        (self._folder / "__main__.py").write_text(program)
        settings = {**self._settings, f"{PROJECT}:count": str(count)}
        self._stack_file.write_text(f"{self._encryption}config: {json.dumps(settings)}\n")

    def measure(self, command: str, count: int, variables: Mapping[str, str] | None = None) -> Measurement:
        """Run one of `COMMANDS`. Raises: CommandFailedError."""
        self._api.clear_log()
        before = _processor_seconds_of_children()
        seconds, watch = self._execute((*COMMANDS[command], *self._options), variables or {})
        return Measurement(
            command=command,
            count=count,
            seconds=seconds,
            whole_processor_seconds=_processor_seconds_of_children() - before,
            requests_per_connection=requests_made(self._api) / count,
            state_bytes=self._state_size() / count,
            processor_seconds=watch.cost.processor_seconds,
            peak_mebibytes=watch.cost.peak_mebibytes,
            requests_at_once=most_at_once(self._api),
        )

    def forget_history(self) -> None:
        """Remove what Pulumi keeps of earlier runs, so that every repetition starts alike."""
        for name in ("history", "backups"):
            shutil.rmtree(self._folder / "state" / ".pulumi" / name, ignore_errors=True)

    def _state_size(self) -> int:
        return (self._folder / "state" / ".pulumi" / "stacks" / PROJECT / "dev.json").stat().st_size

    def _execute(self, arguments: tuple[str, ...], variables: Mapping[str, str]) -> tuple[float, ProviderWatch]:
        output = self._folder / "output"
        with output.open("w") as file:
            started = time.monotonic()
            process = subprocess.Popen(
                [str(self._cli.executable), *arguments, "--non-interactive", "--color", "never"],
                cwd=self._folder,
                env={**self._environment, **variables},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            with ProviderWatch(process.pid) as watch:
                code = process.wait()
                seconds = time.monotonic() - started
        if code != 0:
            raise CommandFailedError(f"pulumi {' '.join(arguments)} ended with {code}:\n{output.read_text()[-3000:]}")
        return seconds, watch


def _processor_seconds_of_children() -> float:
    """Return what all processes that have ended until now have used; the API's runs on meanwhile."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _connection_settings(api: EmulatorControl) -> dict[str, str]:
    """The emulator's settings as stack configuration, which every contestant reads in the same way."""
    keys = {
        "flowservice:endpoint": "FLOWSERVICE_ENDPOINT",
        "flowservice:imsEndpoint": "FLOWSERVICE_IMS_ENDPOINT",
        "flowservice:clientId": "FLOWSERVICE_CLIENT_ID",
        "flowservice:clientSecret": "FLOWSERVICE_CLIENT_SECRET",
        "flowservice:imsOrg": "FLOWSERVICE_IMS_ORG",
        "flowservice:sandbox": "FLOWSERVICE_SANDBOX",
    }
    return {key: api.environment[variable] for key, variable in keys.items()}
