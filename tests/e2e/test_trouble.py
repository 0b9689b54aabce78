"""What a user sees of trouble: nothing where it passes, one paragraph where it does not.

A command takes the engine two seconds; docs/engineering/faults.md has the other texts, each with its faster test.
"""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator
from pulumi_flowservice.redaction import LEFT_OUT

from tests.support.programs import one_connection
from tests.support.pulumi_stack import Stack
from tests.support.terminal import assert_is_plain, paragraph

Inputs = dict[str, Any]


def test_a_hiccup_does_not_turn_a_pipeline_red(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Token service, list, creation and connection test stumble; `up` is green, and one connection is made."""
    stack.write(one_connection(inputs))
    flowservice_emulator.fault("POST", "/ims/token/v3", status=503, body="html")
    flowservice_emulator.fault("GET", "/connections", kind="reset")
    flowservice_emulator.fault("POST", "/connections", status=429, retry_after=1)
    flowservice_emulator.fault("POST", "/connections", kind="revoke_token")
    flowservice_emulator.fault("GET", "/connections/*/test", status=502, body="empty")

    made = stack.up().ok()

    assert made.changes == {"created": 2}
    assert len(flowservice_emulator.connections()) == 1
    assert [entry.status for entry in flowservice_emulator.log("POST", "/connections")] == [429, 401, 201]
    assert "Diagnostics" not in made.text


def test_a_wrong_secret_is_one_paragraph(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """What is wrong, where to get it right, no traceback, and no secret."""
    stack.write(one_connection(inputs))
    wrong = {"FLOWSERVICE_CLIENT_SECRET": "canary-that-is-wrong"}

    refused = stack.run("up", "--yes", "--skip-preview", variables=wrong).failed()

    assert_is_plain(refused, "canary", inputs["password"])
    assert "the client secret is wrong" in paragraph(refused)
    assert "Adobe Developer Console" in paragraph(refused)
    assert flowservice_emulator.log("POST", "/connections") == []


def test_debugging_brings_tracebacks_and_requests_back(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """`flowservice:debug=true` shows where an error comes from, every request, and every wait; no secret."""
    stack.write(one_connection(inputs))
    stack.configure({"flowservice:debug": "true"})
    flowservice_emulator.fault("GET", "/connections", status=503)
    flowservice_emulator.fault("POST", "/connections", status=400, body="echo")

    refused = stack.up().failed()

    for words in ("Traceback", "POST /ims/token/v3: status 200", "GET /data/foundation", "again in", LEFT_OUT):
        assert words in refused.text
    for secret in (inputs["password"], "emulator-secret"):
        assert secret not in refused.text
