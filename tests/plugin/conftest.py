"""Fixtures for the tests of the plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.api.clock import Clock

from tests.support.native import Plugin
from tests.support.protocol import Shown


@pytest.fixture
def shown() -> Shown:
    """The URN and the text of each warning."""
    return []


@pytest.fixture
def plugin(flowservice_emulator: Emulator, shown: Shown, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plugin]:
    """A configured plugin with an emulator whose database lets everybody in."""
    flowservice_emulator.settings(connection_test="pass")
    for name, value in flowservice_emulator.environment.items():
        monkeypatch.setenv(name, value)
    running = Plugin(Clock.cancellable, lambda urn, text: shown.append((urn, text)))
    running.configure(sandbox="dev")
    yield running
    running.stop()
