"""The native provider's functions in Python programs that the real engine runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.connections import make
from tests.support.pulumi_stack import Stack

OTHER = "OTHER@AdobeOrg"
PROGRAM = """\
import pulumi
from pulumi_flowservice.native import (
    Provider,
    RedshiftConnection,
    get_connection,
    get_connection_output,
    get_redshift_connection,
    get_redshift_connection_output,
    list_redshift_connections_output,
)

other = Provider("other", endpoint={url!r}, ims_endpoint={url!r}, ims_org={organization!r}, sandbox="dev",
                 client_id="emulator", client_secret="emulator-secret")
theirs = RedshiftConnection("theirs", name="theirs", server="cluster.example.com", database="d", username="u",
                            port=5440, password="p", connection_test="off", opts=pulumi.ResourceOptions(provider=other))
{functions}"""
FUNCTIONS = """\
pulumi.export("ours", get_redshift_connection(name="ours").id)
pulumi.export("theirs", get_connection(name="theirs", opts=pulumi.InvokeOptions(provider=other)))
later = pulumi.InvokeOutputOptions(provider=other)
pulumi.export("later", get_connection_output(name=pulumi.Output.from_input("theirs"), opts=later).ims_org)
listed = list_redshift_connections_output(server="cluster.example.com", opts=later)
pulumi.export("ports", listed.apply(lambda all: [each.port for each in all]))
"""


@pytest.fixture
def other() -> Iterator[Emulator]:
    """The Flow Service of a second organization."""
    with Emulator(organization=OTHER) as running:
        yield running


def test_an_explicit_provider_is_asked(make_stack: MakeStack, flowservice_emulator: Emulator, other: Emulator) -> None:
    """Both forms return typed results: of the stack's account, or of the organization of a provider of the program.

    A failure is one paragraph without a traceback, and an Output is refused where it could not be waited for.
    """
    stack: Stack = make_stack(flowservice_emulator.environment, native=True)
    ours = make(flowservice_emulator, "ours")
    program = PROGRAM.format(url=other.url, organization=OTHER, functions="")
    stack.write(program)
    stack.up().ok()
    [theirs] = [each["id"] for each in other.connections()]

    program = PROGRAM.format(url=other.url, organization=OTHER, functions=FUNCTIONS)
    stack.write(program)
    stack.up().ok()
    stack.write(f"{program}get_redshift_connection(name='theirs')\n")
    failed = stack.preview().failed().text
    stack.write(f"{program}get_redshift_connection(name=other.urn)\n")
    refused = stack.preview().failed().text

    outputs = stack.outputs()
    assert (outputs["ours"], outputs["theirs"]["id"], outputs["later"]) == (ours, theirs, OTHER)
    assert (outputs["theirs"]["kind"], outputs["theirs"]["params"]["server"]) == ("redshift", "cluster.example.com")
    assert outputs["ports"] == [5440]
    assert "looking up connection 'theirs' in sandbox 'dev'" in failed and "Traceback" not in failed
    assert "use the form of this function whose name ends in _output" in refused
