"""The command's start and end: one clear line if it cannot start, and no lost write when it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.server import Emulator

from tests.emulator.program import body, made, program
from tests.support import forked
from tests.support.waiting import wait_until


def sentence(*options: str) -> str:
    """Return the one line with which the command refuses to start."""
    ended = forked.run("flowservice_emulator", *options)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


def test_a_port_in_use_is_named() -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert f"port {port} of 127.0.0.1 is in use by another program" in sentence("--port", str(port))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "99999"], "99999 is not a port"),
        (["--host", "203.0.113.1"], "203.0.113.1 is not an address of this machine"),
        (["--database", "/nowhere/at/all.sqlite"], "No such file or directory; name another file with --database"),
        (["--database", "/"], "Is a directory"),
    ],
)
def test_what_cannot_be_used_is_named(options: list[str], words: str) -> None:
    """A wrong port, address or file."""
    assert words in sentence(*options)


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    """It is neither read nor written."""
    path = tmp_path / "notes.txt"
    path.write_text("Not a database." * 100)

    assert "file is not a database" in sentence("--database", str(path))
    assert path.read_text() == "Not a database." * 100


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """The file is not changed."""
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()

    assert "is the database of another program" in sentence("--database", str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("version", "words"), [(99, "by a newer emulator; update this one"), (1, "by an older emulator")]
)
def test_the_database_of_another_version_is_left_alone(tmp_path: Path, version: int, words: str) -> None:
    """The file is not changed."""
    path = tmp_path / "emulator.sqlite"
    Emulator(str(path)).start().stop()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version={version}")
    before = path.read_bytes()

    assert f"was written {words}" in sentence("--database", str(path))
    assert path.read_bytes() == before


def test_a_second_emulator_on_a_file_is_refused(tmp_path: Path) -> None:
    """In another process or in this one; the first goes on."""
    path = str(tmp_path / "emulator.sqlite")
    with Emulator(path) as emulator:
        assert "another emulator is using the database file" in sentence("--database", path)
        with pytest.raises(ValueError, match="another emulator is using"):
            Emulator(path)

        assert made(emulator)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_when_all_is_answered(tmp_path: Path, number: signal.Signals) -> None:
    """A request in progress gets its answer; then the command ends without output."""
    path = str(tmp_path / "emulator.sqlite")
    line = [sys.executable, "-m", "flowservice_emulator", "--database", path]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        emulator = EmulatorControl(running.stdout.readline().removeprefix("listening on ").strip())
        emulator.fault("POST", "/connections", kind="slow", seconds=0.5)
        api = program(emulator)
        statuses: list[int] = []
        asking = threading.Thread(target=lambda: statuses.append(api.send("POST", "/connections", body()).status))
        asking.start()
        wait_until(lambda: emulator.log("POST", "/connections"))
        os.kill(running.pid, number)
        asking.join()
        _, said = running.communicate(timeout=30)

    assert statuses == [201]
    assert (running.returncode, said) == (0, "")
    with Emulator(path) as emulator:
        assert len(emulator.connections()) == 1


def test_an_unexpected_error_is_answered_and_reported(capfd: pytest.CaptureFixture[str]) -> None:
    """500 in Adobe's envelope, and a line on stderr without the request's content; later requests are answered."""
    with Emulator() as emulator:
        made(emulator)
        # Nothing that is sent leads there, so something is broken on purpose.
        emulator._service.store._lists.execute("UPDATE resources SET document = 'broken Canary-1'")
        answer = program(emulator).send("GET", "/connections")
        counters = emulator.counters()
        specs = program(emulator).send("GET", "/connectionSpecs")

    said = capfd.readouterr().err
    assert (answer.status, json.loads(answer.text)["type"][-8:]) == (500, "1102-500")
    assert counters["unexpected errors"] == 1
    assert specs.status == 200
    assert said.count("\n") == 1
    assert "JSONDecodeError at store.py:" in said
    assert "Canary" not in said + answer.text


@pytest.mark.parametrize("is_none", [True, False])
def test_an_unexpected_error_is_answered_without_standard_error(monkeypatch: pytest.MonkeyPatch, is_none: bool) -> None:
    """Standard error may have been closed before the start, or since: `2>&-`, `2>&1 | head -1`."""
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", None if is_none else closed)
    with Emulator() as emulator:
        made(emulator)
        emulator._service.store._lists.execute("UPDATE resources SET document = 'broken'")
        answer = program(emulator).send("GET", "/connections")

    assert (answer.status, json.loads(answer.text)["type"][-8:]) == (500, "1102-500")
