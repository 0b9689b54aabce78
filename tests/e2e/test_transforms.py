"""A password that a transform sets, after the constructor has made its own secret."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.programs import HEAD

CANARY = "canary-of-a-transform"
TRANSFORMS = {
    "register_resource_transform": """
def transform(args):
    if args.type_.endswith("RedshiftConnection"):
        return pulumi.ResourceTransformResult({**args.props, "password": PASSWORD}, args.opts)
pulumi.runtime.register_resource_transform(transform)
""",
    "register_stack_transformation": """
def transform(args):
    if args.type_.endswith("RedshiftConnection"):
        return pulumi.ResourceTransformationResult({**args.props, "password": PASSWORD}, args.opts)
pulumi.runtime.register_stack_transformation(transform)
""",
}


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_its_password_is_encrypted(
    make_stack: MakeStack, flowservice_emulator: Emulator, inputs: dict[str, Any], native: bool, transform: str
) -> None:
    """In the state and in a saved plan; and no run after it sees a change."""
    flowservice_emulator.settings(connection_test="pass")
    stack = make_stack(flowservice_emulator.environment, native=native)
    program = f"PASSWORD = {CANARY!r}\n" + TRANSFORMS[transform] + f"RedshiftConnection('orders', **{inputs!r})\n"
    stack.write(HEAD + program)

    planned = stack.preview("--save-plan", "plan.json").ok()
    up = stack.up().ok()
    again = stack.up("--expect-no-changes").ok()
    refreshed = stack.refresh("--expect-no-changes").ok()

    [made] = flowservice_emulator.connections()
    assert made["auth"]["params"]["password"] == CANARY
    plan = (stack.folder / "plan.json").read_text()
    told = "".join(each.text for each in (planned, up, again, refreshed))
    assert CANARY not in stack.export() + plan + told
    stack.destroy().ok()
    assert flowservice_emulator.connections() == []
