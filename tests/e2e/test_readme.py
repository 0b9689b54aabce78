"""What the README tells, done as it tells it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

from flowservice_emulator.server import Emulator

from tests.support.pulumi_stack import Stack

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
VALUES = {"ORGANIZATION@AdobeOrg": "EMULATOR@AdobeOrg", "CLIENT_ID": "emulator"}


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.S | re.M)


def test_the_program_runs_with_the_configuration_told(
    stack: Stack, inputs: dict[str, Any], flowservice_emulator: Emulator
) -> None:
    """The ten-line program, configured by the commands of the README, makes a connection that works."""
    for name in [name for name in stack.environment if name.startswith("FLOWSERVICE_") and "ENDPOINT" not in name]:
        del stack.environment[name]
    [commands] = [block for block in blocks("sh") if "flowservice:clientId" in block]
    stack.write(
        blocks("python")[0].replace('database="dev"', f"database={inputs['database']!r}, port={inputs['port']}")
    )
    values = {**VALUES, "SERVER": inputs["server"]}
    secrets = {"password": inputs["password"], "flowservice:clientSecret": "emulator-secret"}

    for line in commands.splitlines():
        words = [values.get(word, word) for word in shlex.split(line)]
        assert words[0] == "pulumi"
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
