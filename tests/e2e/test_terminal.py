"""What a user reads in the terminal when something is wrong: short, no traceback, no secret.

A command takes the engine two seconds, so a table of bad inputs is tested without it, elsewhere.
"""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator

from tests.support.programs import one_connection
from tests.support.pulumi_stack import Stack
from tests.support.terminal import assert_is_plain, paragraph

Inputs = dict[str, Any]


def test_all_problems_of_the_inputs_are_told_at_once(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """A JDBC URL with a password in it, a port out of range, an unknown policy: named together, values not echoed."""
    url = "jdbc:redshift://cluster.example.com:5439/dev?password=canary-in-the-url"
    stack.write(one_connection(inputs, server=url, port=99999, connection_test="maybe", password=" canary \n"))

    refused = stack.preview().failed()

    assert_is_plain(refused, "canary", "99999", "maybe")
    for name in ("server", "port", "connection_test", "password"):
        assert f"`{name}`" in paragraph(refused)
    assert flowservice_emulator.log() == []


def test_missing_credentials_are_told_when_a_request_is_due(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """`up` needs them, names both ways to give them, and sends nothing."""
    stack.write(one_connection(inputs))
    without = {name: "" for name in flowservice_emulator.environment if "CLIENT" in name}

    refused = stack.run("up", "--yes", "--skip-preview", variables=without).failed()

    assert_is_plain(refused, inputs["password"])
    assert "pulumi config set --secret flowservice:clientSecret" in [
        each.strip() for each in paragraph(refused).split("\n")
    ]
    for name in ("flowservice:clientId", "FLOWSERVICE_CLIENT_SECRET", "flowservice:accessToken"):
        assert name in paragraph(refused)
    assert flowservice_emulator.log() == []
