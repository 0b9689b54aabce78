"""Writes whose outcome is unknown or undone, and what looks like a leftover, as the user's terminal shows them."""

from __future__ import annotations

from typing import Any

import psutil
import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.test_promises_others import ids, plain, program
from tests.support.command import drift
from tests.support.programs import HEAD, Expression, one_connection
from tests.support.pulumi_stack import Stack
from tests.support.terminal import assert_quoted, said

pytestmark = pytest.mark.usefixtures("passing")

Inputs = dict[str, Any]


@pytest.mark.reading(single_params=True, author="technical account")
def test_a_reverted_rotation(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Applied, its answer lost, repetitions refused, the program reverted: told until `up --refresh` ends it."""
    stack.write(one_connection(inputs))
    stack.up().ok()
    flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer")
    flowservice_emulator.fault("PATCH", "/connections/*", kind="status", status=403)
    stack.write(one_connection(inputs, password="battery-staple"))
    unknown = stack.up().failed()
    stack.write(one_connection(inputs))

    told = stack.refresh().ok()
    seen = drift(stack, flowservice_emulator, "--json")
    resolved = stack.up("--refresh").ok()
    after = drift(stack, flowservice_emulator, "--json")

    [connection] = flowservice_emulator.connections()
    assert_quoted(unknown)
    assert_quoted(told)
    assert any("FS4003" in text for text in said(told))
    # Once more, by the second read.
    assert "FS4003" in seen.stdout
    assert (seen.exit_code, after.exit_code) == (2, 0), seen.stdout + seen.stderr + after.stdout + after.stderr
    assert "interrupted" in seen.stdout
    assert resolved.changes == {"updated": 1, "unchanged": 1}
    assert connection["auth"]["params"]["password"] == inputs["password"]
    assert "credentialsInDoubt" not in stack.resource("warehouse")["outputs"]


def test_a_refusal_after_a_lost_creation(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Both are told."""
    flowservice_emulator.fault("POST", "/connections", kind="reset")
    flowservice_emulator.fault("POST", "/connections", kind="status", status=403)
    stack.write(one_connection(inputs))

    refused = stack.up().failed()

    assert_quoted(refused)
    assert flowservice_emulator.connections() == []


def test_a_replacement_on_purpose(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Tainted: refused with the ways out, both of which work."""
    stack.write(one_connection(inputs, name="orders"))
    stack.up().ok()
    urn = stack.resource("warehouse")["urn"]
    [before] = flowservice_emulator.connections()

    stack.run("state", "taint", "--yes", urn).ok()
    refused = stack.up().failed()
    stack.run("state", "untaint", "--yes", urn).ok()
    nothing = stack.up("--expect-no-changes").ok()
    first_deleted = Expression("pulumi.ResourceOptions(delete_before_replace=True)")
    stack.write(one_connection(inputs, name="orders", opts=first_deleted))
    stack.run("state", "taint", "--yes", urn).ok()
    replaced = stack.up().ok()

    [after] = flowservice_emulator.connections()
    assert_quoted(refused)
    assert nothing.changes == {"unchanged": 2}
    assert replaced.changes == {"replaced": 1, "unchanged": 1}
    assert after["id"] != before["id"]


def test_a_twin_and_a_name_that_becomes_free(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """One more resource of the same name and parameters, and one that takes a name which another gives up."""

    def connection(variable: str, name: str, after: str = "") -> str:
        options = {"opts": Expression(f"pulumi.ResourceOptions(depends_on=[{after}])")} if after else {}
        return f"{variable} = RedshiftConnection({variable!r}, **{ {**inputs, **options, 'name': name}!r})\n"

    stack.write(HEAD + connection("first", "x") + connection("mover", "y"))
    stack.up().ok()
    stack.write(
        HEAD
        + connection("first", "x")
        + connection("twin", "x", after="first")
        + connection("mover", "z")
        + connection("taker", "y", after="mover")
    )
    second = stack.up().ok()

    assert second.changes == {"created": 2, "updated": 1, "changes": 3, "unchanged": 2}
    assert sorted(each["name"] for each in flowservice_emulator.connections()) == ["x", "x", "y", "z"]


def test_secret_inputs_of_any_name(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Server and user given as secrets: neither errors, nor warnings, nor the state show them in clear."""
    flowservice_emulator.settings(connection_test="fail")
    secret = {
        "server": Expression("pulumi.Output.secret('canary-host.example.com')"),
        "username": Expression("pulumi.Output.secret('canary-user')"),
    }
    stack.write(program({"refused": {}, "warned": {"connection_test": "warn"}}, {**inputs, **secret}))

    shown = stack.up("--continue-on-error").failed()

    assert "canary" not in shown.text + stack.export()
    assert "FS3006: creating connection 'refused'" in shown.text
    assert "FS4002: connection 'warned'" in shown.text
    assert list(ids(flowservice_emulator)) == ["warned"]


@pytest.mark.dynamic
def test_the_provider_ends_with_its_engine(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator, survivors: list[psutil.Process]
) -> None:
    """`kill -9` of the engine alone, in the middle of a request: the request is finished, then the provider ends."""
    flowservice_emulator.fault("POST", "/connections", kind="slow", seconds=3.0)
    stack.write(program(plain(["warehouse"]), inputs))
    process = stack.start_until(lambda: ids(flowservice_emulator), "up", "--yes", "--skip-preview")
    survivors += psutil.Process(process.pid).children(recursive=True)
    providers = [each for each in survivors if "pulumi.dynamic" in " ".join(each.cmdline())]

    with process:
        process.kill()
    _, alive = psutil.wait_procs(providers, timeout=15)

    assert providers
    assert alive == []
    assert list(ids(flowservice_emulator)) == ["warehouse"]
    assert flowservice_emulator.log("GET", "/connections/*/test")
