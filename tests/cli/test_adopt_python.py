"""`pulumi-flowservice adopt --format python`: a module with resources."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flowservice_emulator.server import Emulator

from tests.support.command import run, run_beside
from tests.support.connections import POSTGRESQL, make
from tests.support.flows import FIELDS, make_flow
from tests.support.pulumi_stack import Stack

pytestmark = pytest.mark.reading(table_check="never", initializing_seconds=0, transition_seconds=0)
PYTHON = ("adopt", "--format", "python", "--write")


def test_a_program_adopts_without_a_change(stack: Stack, flowservice_emulator: Emulator) -> None:
    """What the module declares is adopted by GETs only, and stays as it is; the stack's are left out afterwards."""
    dataset = flowservice_emulator.make_dataset("Customers", FIELDS)
    shop = make(flowservice_emulator, "shop [1]", description='All "orders"\n2')
    make(flowservice_emulator, "Shop_1", spec=POSTGRESQL)
    make_flow(flowservice_emulator, shop, "Customers", dataset=dataset)
    written = run(flowservice_emulator, *PYTHON, "--all", folder=stack.folder)
    stack.write("import adopted\n")
    flowservice_emulator.clear_log()

    done = stack.up().ok()
    stack.up("--refresh", "--expect-no-changes").ok()
    left = run_beside(stack, flowservice_emulator, "adopt", "--all", "--output", "new.yaml")

    assert written.exit_code == 0, written.stderr
    assert written.stdout.endswith("  import adopted\n")
    assert done.changes == {"created": 4} and "FS4019" not in done.text
    assert {each.method for each in flowservice_emulator.log() if "/ims/" not in each.path} == {"GET"}
    assert left.stdout.count("the stack manages it already") == 3


def test_more_is_added_to_a_module(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """What is there stays, and is not added again; a dataflow finds the variable of its connection."""
    shop = make(flowservice_emulator, "sh-op")
    first = run(flowservice_emulator, *PYTHON, "sh-op", folder=tmp_path)
    before = (tmp_path / "adopted.py").read_text()
    make(flowservice_emulator, "sh_op", server="b.example.com")
    make_flow(flowservice_emulator, shop, "Customers")

    second, third = (run(flowservice_emulator, *PYTHON, "--all", folder=tmp_path) for _ in range(2))

    text = (tmp_path / "adopted.py").read_text()
    assert [each.exit_code for each in (first, second, third)] == [0, 0, 0], second.stderr
    assert text.startswith(before) and "the file has it already, as 'Customers'" in third.stdout
    variables = [node.targets[0] for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    assert [each.id for each in variables if isinstance(each, ast.Name)] == ["sh_op", "sh_op_", "customers"]
    assert "connection=sh_op.id,\n" in text and text.count("import pulumi\n") == 1
    assert "password" not in text and "kept-at-the-server" not in text


def test_a_file_that_is_no_module_is_not_touched(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Nothing is appended to it, and no request is sent."""
    (tmp_path / "ours.py").write_text("a: [\n")

    done = run(flowservice_emulator, *PYTHON, "--all", "--output", "ours.py", folder=tmp_path)

    assert done.exit_code == 1
    assert "ours.py is not a module in Python. Choose another --output." in done.stderr
    assert (tmp_path / "ours.py").read_text() == "a: [\n" and flowservice_emulator.log() == []
