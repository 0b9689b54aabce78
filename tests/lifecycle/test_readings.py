"""Where Adobe's documents leave several readings, the provider relies on none of them."""

from __future__ import annotations

import pytest
from flowservice_emulator.server import Emulator
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.lifecycle.test_model import STEPS, Lifecycles
from tests.support.lifecycle import Process

EXAMPLES = 15


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3, 5])
def test_random_lives_under_another_reading(seed: int) -> None:
    """The seed picks a reading wherever the documents are silent or disagree; every promise holds under it."""
    with Emulator(vary=seed) as emulator:
        machine = type("Machine", (Lifecycles,), {"emulator": emulator})

        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_a_no_from_the_last_moment_of_initializing(flowservice_emulator: Emulator) -> None:
    """A test says no, the read after it shows "enabled": the no may have come too early, so it is asked once more."""
    flowservice_emulator.settings(connection_test="pass", initializing_seconds=0.001)
    flowservice_emulator.fault("GET", "/connections/*/test", kind="status", status=200, json={"result": False})
    process = Process(flowservice_emulator)

    made, outputs = process.create()

    assert [connection["id"] for connection in flowservice_emulator.connections()] == [made]
    assert outputs["state"] == "enabled"
    assert process.warnings == []
