"""Renames of every kind, another default sandbox, and replacement."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator

from tests.e2e.test_promises_others import ids
from tests.support.programs import HEAD, one_connection
from tests.support.pulumi_stack import Stack
from tests.support.terminal import assert_quoted

Inputs = dict[str, Any]


def test_renames(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """By alias, by a removed explicit name, in the UI: no replacement, no update, the name stays as it is."""
    first = HEAD + "\n".join(
        f"RedshiftConnection({name!r}, **{ {**inputs, **own}!r})"
        for name, own in {"old": {}, "explicit": {"name": "by the program"}, "auto": {}}.items()
    )
    second = HEAD + "\n".join(
        f"RedshiftConnection({name!r}, **{inputs!r}{options})"
        for name, options in {
            "new": ", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name='old')])",
            "explicit": "",
            "auto": "",
        }.items()
    )
    stack.write(first)
    stack.up().ok()
    made = ids(flowservice_emulator)
    [auto] = [connection_id for name, connection_id in made.items() if name.startswith("auto-")]
    flowservice_emulator.change_connection(auto, name="by hand")
    flowservice_emulator.clear_log()
    stack.write(second)

    stack.up("--expect-no-changes").ok()
    untouched = flowservice_emulator.log()
    stack.up("--refresh", "--expect-no-changes").ok()

    assert untouched == []
    assert flowservice_emulator.log("PATCH") == []
    assert set(ids(flowservice_emulator)) == {"by the program", "by hand", *(name for name in made if "old-" in name)}


def test_another_default_sandbox(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """A changed default stops at the preview and touches nothing; `sandbox` in the program moves on purpose."""
    stack.write(one_connection(inputs, name="orders"))
    stack.up().ok()
    flowservice_emulator.clear_log()

    stopped = stack.run("preview", variables={"FLOWSERVICE_SANDBOX": "stage"}).failed()
    untouched = flowservice_emulator.log()
    stack.write(one_connection(inputs, name="orders", sandbox="stage"))
    flowservice_emulator.use_connection(stack.outputs()["id"], "Orders to profiles")
    moved = stack.up().failed()

    writes = [(entry.method, entry.sandbox) for entry in flowservice_emulator.log() if entry.method != "GET"]
    assert untouched == []
    assert [write for write in writes if write[1]] == [("POST", "stage"), ("DELETE", "dev")]
    assert [connection["sandboxName"] for connection in flowservice_emulator.connections()] == ["dev", "stage"]
    assert_quoted(stopped)
    assert_quoted(moved)


def test_adopting_under_another_name_deletes_nothing(
    stack: Stack, inputs: Inputs, flowservice_emulator: Emulator
) -> None:
    """A resource renamed without alias: the program is told what exists; adopting it keeps the connection."""
    stack.write(one_connection(inputs, name="orders"))
    stack.up().ok()
    made = stack.outputs()
    renamed = one_connection(inputs, name="orders").replace("'warehouse'", "'orders'")
    stack.write(renamed)

    stopped = stack.up().failed()
    stack.write(renamed.replace("name='orders'", f"name='orders', adopt={made['id']!r}"))
    stack.up().ok()

    assert f'adopt="{made["id"]}"' in stopped.text
    assert ids(flowservice_emulator) == {"orders": made["id"]}
    assert len(flowservice_emulator.log("POST", "/connections")) == 1
    assert flowservice_emulator.log("DELETE") == []
