"""Fixtures for all tests."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, settings

# Read by gRPC when it is imported. With its handlers of a fork, its threads live on in the child until that becomes
# another program, and now and then one writes its complaint into that program's log.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"  # noqa: TID251  # Not a setting of ours.

from tests.support import pictures
from tests.support.library.server import LibraryServer
from tests.support.lifecycle import Process
from tests.support.pulumi_stack import Stack
from tools.local_database import LocalDatabase

# Ignored where a shell started the tests in the background; the programs that they start inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Of a test with the emulator, `make check` runs so many cases.
_FIRST_CASES = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of the provider that is tested, and the way to new pictures."""
    parser.addoption("--environment", default="", help="the environment that tests/versions runs in")
    parser.addoption("--every-fault", action="store_true", help="let each request of a dataflow meet all faults")
    parser.addoption("--native", action="store_true", help="test the native provider where a test runs with either")
    parser.addoption(
        "--pictures", action="store_true", help="draw the pictures of docs/ anew instead of comparing them"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose the provider, whether pictures are drawn, and which random examples there are.

    They are the same each time, so that no change meets the failure of another one; with `--hypothesis-seed=N`, others.
    Machines that build and test other things meanwhile are slow now and then; that is no property of our code.
    """
    settings.register_profile(
        "ours",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=config.getoption("--hypothesis-seed") is None,
    )
    settings.load_profile("ours")
    Process.is_native = Stack.is_native = config.getoption("--native")
    pictures.is_drawing = config.getoption("--pictures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make check` leaves to `make test`: what drives the real Pulumi engine, and the later of many cases.

    What takes longest comes first: the short tests at the end keep all workers busy until then.
    """
    cases: Counter[str] = Counter()
    for item in items:
        used, test = getattr(item, "fixturenames", ()), item.nodeid.partition("[")[0]
        cases[test] += 1
        if "cli" in used:
            item.add_marker("engine")
        if "flowservice_emulator" in used and cases[test] > _FIRST_CASES:
            item.add_marker("more")
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in ("engine", "long")])


def pytest_collection_finish() -> None:
    """Keep the garbage collector from all that was imported and collected: it is looked through again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _tracebacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that is configured in this process hides all its tracebacks; each test puts them back."""
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)


@pytest.fixture
def event_loop() -> Iterator[None]:
    """For tests that make Outputs: Pulumi wants an event loop in the thread, and no Python makes one reliably."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def flowservice_emulator(flowservice_emulator: Emulator, request: pytest.FixtureRequest) -> Emulator:
    """A fresh emulator. A test about one reading of Adobe's documents names it, and has it under every seed:
    `@pytest.mark.reading(single_params=True)`.
    """
    for mark in request.node.iter_markers("reading"):
        flowservice_emulator.settings(**mark.kwargs)
    return flowservice_emulator


@pytest.fixture
def passing(flowservice_emulator: Emulator) -> None:
    """The database lets everybody in, unless a test says otherwise. There is a second client, `another`."""
    flowservice_emulator.settings(connection_test="pass", other_clients=["another"])


@pytest.fixture
def library() -> Iterator[LibraryServer]:
    """The server of the made-up second type of resource."""
    with LibraryServer() as running:
        yield running


@pytest.fixture
def process(flowservice_emulator: Emulator) -> Process:
    """A provider process that talks to a fresh emulator."""
    return Process(flowservice_emulator)


@pytest.fixture(scope="session")
def database() -> Iterator[LocalDatabase]:
    """A real database, started at its first use and shared by the tests of one worker process.

    Whoever changes the password of `loader` puts it back; `create_user` with a name of the test's own needs no care.
    """
    with (
        tempfile.TemporaryDirectory(prefix="flowservice-database-") as folder,
        LocalDatabase(Path(folder) / "data") as running,
    ):
        yield running
