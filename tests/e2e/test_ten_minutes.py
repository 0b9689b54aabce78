"""The page *Ten minutes with the emulator*: every command of it, in its order, in one shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.emulator_process import running
from tools.pulumi_cli import Cli

PAGE = (Path(__file__).parents[2] / "docs" / "start" / "ten-minutes.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8090"
"""Where the page's emulator is; that of the test has another port."""


def run(script: str, folder: Path, cli: Cli) -> list[tuple[int, str]]:
    """Run the blocks of a page in one shell; return how each ended, and what it printed."""
    path = os.pathsep.join((str(cli.executable.parent), f"{sys.prefix}/bin", os.defpath))
    environment = {"PATH": path, "HOME": str(folder), "PULUMI_HOME": str(folder / "home")}
    done = subprocess.run(
        ["bash"],  # noqa: S607
        input=script,
        cwd=folder,
        env={**environment, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    parts = re.split(r"^--- ended with (\d+)\n", done.stdout, flags=re.M)
    return [(int(code), text) for text, code in zip(parts[::2], parts[1::2], strict=False)]


@pytest.mark.dynamic
def test_every_command_does_what_the_page_says(cli: Cli, tmp_path: Path) -> None:
    """Emulator, creation, drift and its repair, a refused and a good rotation, an adoption, and what it keeps."""
    install, emulator, *blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.S | re.M)
    (tmp_path / ".venv").symlink_to(sys.prefix)

    command = emulator.splitlines()[-1].replace("8090", "0").split()
    with running(f"{sys.prefix}/bin/{command[0]}", *command[1:]) as process:
        script = "".join(f"{block}\necho '--- ended with '$?\n" for block in blocks)
        ended = run(script.replace(ADDRESS, process.url), tmp_path, cli)
        counted = process.counters()
        left = process.connections()

    assert "pip install" in install
    create, drift, repair, refused, rotated, adopt, destroy = ended
    for code, text in (create, repair, rotated, adopt, destroy):
        assert code == 0, text
    assert drift[0] == 2 and "intruder" in drift[1] and "ann@example.com" in drift[1]
    assert refused[0] != 0 and "FS3008" in refused[1]
    assert "adopt: " in (tmp_path / "connections.yaml").read_text()
    assert counted["POST /connections"] == len(left) == 1
    assert "DELETE /connections/{id}" not in counted
