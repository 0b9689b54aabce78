"""The emulator is a distribution of its own."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from tests.support import clean_environment
from tests.support.emulator_process import running


@pytest.mark.long
def test_it_runs_without_the_provider(tmp_path: Path) -> None:
    """In an environment with its wheel and what that requires, outside the checkout."""
    environment = clean_environment.make(tmp_path, clean_environment.EMULATOR)
    [packages] = environment.glob("lib/python*/site-packages")

    with running(str(environment / "bin" / "python"), "-m", "flowservice_emulator", folder=tmp_path) as emulator:
        specs = emulator.request("GET", "/connectionSpecs").json["items"]

    assert len(specs) > 1
    assert not list(packages.glob("pulumi*"))


def test_the_provider_brings_nothing_of_it() -> None:
    """Neither files nor a command, and pytest loads no plugin for users of the provider."""
    provider = metadata.distribution("pulumi-flowservice")

    assert {entry.group for entry in provider.entry_points} == {"console_scripts"}
    assert "flowservice-emulator" not in {entry.name for entry in provider.entry_points}
    assert not [file for file in provider.files or () if "flowservice_emulator" in str(file)]
    assert "emulator" not in provider.metadata.get_all("Provides-Extra", [])
