"""Give each test a fresh emulator by a pytest fixture; importing this module costs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server import Emulator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs tests against another reading of Adobe's documents."""
    parser.addoption(
        "--flowservice-vary",
        type=int,
        default=None,
        metavar="SEED",
        help="seed that picks one reading wherever Adobe's documents leave several",
    )
    parser.addoption(
        "--flowservice-setting",
        action="append",
        default=[],
        metavar="NAME=JSON",
        help="one setting of the emulator, to find out which choice of a seed a test depends on; repeatable",
    )


@pytest.fixture(scope="session")
def flowservice_emulator_server(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """Run one server for the whole session, on a free port; every worker of pytest-xdist has its own."""
    # Not at the top: every pytest run of whoever has installed this imports the module.
    from .server import Emulator

    pairs = [each.split("=", 1) for each in request.config.getoption("--flowservice-setting")]
    settings = {name: json.loads(value) for name, value in pairs}
    with Emulator(vary=request.config.getoption("--flowservice-vary"), **settings) as emulator:
        yield emulator


@pytest.fixture
def flowservice_emulator(flowservice_emulator_server: Emulator) -> Emulator:
    """Return an emulator without connections, faults or log; its settings are those of the start."""
    flowservice_emulator_server.reset()
    return flowservice_emulator_server
