"""The emulator is a distribution of its own."""

from __future__ import annotations

import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from flowservice_emulator.control_client import EmulatorControl

from tests.support import clean_environment


@pytest.mark.long
def test_it_runs_without_the_provider(tmp_path: Path) -> None:
    """In an environment with its wheel and what that requires, outside the checkout."""
    environment = clean_environment.make(tmp_path, clean_environment.EMULATOR)
    [packages] = environment.glob("lib/python*/site-packages")
    command = [str(environment / "bin" / "python"), "-m", "flowservice_emulator"]

    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        emulator = EmulatorControl(process.stdout.readline().removeprefix("listening on ").strip())
        specs = emulator.request("GET", "/connectionSpecs").json["items"]
        process.terminate()

    assert len(specs) > 1
    assert not list(packages.glob("pulumi*"))


def test_the_provider_brings_nothing_of_it() -> None:
    """Neither files nor a command, and pytest loads no plugin for users of the provider."""
    provider = metadata.distribution("pulumi-flowservice")

    assert {entry.group for entry in provider.entry_points} == {"console_scripts"}
    assert "flowservice-emulator" not in {entry.name for entry in provider.entry_points}
    assert not [file for file in provider.files or () if "flowservice_emulator" in str(file)]
    assert "emulator" not in provider.metadata.get_all("Provides-Extra", [])
