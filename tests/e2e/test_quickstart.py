"""`make up` and `make down` as a newcomer and an unlucky user meet them, each in a copy of the checkout."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.checkout import TERMINAL_COLUMNS, Checkout, connection_id
from tests.support.pictures import assert_pictured
from tests.support.waiting import wait_until
from tools.pulumi_cli import Cli

# What a shell may hold from other work; without TARGET=adobe it must change nothing.
FOREIGN = {
    "FLOWSERVICE_ENDPOINT": "https://platform.example.com",
    "FLOWSERVICE_ACCESS_TOKEN": "canary-token",
    "FLOWSERVICE_SANDBOX": "prod",
    "PULUMI_BACKEND_URL": "file:///nonexistent",
    "PULUMI_STACK": "production",
    "PULUMI_CONFIG_PASSPHRASE": "canary-passphrase",
    "PULUMI_PREFER_YARN": "true",
    "HTTP_PROXY": "http://127.0.0.1:1",
}


@pytest.fixture
def checkout(tmp_path: Path, cli: Cli) -> Iterator[Checkout]:
    """A fresh copy; whatever a failed test leaves running is stopped."""
    made = Checkout(tmp_path / "checkout", cli)
    yield made
    made.run("down")
    for process in made.processes():
        process.kill()


@pytest.mark.picture
def test_up_from_nothing_up_again_and_down(checkout: Checkout) -> None:
    """The first run makes a connection, and a dataflow that brings rows; the second changes nothing; all goes."""
    first = checkout.at_terminal("up", **FOREIGN)
    second = checkout.run("up")
    running = checkout.processes()
    password = (checkout.database / "loader.password").read_text()
    roles = checkout.in_shell("psql -c \"CREATE USER loader_b PASSWORD 'second' IN ROLE readers\"")
    removed = checkout.run("down")

    assert first.returncode == 0, first.stdout
    assert removed.returncode == 0, removed.stdout + removed.stderr
    assert "stack rm" not in removed.stdout
    assert connection_id(first.stdout) == connection_id(second.stdout)
    assert "3 unchanged" in second.stdout
    for shown in (first.stdout, second.stdout):
        assert "Its first run (success) read 2 rows and wrote 2 into dataset Customers." in shown
    assert len(running) >= 2
    for secret in (password, "canary"):
        assert secret not in first.stdout + first.stderr
    assert "CREATE ROLE" in roles.stdout, roles.stderr
    assert_pictured("up", "make up", first.stdout, columns=TERMINAL_COLUMNS)
    assert checkout.processes() == []
    assert not checkout.work.exists()
    assert not list(checkout.folder.glob("Pulumi.*.yaml"))


def test_what_was_made_by_hand_is_not_lost(checkout: Checkout) -> None:
    """`up` moves the configuration of a user's own stack `dev` (in another backend) aside. `down` names a flow
    that uses the connection, and asks; it refuses where a stack has its state in the same place; FORCE removes all.
    """
    own = checkout.folder / "Pulumi.dev.yaml"
    own.write_text("encryptionsalt: v1:made-with-another-passphrase\n")
    connection = checkout.up()
    assert "another-passphrase" in own.with_name("Pulumi.dev.yaml.old").read_text()
    checkout.emulator().use_connection(connection, "Made by hand")

    refused = checkout.run("down")
    in_use = checkout.at_terminal("down", answers=["n"])
    states = checkout.work / "local" / "state" / ".pulumi" / "stacks"
    shutil.copytree(states / "quickstart", states / "warehouse")
    another_stack = checkout.run("down")
    is_kept = (states / "quickstart" / "dev.json").exists()
    checkout.down(FORCE="1")

    assert (refused.returncode, in_use.returncode, another_stack.returncode) == (1, 1, 1)
    for shown in (refused.stdout, in_use.stdout):
        assert "dataflow 'Made by hand'" in shown
        # What `up` has made itself is not named.
        assert connection not in shown
    assert "Erase that, too? [y/N]" in in_use.stdout
    assert "would be lost: warehouse/dev." in another_stack.stdout
    assert is_kept
    assert "`make down FORCE=1`" in refused.stdout and "`make down FORCE=1`" in another_stack.stdout
    assert checkout.processes() == []
    assert not checkout.work.exists()


def test_lost_parts_are_made_again(checkout: Checkout) -> None:
    """Somebody removes one part of `.work` after the other under the running processes: each next run copes."""
    parts = ("local/emulator.db*", "local/passphrase", "local/state", "database", "local")
    checkout.up()

    for part in parts:
        checkout.lose(part)
        checkout.up()
    shutil.rmtree(checkout.work)
    checkout.down()

    assert checkout.processes() == []


def test_the_next_command_goes_on_after_a_crash_and_after_ctrl_c(checkout: Checkout) -> None:
    """After a crash, emulator and database are gone, and a run that is gone has locked the stack; a Ctrl-C shows no
    traceback. After each, `up` finds the same connection in the same data; after another crash, `down` removes it.
    """
    before = checkout.up()

    # A crash: `up` says that it frees the stack.
    checkout.kill()
    locks = checkout.work / "local/state/.pulumi/locks/organization/quickstart/dev"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "00000000-0000-0000-0000-000000000000.json").write_text(
        json.dumps({"pid": 2**22 + 1, "username": "me", "hostname": "here", "timestamp": "2024-01-01T00:00:00Z"})
    )
    again = checkout.run("up")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "freed from a run that was killed" in again.stdout
    assert connection_id(again.stdout) == before

    # Ctrl-C during an update reaches every process of the terminal: the engine says so.
    emulator = checkout.emulator()
    emulator.clear_log()
    emulator.fault("PATCH", "/connections/*", kind="slow", seconds=20)
    program = checkout.folder / "examples" / "quickstart" / "__main__.py"
    first = '    "warehouse",\n'
    program.write_text(program.read_text().replace(first, f'{first}    description="Loads",\n'))
    running = checkout.start("up", output=subprocess.PIPE)
    wait_until(lambda: emulator.log("PATCH", "/connections/*"), seconds=120)
    os.killpg(running.pid, signal.SIGINT)
    shown, _ = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "update canceled" in shown
    assert "Traceback" not in shown
    assert shown.endswith("Interrupted. `make up` goes on from here.\n")
    assert checkout.up() == before

    # Deleting goes through the API, so `down` starts the emulator once more.
    checkout.kill()
    checkout.down()
    assert checkout.processes() == []
    assert not checkout.work.exists()


def test_a_run_killed_in_the_middle_leaves_nothing_behind(checkout: Checkout) -> None:
    """A kill -9 while the connection is made: the next `up` makes one, and `down` stops also what lost its engine."""
    killed = checkout.start("up")
    emulator = checkout.starting_emulator()
    # While it waits for the answer, the provider does not end by itself.
    emulator.fault("POST", "/connections", kind="slow", seconds=60)
    wait_until(lambda: emulator.log("POST", "/connections"), seconds=120)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    orphans = checkout.provider_hosts()

    checkout.up()
    checkout.down()

    assert orphans
    assert checkout.processes() == []


def test_adobe_needs_its_variables_and_names_them_all(checkout: Checkout) -> None:
    """One list of what is missing; nothing was started or made."""
    refused = checkout.run("up", TARGET="adobe", FLOWSERVICE_SANDBOX="dev")

    assert refused.returncode == 1
    for name in ("FLOWSERVICE_IMS_ORG", "FLOWSERVICE_CLIENT_SECRET", "REDSHIFT_SERVER", "REDSHIFT_PASSWORD"):
        assert name in refused.stderr
    assert "FLOWSERVICE_SANDBOX" not in refused.stderr
    assert not checkout.work.exists()


def test_adobe_gets_credentials_from_the_environment_only(
    checkout: Checkout, flowservice_emulator: Emulator, inputs: dict[str, Any]
) -> None:
    """With TARGET=adobe nothing is started here, and no credential is written to a file (an emulator plays Adobe)."""
    warehouse = {f"REDSHIFT_{key.upper()}": str(value) for key, value in inputs.items()}
    variables = {**flowservice_emulator.environment, **warehouse, "TARGET": "adobe"}

    made = checkout.up(**variables)

    [connection] = flowservice_emulator.connections("dev")
    assert connection["id"] == made
    assert checkout.processes() == []
    written = [path.read_bytes() for path in checkout.folder.rglob("*") if path.is_file() and ".venv" not in path.parts]
    for secret in (inputs["password"], variables["FLOWSERVICE_CLIENT_SECRET"]):
        assert not any(secret.encode() in content for content in written if secret != "emulator-secret")
    checkout.down(**{name: value for name, value in variables.items() if not name.startswith("REDSHIFT_")})
    assert flowservice_emulator.connections() == []
