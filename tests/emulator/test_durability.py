"""What the emulator keeps: everything it has acknowledged, over restarts, kill -9 and concurrent writers."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.server import Emulator
from flowservice_emulator.store.store import Resource, Selection, Store

from tests.contract.api import FlowServiceApi
from tests.emulator.program import body, made, program
from tests.support.waiting import wait_until


@contextmanager
def process(database: Path) -> Iterator[tuple[EmulatorControl, subprocess.Popen[str]]]:
    """Run the command on a database file."""
    command = [sys.executable, "-m", "flowservice_emulator", "--database", str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            yield EmulatorControl(running.stdout.readline().removeprefix("listening on ").strip()), running
        finally:
            running.kill()


def test_a_restart_keeps_connections(tmp_path: Path) -> None:
    """With their ids, etags and secrets; a token of before is still good."""
    database = str(tmp_path / "flow-service.sqlite")
    with Emulator(database) as emulator:
        connection_id = made(emulator, password="Made-up-9")
        before = emulator.connections()
        token = emulator.issue_token()

    with Emulator(database) as emulator:
        headers = {"authorization": f"Bearer {token}"}
        answer = emulator.request("GET", f"/connections/{connection_id}", headers=headers)

        assert emulator.connections() == before
        assert before[0]["auth"]["params"]["password"] == "Made-up-9"
        assert answer.status == 200


@pytest.mark.long
def test_kill_9_loses_no_acknowledged_write(tmp_path: Path) -> None:
    """Eight clients create, rename and delete until the process dies; whatever was answered holds afterwards."""
    database = tmp_path / "flow-service.sqlite"
    acknowledged: dict[str, str | None] = {}
    with process(database) as (emulator, running):
        apis = [program(emulator) for _ in range(8)]
        with ThreadPoolExecutor(len(apis)) as pool:
            for api in apis:
                pool.submit(_write_until_refused, api, acknowledged)
            wait_until(lambda: len(acknowledged) >= 100)
            os.kill(running.pid, signal.SIGKILL)

    with process(database) as (emulator, _):
        kept = {connection["id"]: connection["name"] for connection in emulator.connections()}

    assert len(acknowledged) >= 100
    # A rename that was written and not yet answered may be there as well.
    allowed = {each: {name, "renamed"} if name else {None} for each, name in acknowledged.items()}
    assert {each: kept.get(each) for each, names in allowed.items() if kept.get(each) not in names} == {}
    assert all(kept[each] == "renamed" for each, name in acknowledged.items() if name == "renamed")


def _write_until_refused(api: FlowServiceApi, acknowledged: dict[str, str | None]) -> None:
    """Note what exists by the answers: the name of each id, None for a deleted one."""
    rename = {"op": "replace", "path": "/name", "value": "renamed"}
    try:
        while True:
            connection_id, etag = api.create()
            acknowledged[connection_id] = api.prefix
            if api.patch(connection_id, etag, rename).status == 200:
                acknowledged[connection_id] = "renamed"
            second_id, _ = api.create()
            acknowledged[second_id] = api.prefix
            # Noted before: from here on it may be gone, and after the answer it must be.
            del acknowledged[second_id]
            if api.send("DELETE", f"/connections/{second_id}", content_type=None).status == 204:
                acknowledged[second_id] = None
    except (OSError, http.client.HTTPException):
        return


def test_of_two_patches_on_one_etag_one_wins(flowservice_emulator: Emulator) -> None:
    """However many arrive together: one 200, the others 412."""
    api = program(flowservice_emulator)
    connection_id, etag = api.create()
    together = threading.Barrier(8)

    def patch(number: int) -> int:
        together.wait()
        operation = {"op": "replace", "path": "/name", "value": f"writer {number}"}
        return api.patch(connection_id, etag, operation).status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(patch, range(8)))

    assert statuses == [200] + [412] * 7


def test_only_the_owner_can_read_the_database(tmp_path: Path) -> None:
    """It holds secrets in plain text, and so do the files that SQLite makes beside it; none is readable for others."""
    database = tmp_path / "flow-service.sqlite"
    before = os.umask(0)
    try:
        with Emulator(str(database)) as emulator:
            made(emulator, password="Canary-1")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
            written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    finally:
        os.umask(before)

    assert modes == {f"flow-service.sqlite{suffix}": 0o600 for suffix in ("", "-wal", "-shm")}
    assert b"Canary-1" in written


def test_a_readable_database_is_closed_to_others(tmp_path: Path) -> None:
    """Also what a killed emulator has left beside it."""
    database = tmp_path / "flow-service.sqlite"
    with process(database) as (emulator, running):
        made(emulator)
        running.kill()
        running.wait()
    left = sorted(tmp_path.iterdir())
    for path in left:
        path.chmod(0o644)

    with Emulator(str(database)) as emulator:
        assert len(emulator.connections()) == 1
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    assert len(left) == 3
    assert modes == {0o600}


@pytest.mark.long
def test_ten_thousand_connections_list_and_filter(tmp_path: Path) -> None:
    """Every page comes, filters find the one, and single reads go on while a filter looks through all."""
    database = str(tmp_path / "flow-service.sqlite")
    _fill(database, 10_000)
    with Emulator(database) as emulator:
        api = program(emulator)
        pages, link = 0, "/connections?limit=100"
        seen: set[str] = set()
        while link:
            page = api.send("GET", link).json
            seen |= {item["id"] for item in page["items"]}
            pages, link = pages + 1, page["_links"].get("next", {}).get("href", "")
        found = api.list("/connections", "auth.params.server==server-4711.example.com").item
        slowest, all_filters = _slowest_read_during_filters(api)

    assert (pages, len(seen)) == (100, 10_000)
    assert found["name"] == "connection 4711"
    # A read may wait for one of the five filters; that it waits for several would show, however fast the machine is.
    assert slowest < all_filters / 2


def _fill(database: str, count: int) -> None:
    """Write connections into a database without a server."""
    store = Store(database)
    for number in range(count):
        document = {**body(f"connection {number}", server=f"server-{number}.example.com"), "id": f"id-{number}"}
        document |= {"state": "enabled", "etag": '"1"', "version": '"1"'}
        store.put(Resource(f"id-{number}", "connections", "dev", document))
    store.close()


def _slowest_read_during_filters(api: FlowServiceApi) -> tuple[float, float]:
    """Return the seconds that the slowest of some single reads took, and five filters of another client meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        started = time.monotonic()
        filters = pool.submit(lambda: [api.list("/connections", "auth.params.server==none") for _ in range(5)])
        taken = []
        while not filters.done():
            began = time.monotonic()
            api.get("id-5000")
            taken.append(time.monotonic() - began)
        filters.result()
    return max(taken), time.monotonic() - started


@pytest.mark.long
def test_a_write_that_the_disk_refuses_is_not_acknowledged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The answer is 500, nothing is stored, and a line says why."""
    database = tmp_path / "flow-service.sqlite"
    with Emulator(str(database)) as emulator, closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        api = program(emulator)

        answer = api.send("POST", "/connections", api.body())
        other.rollback()

        assert answer.status == 500
        assert emulator.connections() == []
        assert "unexpected errors" not in emulator.counters()
        assert api.send("POST", "/connections", api.body()).status == 201
    assert "database is locked, so POST" in capfd.readouterr().err


@pytest.mark.parametrize("text", ['"', "a, b", 'c "d"', "%", "é漢", "x' OR '1'='1"])
def test_a_filter_finds_any_name(flowservice_emulator: Emulator, text: str) -> None:
    """Quoted, with quotes and backslashes escaped, every name can be looked for; none is read as SQL."""
    made(flowservice_emulator, text)
    made(flowservice_emulator, "another")

    answer = program(flowservice_emulator).list("/connections", f"name=={json.dumps(text, ensure_ascii=False)}")

    assert [item["name"] for item in answer.json["items"]] == [text]


def test_the_store_counts_what_it_selects(tmp_path: Path) -> None:
    """A selection without conditions is everything of a kind in a sandbox."""
    _fill(str(tmp_path / "a.sqlite"), 3)
    store = Store(str(tmp_path / "a.sqlite"))

    # Not asyncio.run: it would leave this thread without a loop, which the Pulumi SDK wants in later tests.
    with closing(asyncio.new_event_loop()) as loop:
        in_dev = loop.run_until_complete(store.count("connections", "dev", Selection()))
        in_prod = loop.run_until_complete(store.count("connections", "prod", Selection()))
    store.close()

    assert (in_dev, in_prod) == (3, 0)
