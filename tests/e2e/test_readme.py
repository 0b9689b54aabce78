"""What the README and the page of the first connection tell, done as they tell it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

from flowservice_emulator.server import Emulator

from tests.support.pulumi_stack import Stack

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST = (ROOT / "docs" / "start" / "first-connection.md").read_text(encoding="utf-8")
VALUES = {"ORGANIZATION@AdobeOrg": "EMULATOR@AdobeOrg", "CLIENT_ID": "emulator"}


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of one language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.S | re.M)


def test_the_program_runs_with_the_configuration_told(
    stack: Stack, inputs: dict[str, Any], flowservice_emulator: Emulator
) -> None:
    """The ten-line program of both, configured by the commands of the page, makes a connection that works."""
    for name in [name for name in stack.environment if name.startswith("FLOWSERVICE_") and "ENDPOINT" not in name]:
        del stack.environment[name]
    [program] = blocks(README, "python")
    [commands] = [block for block in blocks(FIRST, "sh") if "flowservice:clientId" in block]
    stack.write(program.replace('database="dev"', f"database={inputs['database']!r}, port={inputs['port']}"))
    values = {**VALUES, "SERVER": inputs["server"]}
    secrets = {"password": inputs["password"], "flowservice:clientSecret": "emulator-secret"}

    assert [program] == blocks(FIRST, "python")
    settings = [line for line in commands.splitlines() if line.startswith("pulumi config ")]
    assert len(settings) == 6
    for line in settings:
        words = [values.get(word, word) for word in shlex.split(line)]
        stack.run(*words[1:], standard_input=secrets.get(words[-1], "")).ok()
    stack.up().ok()

    output = stack.run("stack", "output", "connection").ok().stdout.strip()
    assert [connection["id"] for connection in flowservice_emulator.connections()] == [output]


def test_every_make_target_that_is_told_exists() -> None:
    """The README names targets that `make` lists."""
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    told = set(re.findall(r"`(?:TARGET=adobe )?make (\w+)`", README)) | set(re.findall(r"^make (\w+)", README, re.M))

    assert told >= {"up", "down"}
    assert {target for target in told if f"make {target} " not in listed} == set()
