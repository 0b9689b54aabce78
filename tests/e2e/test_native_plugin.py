"""How the engine finds the native provider, and what it says where it does not."""

from __future__ import annotations

import sys

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.version import __version__

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Stack

PROGRAM = """\
from pulumi_flowservice.native import RedshiftConnection
RedshiftConnection("orders", server="a.example.com", database="d", username="u", password="p", connection_test="off")
"""


@pytest.fixture
def without_plugin(make_stack: MakeStack, flowservice_emulator: Emulator) -> Stack:
    """A stack whose Pulumi.yaml does not say where the plugin is."""
    stack: Stack = make_stack(flowservice_emulator.environment, native=False)
    stack.write(PROGRAM)
    return stack


def test_a_missing_plugin(without_plugin: Stack, flowservice_emulator: Emulator) -> None:
    """The error names the plugin, and an address that nobody can publish at and that says which page to read."""
    text = without_plugin.up().failed().text

    assert f"default_{__version__.replace('.', '_')}_https_/pulumi-flowservice.invalid/see-docs-native-md" in text
    assert f"install resource plugin 'pulumi-resource-flowservice' at version v{__version__}" in text
    assert flowservice_emulator.connections() == []


def test_an_installed_plugin(without_plugin: Stack, flowservice_emulator: Emulator) -> None:
    """`pulumi plugin install --file` is the other way than Pulumi.yaml; nothing is downloaded."""
    program = f"{sys.prefix}/bin/pulumi-resource-flowservice"

    without_plugin.run("plugin", "install", "resource", "flowservice", __version__, "--file", program).ok()
    without_plugin.up().ok()

    assert len(flowservice_emulator.connections()) == 1
