"""Outputs that the program reads and did not give: the engine is asked for them."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.programs import HEAD

PROGRAM = """
def describe(args):
    if args.type_.endswith("RedshiftConnection"):
        return pulumi.ResourceTransformResult({{**args.props, "description": "By a transform"}}, args.opts)
pulumi.runtime.register_resource_transform(describe)
orders = RedshiftConnection("orders", **{inputs!r})
for name in ("name", "sandbox", "description", "schema", "port", "etag", "state", "ims_org", "adopt"):
    pulumi.export(name, getattr(orders, name))
pulumi.export("secret", orders.password)
other = RedshiftConnection("other", **{inputs!r})
pulumi.export("other", other.etag)
"""


@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_each_output_can_be_read(
    make_stack: MakeStack, flowservice_emulator: Emulator, inputs: dict[str, Any], native: bool
) -> None:
    """Those that the server tells, one that a transform has set, and those without a value; also with `--target`."""
    stack = make_stack(flowservice_emulator.environment, native=native)
    stack.write(HEAD + PROGRAM.format(inputs=inputs))

    stack.preview().ok()
    stack.up("--target", "**::orders").ok()
    first = stack.outputs()
    stack.up().ok()
    found = stack.outputs()

    made = {each["name"].partition("-")[0]: each for each in flowservice_emulator.connections()}
    assert {name: first.get(name) for name in found if name != "other"} == {
        name: found[name] for name in found if name != "other"
    }
    assert found["other"] == made["other"]["etag"]
    assert found["etag"] == made["orders"]["etag"]
    assert (found["description"], found["port"]) == ("By a transform", inputs["port"])
    assert (found["name"], found["sandbox"], found["ims_org"]) == (made["orders"]["name"], "dev", "EMULATOR@AdobeOrg")
    assert [found.get(name) for name in ("schema", "adopt", "state")] == [None, None, None]
    assert found["secret"] == "[secret]"
