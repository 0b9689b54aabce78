"""Fixtures for the tests of the plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.api.clock import Clock
from pulumi_flowservice.lifecycle.resource_type import ResourceType

from tests.support.lifecycle import Server
from tests.support.native import Plugin
from tests.support.protocol import Shown


@pytest.fixture
def shown() -> Shown:
    """The URN and the text of each warning."""
    return []


@pytest.fixture
def start(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Plugin]]:
    """Start a plugin that talks to a server, with these types that no release has; it ends with the test."""
    with ExitStack() as running:

        def started(server: Server, *made_up: ResourceType) -> Plugin:
            for name, value in server.environment.items():
                monkeypatch.setenv(name, value)
            plugin = Plugin(Clock.cancellable, lambda urn, text: shown.append((urn, text)), made_up)
            running.callback(plugin.stop)
            plugin.configure(sandbox="dev")
            return plugin

        yield started


@pytest.fixture
def plugin(flowservice_emulator: Emulator, start: Callable[..., Plugin]) -> Plugin:
    """A configured plugin with an emulator whose database lets everybody in."""
    flowservice_emulator.settings(connection_test="pass")
    return start(flowservice_emulator)
