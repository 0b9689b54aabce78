"""The example of a policy pack refuses each of its four rules, with resources of either provider."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Stack
from tools import policy_environment

PROGRAM = """\
import pulumi
from pulumi_flowservice{module} import RedshiftConnection, Dataflow

def connection(resource, protect=True, **given):
    return RedshiftConnection(resource, server="a.example.com", database="d", username="u", password="p",
                              opts=pulumi.ResourceOptions(protect=protect), **given)

def dataflow(resource, protect=True, sandbox="prod", **given):
    given = {{"schedule": {{"frequency": "day"}}, "delta_column": "changed", **given}}
    Dataflow(resource, connection="00000000-0000-0000-0000-000000000001", table="t", dataset="000000000000000000000001",
             mapping={{"a.b": "c"}}, sandbox=sandbox, opts=pulumi.ResourceOptions(protect=protect), **given)

if {wrong}:
    connection("unprotected", protect=False, sandbox="prod")
    connection("untested", sandbox="prod", connection_test="off")
    connection("shouting", name="ORDERS", sandbox="dev")
    dataflow("backfilling")
    dataflow("unreasoned", description="no reason: none")
connection("good", sandbox="prod", name="orders-eu")
connection("playground", sandbox="dev", protect=False, connection_test="off")
dataflow("reasoned", description="Orders\\nreason: the first load")
dataflow("onward", schedule={{"frequency": "day", "backfill": False}})
dataflow("tried", sandbox="dev")
"""
REFUSED = {
    ("prod-is-protected", "unprotected"),
    ("prod-is-tested", "untested"),
    ("names-have-a-pattern", "shouting"),
    ("backfills-have-a-reason", "backfilling"),
    ("backfills-have-a-reason", "unreasoned"),
}


@pytest.mark.pinned  # Newer engines start a policy pack by a language host of their own time.
@pytest.mark.parametrize("native", [False, True], ids=["dynamic", "native"])
def test_each_rule(native: bool, make_stack: MakeStack, flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """What breaks a rule is named with the rule, and nothing was sent; without it, the preview succeeds."""
    pack = Path(shutil.copytree(policy_environment.EXAMPLE, tmp_path / "policy"))
    (pack / ".venv").symlink_to(policy_environment.get())
    stack: Stack = make_stack(flowservice_emulator.environment, native=native)
    module = ".native" if native else ""

    stack.write(PROGRAM.format(module=module, wrong=True))
    refused = stack.preview("--policy-pack", str(pack)).failed()
    stack.write(PROGRAM.format(module=module, wrong=False))
    accepted = stack.preview("--policy-pack", str(pack)).ok()

    told = re.findall(r"\[mandatory\]\s+(\S+)\s+\(\S+ (\w+)\)", refused.text)
    assert set(told) == REFUSED, refused.text
    assert flowservice_emulator.log() == []
    assert accepted.changes == {"to create": 6}
