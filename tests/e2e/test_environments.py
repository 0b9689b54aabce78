"""Environments one after the other, by the example's own command, each with its own database user and password."""

from __future__ import annotations

import os
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
from tests.support.waiting import wait_until
from tools.local_database import LocalDatabase
from tools.pulumi_cli import Cli

ENVIRONMENTS = ("dev", "prod", "stage")
PASSWORDS = ("ordersPassword", "campaignsPassword")
COMMAND = (sys.executable, "environments.py")


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
    """Of three, one cannot log in: its error is shown in full, the others are done, exit code 1.

    What is done is previewed as unchanged, and without names, all but prod are destroyed.
    """
    repository.replace(("ordersPassword: only-for-stage", "ordersPassword: wrong-password"), path="Pulumi.stage.yaml")

    line = ("up", "dev", "stage", "prod")
    shown = repository.run_at_terminal(*COMMAND, *line)
    up = Done(shown.exit_code, plain(screen(shown.text)))
    previewed = repository.run(*COMMAND, "preview", "prod")
    refreshed = repository.run(*COMMAND, "refresh", "prod")
    made = here(flowservice_emulator)
    destroyed = repository.run(*COMMAND, "destroy")

    assert up.exit_code == 1
    assert {name: cells[0] for name, cells in rows(up).items()} == {"dev": "done", "stage": "failed", "prod": "done"}
    assert rows(up)["prod"] == ["done", "3", "-", "-", "-", "-"]
    assert made == {"dev loader_dev": 2, "prod loader_prod": 2, "stage loader_stage": 1}
    assert "stage: " in up.text and "FS3006" in up.text.rpartition("└")[2]
    assert "wrong-password" not in up.text and "only-for-" not in up.text
    assert_pictured("environments", f"python environments.py {' '.join(line)}", shown.text)
    assert [done.exit_code for done in (previewed, refreshed, destroyed)] == [0, 0, 0]
    assert rows(previewed)["prod"] == rows(refreshed)["prod"] == ["done", "-", "-", "-", "-", "3"]
    assert list(rows(destroyed)) == ["dev", "stage"]
    assert here(flowservice_emulator) == {"prod loader_prod": 2}


def test_the_reason_of_an_early_failure_is_told(repository: Repository, flowservice_emulator: Emulator) -> None:
    """A secret that is not set stops the program before any connection; what is printed below the table says which."""
    repository.replace(("ordersPassword: only-for-dev", "anotherPassword: only-for-dev"), path="Pulumi.dev.yaml")

    done = repository.run(*COMMAND, "up", "dev")

    assert done.exit_code == 1
    assert "ordersPassword is not set" in done.text.rpartition("└")[2]
    assert "only-for-dev" not in done.text
    assert flowservice_emulator.connections("dev") == []


def test_a_name_that_nobody_has_begins_nothing(repository: Repository, flowservice_emulator: Emulator) -> None:
    """The known names are listed; exit code 2."""
    wrong = repository.run(*COMMAND, "up", "dev", "develop")

    assert wrong.exit_code == 2
    assert "no such environment: develop; there are dev, stage, prod" in wrong.text
    assert flowservice_emulator.log() == []


def test_ctrl_c_stops_in_order(repository: Repository, flowservice_emulator: Emulator) -> None:
    """What is under way is finished and recorded, the rest is not begun, no stack stays locked, nothing is doubled."""
    flowservice_emulator.settings(latency_ms=1500)
    environment = {**repository.environment, **repository.secrets}
    with subprocess.Popen(
        [*COMMAND, "up", "dev", "stage"],
        cwd=repository.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:

        def is_creating() -> object:
            assert process.poll() is None
            return flowservice_emulator.log("POST", "/connections")

        wait_until(is_creating)
        # As a terminal does it: to all processes.
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout is not None
        text = process.stdout.read()
    flowservice_emulator.settings(latency_ms=0)

    stopped = {name: cells[0] for name, cells in rows(Done(process.returncode, text)).items()}
    again = repository.run(*COMMAND, "up")

    assert (process.returncode, again.exit_code) == (130, 0), text + again.text
    assert stopped == {"dev": "stopped", "stage": "not begun"}
    assert here(flowservice_emulator) == {"dev loader_dev": 2, "stage loader_stage": 2}
