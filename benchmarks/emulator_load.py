"""How much the emulator bears: requests a second over 16 kept connections, and what 10,000 connections cost.

    python benchmarks/emulator_load.py [--seconds 5]

It starts an emulator with a database on disk, which holds every acknowledged write, and prints a table.
The clients share the machine with the emulator: the figures are a lower bound.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from flowservice_emulator.control_client import EmulatorControl
from flowservice_emulator.names import BASE_PATH, CLIENT_ID, ORGANIZATION
from flowservice_emulator.resources.specs import REDSHIFT

CLIENTS = 16
MANY = 10_000


class Client:
    """One kept connection, with as little work per request as can be."""

    def __init__(self, token: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._headers = (
            f"host: localhost\r\nauthorization: Bearer {token}\r\nx-api-key: {CLIENT_ID}\r\n"
            f"x-gw-ims-org-id: {ORGANIZATION}\r\nx-sandbox-name: dev\r\ncontent-type: application/json\r\n"
        )

    @classmethod
    async def connect(cls, emulator: EmulatorControl, token: str) -> Client:
        """Open a connection."""
        host, _, port = emulator.url.removeprefix("http://").partition(":")
        return cls(token, *await asyncio.open_connection(host, int(port), limit=2**22))

    async def send(self, method: str, path: str, body: object = None) -> bytes:
        """Send a request and return the answer's body.

        Raises:
            RuntimeError: the answer is an error.
        """
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {BASE_PATH}{path} HTTP/1.1\r\n{self._headers}content-length: {len(content)}\r\n\r\n"
        self._writer.write(head.encode() + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        received = await self._reader.readexactly(length)
        if answer.split(b" ", 2)[1][:1] != b"2":
            raise RuntimeError(received.decode())
        return received

    async def create(self, name: str) -> str:
        """Create a connection and return its id."""
        return str(json.loads(await self.send("POST", "/connections", connection(name)))["id"])

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


def connection(name: str) -> dict[str, object]:
    """Return the body of a create."""
    params = {"server": f"{name}.example.com", "database": "dev", "username": "loader", "password": "benchmark"}
    auth = {"specName": "Basic Authentication", "params": params}
    return {"name": name, "auth": auth, "connectionSpec": {"id": REDSHIFT, "version": "1.0"}}


async def rate(clients: list[Client], seconds: float, act: Callable[[Client, int], Awaitable[object]]) -> float:
    """Return how many times a second the clients together did something."""
    until = time.perf_counter() + seconds

    async def repeat(client: Client) -> int:
        count = 0
        while time.perf_counter() < until:
            await act(client, count)
            count += 1
        return count

    return sum(await asyncio.gather(*map(repeat, clients))) / seconds


async def latencies(client: Client, path: str, count: int) -> list[float]:
    """Return how many milliseconds each of `count` reads took, one after the other."""
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        await client.send("GET", path)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def row(label: str, taken: list[float]) -> str:
    """Return a line about times in milliseconds."""
    return f"{label:<58} {statistics.median(taken):8.2f} {statistics.quantiles(taken, n=100)[98]:8.2f}"


async def measure(emulator: EmulatorControl, token: str, seconds: float) -> list[str]:
    """Return the lines of the report."""
    clients = [await Client.connect(emulator, token) for _ in range(CLIENTS)]
    first = clients[0]
    read_id = await first.create("read me")
    reads = await rate(clients, seconds, lambda client, _: client.send("GET", f"/connections/{read_id}"))
    writes = await rate(clients, seconds, lambda client, number: client.create(f"written {number}"))
    lines = [
        f"{'requests a second, 16 clients':<58} {'':>8}",
        f"{'GET of one connection':<58} {reads:8.0f}",
        f"{'POST of a connection, kept when answered':<58} {writes:8.0f}",
        f"{'milliseconds, one client':<58} {'median':>8} {'p99':>8}",
        row("GET of one connection", await latencies(first, f"/connections/{read_id}", 1000)),
    ]
    emulator.reset()
    ids = [await first.create(f"one of many {number:05}") for number in range(MANY)]
    lines.append(f"with {MANY:,} connections in the sandbox:")
    lines += await measure_many(clients, ids)
    for client in clients:
        client.close()
    return lines


async def measure_many(clients: list[Client], ids: list[str]) -> list[str]:
    """Return the lines about a full sandbox."""
    first, second = clients[:2]
    single, page = f"/connections/{ids[5]}", "/connections?limit=100"
    by_name = "/connections?property=name==one%20of%20many%2000005"
    by_server = "/connections?property=auth.params.server==nowhere.example.com"
    lines = [row("GET of one connection", await latencies(first, single, 1000))]
    for label, path in (("list of 100", page), ("filter by name", by_name), ("filter by server, no match", by_server)):
        lines.append(row(label, await latencies(first, path, 100)))
    lists = asyncio.create_task(latencies(second, by_server, 100))
    meanwhile = []
    while not lists.done():
        meanwhile += await latencies(first, single, 10)
    await lists
    return [*lines, row("GET of one connection while another client filters by server", meanwhile)]


def main() -> None:
    """Start an emulator, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5, help="how long each rate is measured (default 5)")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "flowservice_emulator", "--database", str(Path(folder) / "load.sqlite")]
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            line = process.stdout.readline() if process.stdout else ""
            ready = time.perf_counter() - began
            emulator = EmulatorControl(line.removeprefix("listening on ").strip())
            try:
                token = emulator.issue_token()
                lines = asyncio.run(measure(emulator, token, seconds))
            finally:
                process.terminate()
    sys.stdout.write("\n".join([f"{'ready after, seconds':<58} {ready:8.2f}", *lines]) + "\n")


if __name__ == "__main__":
    main()
