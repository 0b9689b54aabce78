"""Programs in YAML: the example, and one connection of each kind, over the native provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from flowservice_emulator.server import Emulator
from pulumi_flowservice.resources.connection.kinds import KINDS

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Stack, plugins
from tests.support.sample_inputs import ALL
from tools.quickstart.emulator import DATASET, FIELDS, REQUIRED

EXAMPLE = Path(__file__).parents[2] / "examples" / "yaml"


def test_the_example(make_stack: MakeStack, flowservice_emulator: Emulator, inputs: dict[str, Any]) -> None:
    """It makes a connection and a dataflow, and asks for tables; then nothing changes until all is destroyed."""
    stack: Stack = make_stack(flowservice_emulator.environment)
    stack.take(EXAMPLE)
    flowservice_emulator.make_dataset(DATASET, FIELDS, required=REQUIRED)
    password = inputs.pop("password")
    stack.configure(inputs, secret={"password": password})

    stack.preview().ok()
    assert flowservice_emulator.connections() == []
    stack.up().ok()
    stack.up("--refresh", "--expect-no-changes").ok()

    [made] = flowservice_emulator.connections("dev")
    [flow] = flowservice_emulator.flows("dev")
    outputs = stack.outputs()
    assert outputs["dataflow"] == flow["id"]
    assert (outputs["id"], outputs["updatedBy"]) == (made["id"], made["updatedBy"])
    assert "public.orders" in [table["path"] for table in outputs["tables"]]
    assert password not in stack.export()
    stack.destroy().ok()
    assert (flowservice_emulator.connections(), flowservice_emulator.flows()) == ([], [])


def test_a_connection_of_each_kind(make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """Each kind and each way to authenticate is a resource in YAML; no secret is in the state."""
    samples = {f"number{number}": sample for number, sample in enumerate(ALL)}
    resources = {
        name: {
            "type": f"flowservice:{sample.kind.resource}",
            # A string in the schema: YAML has a number for it.
            "properties": {**sample.given, "connectionTest": "off", "credentialsVersion": 3},
        }
        for name, sample in samples.items()
    }
    stack: Stack = make_stack(flowservice_emulator.environment)
    project = {"name": "e2e", "runtime": "yaml", "plugins": plugins(), "resources": resources}
    (stack.folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))

    stack.up().ok()
    # A command of its own: `up --refresh` would not mind if another automatic name were read.
    stack.refresh("--expect-no-changes").ok()
    stack.up("--expect-no-changes").ok()

    state = stack.export()
    sent = {each["name"].rpartition("-")[0]: each["auth"]["params"] for each in flowservice_emulator.connections("dev")}
    assert {sample.kind.name for sample in ALL} == set(KINDS)
    for name, sample in samples.items():
        assert sent[name].keys() == sample.sent.keys()
        assert {key: str(value) for key, value in sent[name].items()} == {
            key: str(value) for key, value in sample.sent.items()
        }
        assert not sample.is_in(state)
    stack.destroy().ok()
    assert flowservice_emulator.connections() == []
