"""`--stack` of `doctor` and others: the settings as `pulumi up` would see them."""

from __future__ import annotations

import json
from typing import Any

from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.command import run_beside
from tests.support.connections import make
from tests.support.pulumi_stack import Stack


def test_the_stack_s_configuration_goes_before_the_environment(
    make_stack: MakeStack, flowservice_emulator: Emulator
) -> None:
    """Each origin is told, a secret of the stack is used and never shown, and a misspelt key is named."""
    wrong = {"FLOWSERVICE_CLIENT_ID": "nobody", "FLOWSERVICE_CLIENT_SECRET": "canary-of-the-environment"}
    stack = make_stack({**flowservice_emulator.environment, **wrong})
    stack.configure(
        {"flowservice:clientId": "emulator", "flowservice:sanbox": "dev"},
        secret={"flowservice:clientSecret": "emulator-secret", "flowservice:sandbox": "stage"},
    )

    done = run_beside(stack, flowservice_emulator, "doctor", "--json", "--stack", "dev")

    document: dict[str, Any] = json.loads(done.stdout)
    settings = {setting["name"]: (setting["value"], setting["origin"]) for setting in document["settings"]}
    assert done.exit_code == 0, done.stdout + done.stderr
    assert settings["flowservice:clientId"] == ("emulator", "stack config")
    assert settings["flowservice:clientSecret"] == ("set, and secret", "stack config")
    assert settings["flowservice:sandbox"] == ("set, and secret", "stack config")
    assert settings["flowservice:imsOrg"] == ("EMULATOR@AdobeOrg", "FLOWSERVICE_IMS_ORG")
    assert document["without effect"] == ["flowservice:sanbox"]
    assert [entry.sandbox for entry in flowservice_emulator.log("GET", "/connections")] == ["stage"]
    assert "emulator-secret" not in done.stdout + done.stderr
    assert "canary" not in done.stdout + done.stderr


def test_commands_that_read_take_the_settings_of_a_stack(make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """`adopt`, `usage` and `compare` sign in as the stack does, whatever the environment says."""
    connection_id = make(flowservice_emulator, "orders", sandbox="stage")
    stack = make_stack({**flowservice_emulator.environment, "FLOWSERVICE_CLIENT_ID": "nobody"})
    stack.configure(
        {"flowservice:clientId": "emulator", "flowservice:sandbox": "stage"},
        secret={"flowservice:clientSecret": "emulator-secret"},
    )

    adopted = run_beside(stack, flowservice_emulator, "adopt", "--all", "--stack", "dev")
    usage = run_beside(stack, flowservice_emulator, "usage", connection_id, "--stack", "dev")
    compared = run_beside(stack, flowservice_emulator, "compare", "sandbox:stage", "sandbox:dev", "--stack", "dev")

    assert (adopted.exit_code, usage.exit_code, compared.exit_code) == (0, 0, 2), adopted.stderr + usage.stderr
    assert f"adopt: {connection_id}" in adopted.stdout
    assert usage.stdout.startswith("No dataflow")
    assert "orders" in compared.stdout


def test_a_stack_that_is_not_there_is_said(stack: Stack, flowservice_emulator: Emulator) -> None:
    """In the words of `pulumi`, with exit code 1."""
    done = run_beside(stack, flowservice_emulator, "doctor", "--stack", "nowhere")

    assert done.exit_code == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
