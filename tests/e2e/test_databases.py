"""Connections of every kind through the real engine: by a program, by a manifest, adopted; and examples/databases."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.lifecycle.names import python_name

from tests.e2e.conftest import MakeStack
from tests.support.command import run
from tests.support.git_repository import EXAMPLES
from tests.support.pulumi_stack import Stack
from tests.support.sample_inputs import ALL, PEM, Sample

# Every way to authenticate of every kind has an entry.
ENTRIES = {f"{sample.kind.name}-{number}": sample for number, sample in enumerate(ALL)}
FROM_YAML = "from pulumi_flowservice.manifest import connections\nconnections('connections.yaml')\n"
STRING = "Server=canary.example.com;Database=billing;UID=loader;Password=canary-string"


def variable(name: str, key: str) -> str:
    """The environment variable with the secret of an entry."""
    return f"{name}_{key}".replace("-", "_").upper()


def declared(name: str, sample: Sample) -> str:
    """The line of a Python program."""
    arguments = ", ".join(f"{python_name(key)}={value!r}" for key, value in sample.given.items())
    return f"flowservice.{sample.kind.resource}({name!r}, {arguments})\n"


def entry(name: str, sample: Sample) -> dict[str, object]:
    """The entry of a manifest."""
    secrets = {param.name: {"env": variable(name, param.name)} for param in sample.secret}
    return {"kind": sample.kind.name, **sample.given, **secrets}


@pytest.mark.dynamic
def test_every_kind(stack: Stack, make_stack: MakeStack, flowservice_emulator: Emulator) -> None:
    """A program makes them; a manifest says the same; `adopt` takes them over unchanged; no secret is shown."""
    flowservice_emulator.settings(connection_test="pass")
    stack.write("import pulumi_flowservice as flowservice\n" + "".join(declared(*each) for each in ENTRIES.items()))
    made = stack.up().ok()
    before = flowservice_emulator.connections()
    sent = {each["name"].rpartition("-")[0]: each for each in before}

    assert made.changes == {"created": len(ALL) + 1}
    for name, sample in ENTRIES.items():
        assert sent[name]["connectionSpec"]["id"] == sample.kind.spec_id
        assert sent[name]["auth"]["params"] == sample.sent

    document = {"connections": {name: entry(name, sample) for name, sample in ENTRIES.items()}}
    (stack.folder / "connections.yaml").write_text(json.dumps(document))
    for name, sample in ENTRIES.items():
        stack.environment |= {variable(name, param.name): sample.given[param.name] for param in sample.secret}
    stack.write(FROM_YAML)
    same = stack.up("--expect-no-changes").ok()

    other = make_stack(flowservice_emulator.environment, native=False)
    listed = run(flowservice_emulator, "adopt", "--all", "--write", folder=other.folder)
    other.write(FROM_YAML)
    flowservice_emulator.clear_log()
    adopted = other.up().ok()
    requests = [(each.method, each.path) for each in flowservice_emulator.log() if "token" not in each.path]

    assert (listed.exit_code, listed.stderr) == (0, "")
    assert adopted.changes == made.changes
    assert sorted(requests) == sorted(("GET", f"/connections/{each['id']}") for each in before)
    assert flowservice_emulator.connections() == before
    shown = [made.text, same.text, listed.stdout, adopted.text, stack.export(), other.export()]
    assert not any(sample.is_in(text) for text in shown for sample in ALL)


@pytest.mark.dynamic
def test_the_example(stack: Stack, flowservice_emulator: Emulator, inputs: dict[str, Any]) -> None:
    """Its first connection logs in to the real database; a second `up` has nothing to do."""
    plain = {f"orders{name.capitalize()}": value for name, value in inputs.items() if name != "password"}
    plain |= {f"warehouse{name}": f"my-{name.lower()}" for name in ("Account", "Username", "Database", "Name")}
    secret = {"ordersPassword": inputs["password"], "billingConnectionString": STRING}
    stack.configure(plain, secret=secret)
    # With the newline at its end, as a shell hands the file in.
    stack.set_secret("warehousePrivateKey", PEM)
    stack.write((EXAMPLES / "databases" / "__main__.py").read_text())

    made = stack.up().ok()
    stack.up("--expect-no-changes").ok()
    there = {each["id"]: each["auth"]["params"] for each in flowservice_emulator.connections()}
    ids = stack.outputs()["ids"]

    assert made.changes == {"created": 4}
    assert (there[ids["orders"]]["username"], there[ids["billing"]]) == (
        inputs["username"],
        {"connectionString": STRING},
    )
    assert base64.b64decode(there[ids["warehouse"]]["privateKey"]).decode() == "".join(PEM.splitlines()[1:-1])
    assert not any("canary" in text for text in (made.text, stack.export()))
