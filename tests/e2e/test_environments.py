"""Environments side by side, by the example's own command, each with a database user and a password of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator

from tests.support.at_terminal import plain, screen
from tests.support.git_repository import Done, Repository
from tests.support.pictures import assert_pictured
from tools.local_database import LocalDatabase
from tools.pulumi_cli import Cli

ENVIRONMENTS = ("dev", "prod", "stage")
PASSWORDS = ("ordersPassword", "campaignsPassword")
FLEET = (sys.executable, "-m", "fleet")


@pytest.fixture
def repository(
    cli: Cli, listed_environment: Path, tmp_path: Path, database: LocalDatabase, flowservice_emulator: Emulator
) -> Iterator[Repository]:
    """The example, with one stack and one database user for each environment."""
    made = Repository(cli, tmp_path, "environments", python=listed_environment)
    variables = flowservice_emulator.environment
    made.secrets |= {name: value for name, value in variables.items() if name != "FLOWSERVICE_SANDBOX"}
    made.replace(
        ("5439", str(database.port)), *((f"redshift.{each}.example.com", database.host) for each in ENVIRONMENTS)
    )
    for environment in ENVIRONMENTS:
        password = f"only-for-{environment}"
        database.create_user(f"loader_{environment}", password)
        # In clear, which saves the time of encrypting them; to the program they are secrets all the same.
        with (made.folder / f"Pulumi.{environment}.yaml").open("a") as stack_file:
            stack_file.writelines(f"  redshift-environments:{key}: {password}\n" for key in PASSWORDS)
    yield made
    for environment in ENVIRONMENTS:
        database.drop_user(f"loader_{environment}")


def rows(done: Done) -> dict[str, list[str]]:
    """The summary's cells by environment."""
    lines = [line.split("│")[1:-1] for line in done.text.splitlines() if line.startswith("│")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def here(emulator: Emulator) -> Counter[str]:
    """How many connections each sandbox has, and with whose name."""
    return Counter(f"{each['sandboxName']} {each['auth']['params']['username']}" for each in emulator.connections())


@pytest.mark.picture
def test_one_failure_stops_no_other_environment(repository: Repository, flowservice_emulator: Emulator) -> None:
    """Three at once, of which one cannot log in: its error is shown in full, the others are done, exit code 1.

    Prod is changed with `--confirm prod` only, and refreshed without it.
    """
    repository.replace(("ordersPassword: only-for-stage", "ordersPassword: wrong-password"), path="Pulumi.stage.yaml")

    line = ("provision", "dev", "stage", "prod", "--confirm", "prod")
    shown = repository.run_at_terminal(*FLEET, *line)
    done = Done(shown.exit_code, plain(screen(shown.text)))
    refreshed = repository.run(*FLEET, "refresh", "prod")

    assert done.exit_code == 1
    assert {name: cells[0] for name, cells in rows(done).items()} == {"dev": "done", "stage": "failed", "prod": "done"}
    assert rows(done)["prod"][1] == "3"
    assert here(flowservice_emulator) == {"dev loader_dev": 2, "prod loader_prod": 2, "stage loader_stage": 1}
    assert "stage: " in done.text and "FS3006" in done.text.rpartition("└")[2]
    assert "wrong-password" not in done.text and "only-for-" not in done.text
    assert_pictured("fleet", f"python -m fleet {' '.join(line)}", shown.text)
    assert (refreshed.exit_code, rows(refreshed)["prod"][0]) == (0, "done")


def test_the_reason_of_an_early_failure_is_told(repository: Repository, flowservice_emulator: Emulator) -> None:
    """A secret that is not set stops the program before any connection; the summary says which it is."""
    repository.replace(("ordersPassword: only-for-dev", "anotherPassword: only-for-dev"), path="Pulumi.dev.yaml")

    done = repository.run(*FLEET, "provision", "dev")

    assert done.exit_code == 1
    assert "ordersPassword is not set" in done.text.rpartition("└")[2]
    assert "only-for-dev" not in done.text
    assert flowservice_emulator.connections() == []


def test_prod_needs_an_explicit_word(repository: Repository, flowservice_emulator: Emulator) -> None:
    """Its name alone begins nothing; a wrong name and a missing `pulumi` begin nothing either."""
    by_name = repository.run(*FLEET, "provision", "dev", "prod")
    wrong = repository.run(*FLEET, "provision", "develop")
    without = repository.run(*FLEET, "provision", "dev", PATH="/nowhere")

    assert (by_name.exit_code, wrong.exit_code) == (2, 2)
    assert (without.exit_code, without.text) == (
        1,
        "Error: `pulumi` is not on PATH: https://www.pulumi.com/docs/install/\n",
    )
    assert "add --confirm prod; nothing was begun" in by_name.text
    assert "no Pulumi.NAME.yaml for develop" in wrong.text
    assert flowservice_emulator.log() == []


def test_ctrl_c_stops_in_order(repository: Repository, flowservice_emulator: Emulator) -> None:
    """What is under way is finished and recorded, the rest is not begun, no stack stays locked, nothing is doubled.

    The next run names no environment: it does all but prod, one at a time.
    """
    flowservice_emulator.settings(latency_ms=1500)
    environment = {**repository.environment, **repository.secrets, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*FLEET, "provision", "dev", "stage", "--jobs", "1"],
        cwd=repository.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        seen = ""
        while "dev: create " not in seen.replace("dev: create redshift-environments", ""):
            line = process.stdout.readline()
            assert line, seen
            seen += line
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    flowservice_emulator.settings(latency_ms=0)

    stopped = {name: cells[0] for name, cells in rows(Done(process.returncode, rest)).items()}
    again = repository.run(*FLEET, "provision", "--jobs", "1")

    assert (process.returncode, again.exit_code) == (130, 0), rest + again.text
    assert stopped == {"dev": "stopped", "stage": "not started"}
    assert "Stopping: what is under way is finished" in rest
    assert list(rows(again)) == ["dev", "stage"]
    assert again.text.index("dev: done") < again.text.index("stage: selecting the stack")
    assert here(flowservice_emulator) == {"dev loader_dev": 2, "stage loader_stage": 2}
