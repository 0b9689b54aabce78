"""What a shell completes of `pulumi-flowservice`, by the script that the command itself prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = str(Path(sys.executable).parent)
BASH = shutil.which("bash") or "bash"


def completed(line: str) -> list[str]:
    """What Bash offers after this line."""
    words = line.split(" ")
    script = f"""
        eval "$(_PULUMI_FLOWSERVICE_COMPLETE=bash_source pulumi-flowservice)"
        COMP_WORDS=({" ".join(words)}) COMP_CWORD={len(words) - 1}
        _pulumi_flowservice_completion pulumi-flowservice
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    environment = {"PATH": f"{PROGRAMS}:{os.defpath}"}
    done = subprocess.run([BASH, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.long
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("pulumi-flowservice ex", ["explain"]),
        ("pulumi-flowservice list --s", ["--sandbox", "--stack"]),
        ("pulumi-flowservice adopt --format p", ["python"]),
        ("pulumi-flowservice explain FS900", ["FS9001"]),
    ],
)
def test_a_shell_completes(line: str, offered: list[str]) -> None:
    """Commands, options, their values, and codes."""
    assert completed(line) == offered
