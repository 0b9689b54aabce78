"""Fixtures of the tests of dataflows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.dataflows import World
from tests.support.lifecycle import Process
from tools.local_database import LocalDatabase


@pytest.fixture
def world(flowservice_emulator: Emulator, database: LocalDatabase) -> World:
    """A connection to the real database, and a dataset."""
    return World(flowservice_emulator, database)


@pytest.fixture(params=[False, True], ids=["dynamic", "native"])
def run(world: World, request: pytest.FixtureRequest) -> Iterator[Process]:
    """One process of either provider."""
    yield world.process(native=request.param)


@pytest.fixture
def every_fault(request: pytest.FixtureRequest) -> bool:
    """Whether each request meets all faults."""
    return bool(request.config.getoption("--every-fault"))


@pytest.fixture
def made(world: World) -> tuple[str, Properties]:
    """A dataflow that an earlier process has created."""
    return world.process().lifecycle.create(world.inputs)
