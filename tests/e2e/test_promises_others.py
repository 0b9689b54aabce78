"""What somebody else does to the connections of a stack, and what the user reads about it."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator

from tests.support.programs import HEAD
from tests.support.pulumi_stack import Stack
from tests.support.terminal import assert_quoted, said

Inputs = dict[str, Any]


def program(connections: dict[str, Inputs], common: Inputs) -> str:
    """A program with these connections, each by its name in the program, which is its name in the UI too."""
    given = {name: {"name": name, **common, **own} for name, own in connections.items()}
    return HEAD + "\n".join(f"RedshiftConnection({name!r}, **{values!r})" for name, values in given.items())


def plain(names: list[str]) -> dict[str, Inputs]:
    """Connections that have nothing of their own but the name."""
    return {name: {} for name in names}


def ids(emulator: Emulator) -> dict[str, str]:
    """The ids of the connections by name."""
    return {connection["name"]: connection["id"] for connection in emulator.connections()}


def test_drift(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """A change of each field shows in `preview --refresh` and `refresh`, and the next `up` repairs exactly that.

    A new etag, a field that nobody manages, and a mask in place of the password show nothing; a foreign change of the
    password is told, with its author. A connection that somebody deleted is made again, under the same automatic name.
    """
    flowservice_emulator.settings(secrets="masked")
    drift: dict[str, dict[str, Any]] = {
        "server": {"params": {"server": "localhost"}},
        "port": {"params": {"port": None}},
        "database": {"params": {"database": "postgres"}},
        "username": {"params": {"username": "nobody"}},
        "schema": {"params": {"schema": "marketing"}},
        "description": {"description": "by hand"},
        "title": {"name": "by hand"},
    }
    quiet: dict[str, dict[str, Any]] = {"etag": {}, "unmanaged": {"params": {"privateEndpointId": "x"}}}
    secret: dict[str, dict[str, Any]] = {"password": {"params": {"password": "their-rotation"}}}
    common = {**inputs, "schema": "public", "description": "Orders", "connection_test": "off"}
    stack.write(program({**plain([*drift, *quiet, *secret]), "deleted": {"name": None}}, common))
    stack.up().ok()
    deleted = stack.resource("deleted")
    flowservice_emulator.delete_connection(deleted["id"])
    before = {connection["id"]: connection for connection in flowservice_emulator.connections()}
    for name, connection_id in ids(flowservice_emulator).items():
        flowservice_emulator.change_connection(
            connection_id, by="ann@example.com", **{**drift, **quiet, **secret}[name]
        )

    shown = stack.preview("--refresh").ok()
    noted = stack.refresh().ok()
    seen = stack.resource("username")["outputs"]["username"]
    flowservice_emulator.clear_log()
    repaired = stack.up().ok()
    patches = flowservice_emulator.log("PATCH")
    nothing = stack.up("--expect-no-changes").ok()

    after = {connection["id"]: connection for connection in flowservice_emulator.connections()}
    others = {"changes": len(drift) + 1, "unchanged": 1 + len({**quiet, **secret})}
    assert shown.changes == {"to update": len(drift), "to create": 1, **others}
    assert noted.changes == {"updated": len(drift), "deleted": 1, **others}
    assert seen == "nobody"
    assert repaired.changes == {"updated": len(drift), "created": 1, **others}
    assert len(patches) == len(drift)
    assert nothing.changes == {"unchanged": 2 + len(before)}
    for connection_id, connection in before.items():
        now = after[connection_id]
        own = {"privateEndpointId"} if connection["name"] == "unmanaged" else {"password"}
        assert (now["name"], now["description"]) == (connection["name"], connection["description"])
        assert {k: v for k, v in now["auth"]["params"].items() if k not in own} == {
            k: v for k, v in connection["auth"]["params"].items() if k not in own
        }
    [again] = after.keys() - before.keys()
    assert again == stack.resource("deleted")["id"] != deleted["id"]
    assert after[again]["name"] == deleted["outputs"]["name"]
    assert any("'password'" in text and "ann@example.com at TIME" in text for text in said(noted))
    assert_quoted(noted)


def test_concurrent_changes(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """Our own lost answer is recognised, an untouched field is retried, a touched one stops and is not overwritten."""
    common = {**inputs, "connection_test": "off"}
    stack.write(program(plain(["lost", "untouched", "touched"]), common))
    stack.up().ok()
    made = ids(flowservice_emulator)
    flowservice_emulator.change_connection(made["untouched"], by="ann@example.com", description="by hand")
    flowservice_emulator.change_connection(made["touched"], by="ann@example.com", params={"database": "theirs"})
    flowservice_emulator.fault("PATCH", f"/connections/{made['lost']}", kind="lost_answer")
    changes = {"lost": {"schema": "public"}, "untouched": {"schema": "public"}, "touched": {"schema": "public"}}
    stack.write(program(changes, common))

    stopped = stack.up("--continue-on-error").failed()

    after = {connection["name"]: connection for connection in flowservice_emulator.connections()}
    assert stopped.changes == {"updated": 2, "unchanged": 1}
    assert {name: connection["auth"]["params"].get("schema") for name, connection in after.items()} == {
        "lost": "public",
        "untouched": "public",
        "touched": None,
    }
    assert after["untouched"]["description"] == "by hand"
    assert after["touched"]["auth"]["params"]["database"] == "theirs"
    assert_quoted(stopped)


def test_not_gone(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """A sandbox that the API does not know any more is an error, and the state stays as it is."""
    stack.write(program({"orders": {"sandbox": "stage"}}, inputs))
    stack.up().ok()
    before = stack.resource("orders")
    unknown = {"type": "x/2100-404", "title": "Sandbox not found", "status": 404, "detail": "stage does not exist"}
    flowservice_emulator.fault("GET", "/connections/*", kind="status", status=404, json=unknown)

    refused = stack.refresh().failed()

    after = stack.resource("orders")
    assert (after["id"], after["outputs"]["etag"]) == (before["id"], before["outputs"]["etag"])
    assert_quoted(refused)


def test_destroy(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """In use is an error that names the flows; gone already, and initializing for a while, are no obstacles."""
    common = {**inputs, "connection_test": "off"}
    stack.write(program(plain(["used", "gone"]), common))
    stack.up().ok()
    flowservice_emulator.settings(initializing_seconds=4)
    stack.write(program(plain(["used", "gone", "young"]), common))
    stack.up().ok()
    made = ids(flowservice_emulator)
    flowservice_emulator.use_connection(made["used"], "Orders to profiles")
    flowservice_emulator.delete_connection(made["gone"])

    refused = stack.destroy("--continue-on-error").failed()

    assert ids(flowservice_emulator) == {"used": made["used"]}
    assert refused.changes == {"deleted": 2}
    assert_quoted(refused)
