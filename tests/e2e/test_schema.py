"""The schema of the native provider, as the real engine reads it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pulumi_flowservice

from tests.support.pulumi_stack import Stack

COMMITTED = Path(pulumi_flowservice.__file__).parent / "plugin" / "schema.json"


def test_the_engine_finds_no_fault_in_the_schema(stack: Stack) -> None:
    """Neither an error nor a warning, and a type that is missing would be one."""
    wrong = stack.folder / "schema.json"
    wrong.write_text(COMMITTED.read_text().replace("flowservice:index:TableResult", "flowservice:index:Missing", 1))

    checked = stack.run("schema", "check", str(COMMITTED)).ok()

    assert checked.text == ""
    assert "type flowservice:index:TableResult not found" in stack.run("schema", "check", str(wrong)).failed().text


def test_the_plugin_tells_its_schema(stack: Stack) -> None:
    """`pulumi package get-schema` is what generators of SDKs start with."""
    told = stack.run("package", "get-schema", f"{sys.prefix}/bin/pulumi-resource-flowservice").ok().stdout

    assert json.loads(told)["resources"].keys() == json.loads(COMMITTED.read_text())["resources"].keys()
