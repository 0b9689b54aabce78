"""The example in TypeScript, over the native provider."""

from __future__ import annotations

import os
from typing import Any

from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Stack
from tools import node_packages
from tools.pulumi_cli import Cli
from tools.quickstart.emulator import DATASET, FIELDS, REQUIRED


def test_the_example(make_stack: MakeStack, cli: Cli, flowservice_emulator: Emulator, inputs: dict[str, Any]) -> None:
    """It makes a connection and a dataflow, and asks for tables; then nothing changes until all is destroyed."""
    path = os.pathsep.join((str(node_packages.NODE.parent), str(cli.executable.parent), os.defpath))
    stack: Stack = make_stack({**flowservice_emulator.environment, "PATH": path})
    stack.take(node_packages.EXAMPLE)
    (stack.folder / "node_modules").symlink_to(node_packages.get())
    flowservice_emulator.make_dataset(DATASET, FIELDS, required=REQUIRED)
    password = inputs.pop("password")
    stack.configure(inputs, secret={"password": password})

    stack.up().ok()
    stack.up("--refresh", "--expect-no-changes").ok()

    [made] = flowservice_emulator.connections("dev")
    [flow] = flowservice_emulator.flows("dev")
    outputs = stack.outputs()
    assert outputs["dataflow"] == flow["id"]
    assert outputs["id"] == made["id"]
    assert "public.orders" in outputs["tables"]
    assert password not in stack.export()
    stack.destroy().ok()
    assert (flowservice_emulator.connections(), flowservice_emulator.flows()) == ([], [])
