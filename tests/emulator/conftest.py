"""Fixtures of the tests of the emulator."""

from __future__ import annotations

import pytest
from flowservice_emulator.server import Emulator

from tests.contract.dataflows import Dataflows
from tests.contract.datasets import orders
from tests.emulator.program import program


@pytest.fixture
def dataflows(flowservice_emulator: Emulator) -> Dataflows:
    """What makes dataflows without a database."""
    flowservice_emulator.settings(connection_test="pass")
    api = program(flowservice_emulator)
    api.dataset_id, api.schema_id = orders(flowservice_emulator).values()
    return Dataflows(api, api.create()[0])
