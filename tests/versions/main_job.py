"""The main job, in an environment with other versions of the dependencies: `make versions`.

Its name keeps it out of the other tests, which have the versions of the lock file.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.programs import one_connection
from tests.support.pulumi_stack import Stack
from tools import pulumi_cli
from tools.local_database import LocalDatabase


@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_the_main_job(
    cli: pulumi_cli.Cli,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    flowservice_emulator: Emulator,
    database: LocalDatabase,
    inputs: dict[str, Any],
    native: bool,
) -> None:
    """Up, nothing to do, refresh, drift, repair, a rotation that is refused and one that is not, destroy."""
    environment = Path(pytestconfig.getoption("--environment")).resolve()
    stack = Stack(cli, tmp_path / "stack", flowservice_emulator.environment, python=environment, native=native)
    stack.write(one_connection(inputs, name="orders"))

    made = stack.up().ok()
    stack.up("--expect-no-changes").ok()
    stack.refresh("--expect-no-changes").ok()
    [connection] = flowservice_emulator.connections()
    flowservice_emulator.change_connection(connection["id"], by="ann@example.com", params={"database": "by_hand"})
    drifted = _command(environment, stack, "drift", "--json")
    repaired = stack.up("--refresh").ok()
    stack.write(one_connection({**inputs, "password": "refused"}, name="orders"))
    refused = stack.up().failed()
    user, password = f"rotated_{native}".lower(), "rotated-password"
    database.create_user(user, password)
    stack.write(one_connection({**inputs, "username": user, "password": password}, name="orders"))
    rotated = stack.up("--refresh").ok()
    kept = flowservice_emulator.connections()[0]["auth"]["params"]
    stack.destroy().ok()

    assert made.changes == {"created": 2}
    assert drifted.returncode == 2
    assert json.loads(drifted.stdout)["stacks"][0]["drift"] is True
    assert repaired.changes == {"updated": 1, "unchanged": 1}
    # Older hosts put their own words in front of a provider's error.
    assert "FS3008: updating connection 'orders'" in refused.text
    assert "Exception calling application" not in refused.text
    assert rotated.changes == {"updated": 1, "unchanged": 1}
    assert (kept["username"], kept["password"]) == (user, password)
    assert flowservice_emulator.connections() == []


def _command(environment: Path, stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(environment / "bin" / "pulumi-flowservice"), *arguments, "--stack", stack.name]
    return subprocess.run(command, cwd=stack.folder, env=stack.environment, capture_output=True, text=True)
