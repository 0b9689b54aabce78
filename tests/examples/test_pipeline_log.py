"""The script through which the example's other scripts write into the log of a pipeline."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

CI = Path(__file__).parents[2] / "examples/gitops/ci"


def test_no_line_is_a_command() -> None:
    """Of each command of GitHub Actions or Azure Pipelines one character is escaped; all the rest is as it was."""
    text = b"\n  + urn:pulumi::a  \n \xc2\xa0::stop-commands::x\n::a\nb ##[c] ##vso[d]\n\xff\n"

    done = subprocess.run([CI / "log.sh"], input=text, env={"PATH": os.defpath}, capture_output=True, check=True)

    expected = rb"|  + urn:pulumi::a  | ~\u003a:stop-commands::x|\u003a:a|b \u0023#[c] \u0023#vso[d]|^|"
    assert done.stdout == expected.replace(b"|", b"\n").replace(b"~", b"\xc2\xa0").replace(b"^", b"\xff")


def test_a_failed_deployment_fails(tmp_path: Path) -> None:
    """What `pulumi` prints goes through that script, and its failure ends the deployment before the next stack."""
    for name, program in (("pulumi-flowservice", "true"), ("pulumi", 'echo "::x $3"; test "$3" = dev')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{program}\n")
        (tmp_path / name).chmod(0o755)
    variables = {"PATH": f"{tmp_path}:{os.defpath}", "TMPDIR": str(tmp_path)}

    done = subprocess.run([CI / "deploy.sh", "dev", "prod", "stage"], env=variables, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "STACK dev\n\\u003a:x dev\nSTACK prod\n\\u003a:x prod\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pulumi", "pulumi-flowservice"]
