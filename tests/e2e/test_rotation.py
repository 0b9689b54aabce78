"""The rotation of docs/how-to/rotate.md, step by step, while the dataflows' connection test is asked over and over."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flowservice_emulator.server import Emulator

from tests.support.pulumi_stack import Stack
from tools.local_database import LocalDatabase

PROGRAM = """
import pulumi
from pulumi_flowservice.manifest import connections

pulumi.export("ids", {name: made.id for name, made in connections("connections.yaml").items()})
"""
MANIFEST = """
connections:
  orders:
    server: {server}
    port: {port}
    database: dev
    username: loader_a
    password: {{config: loaderA}}
"""
PAUSE_SECONDS = 0.05


class Poll(threading.Thread):
    """Asks the connection test of one connection until told to stop, and counts its answers."""

    def __init__(self, emulator: Emulator, connection_id: str) -> None:
        super().__init__(name="poll")
        self._emulator = emulator
        self._path = f"/connections/{connection_id}/test"
        self._over = threading.Event()
        self.answers: list[bool] = []

    def run(self) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            self.answers.append(self.ask())

    def ask(self) -> bool:
        """Let the emulator log in to the database with what the connection holds now."""
        answer = self._emulator.request("GET", self._path)
        return answer.status == 200 and answer.json == {"result": True}

    def __enter__(self) -> Poll:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.join()


@pytest.fixture
def users(database: LocalDatabase) -> Iterator[LocalDatabase]:
    """A pair of users, of whom one is in use."""
    database.create_user("loader_a", "first-password")
    database.create_user("loader_b", "unused-password")
    yield database
    database.drop_user("loader_a")
    database.drop_user("loader_b")


def test_a_rotation_breaks_no_minute(stack: Stack, users: LocalDatabase, flowservice_emulator: Emulator) -> None:
    """Two users take turns: before, while and after the connection changes over, every login succeeds."""
    manifest = stack.folder / "connections.yaml"
    manifest.write_text(MANIFEST.format(server=users.host, port=users.port))
    stack.write(PROGRAM)
    stack.set_secret("loaderA", "first-password")
    stack.up().ok()
    connection_id = stack.outputs()["ids"]["orders"]
    flowservice_emulator.clear_log()

    with Poll(flowservice_emulator, connection_id) as poll:
        users.set_password("loader_b", "second-password")
        stack.set_secret("loaderB", "second-password")
        manifest.write_text(manifest.read_text().replace("loader_a", "loader_b").replace("loaderA", "loaderB"))
        stack.up().ok()
        users.set_password("loader_a", "nobody-knows-this")

    writes = [entry.method for entry in flowservice_emulator.log() if entry.method in ("POST", "PATCH", "DELETE")]
    [connection] = flowservice_emulator.connections("dev")

    assert len(poll.answers) > 20
    assert poll.answers.count(False) == 0, f"{poll.answers.count(False)} of {len(poll.answers)} connection tests failed"
    # The token is a POST too; of the connection there is one change.
    assert writes.count("PATCH") == 1 and "DELETE" not in writes
    assert (connection["id"], connection["auth"]["params"]["username"]) == (connection_id, "loader_b")
    stack.up("--expect-no-changes").ok()

    # What the poll would have met, had the password of the user in use been changed.
    users.set_password("loader_b", "changed-in-the-database-first")
    assert poll.ask() is False
