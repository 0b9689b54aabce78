"""The connection test and its policies, and the rotation of a password, as the user's terminal shows them."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator

from tests.support.programs import one_connection
from tests.support.pulumi_stack import Stack
from tests.support.terminal import assert_is_plain, assert_quoted, paragraph
from tools.local_database import LocalDatabase

Inputs = dict[str, Any]


def test_a_refused_connection(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator) -> None:
    """`fail` leaves nothing, or says what it could not remove; `warn` keeps it and says so.

    The text says which connection was refused and, with the dynamic provider, no value of its inputs.
    """
    stack.write(one_connection(inputs, password="wrong-horse"))

    failed = stack.up().failed()
    assert flowservice_emulator.connections() == []

    flowservice_emulator.fault("DELETE", "/connections/*", kind="status", status=403)
    half = stack.up().failed()
    [left] = flowservice_emulator.connections()
    flowservice_emulator.delete_connection(left["id"])
    stack.write(one_connection(inputs, password="wrong-horse", connection_test="warn"))
    # Only the native provider's state has the one that is left.
    warned = stack.up("--refresh").ok()

    assert_is_plain(failed, "wrong-horse", "emulator-secret")
    assert "FS3006: creating connection 'warehouse-" in paragraph(failed)
    # The native provider names what is no secret, such as the server.
    assert stack.is_native or not any(str(inputs[name]) in paragraph(failed) for name in ("username", "server", "port"))
    assert left["id"] in half.text
    assert [connection["id"] for connection in flowservice_emulator.connections()] == [stack.outputs()["id"]]
    # What the native provider says of the one that is left is another text: `test_native.py` has it.
    quoted = [failed, warned] if stack.is_native else [failed, half, warned]
    for result in quoted:
        assert_quoted(result)
    assert not any("wrong-horse" in each.text for each in (failed, half, warned))


def test_a_rotation(stack: Stack, inputs: Inputs, flowservice_emulator: Emulator, database: LocalDatabase) -> None:
    """Refused by the database: put back, said, and tried again by the next `up`; the id stays all along."""
    database.create_user("rotating", "first-horse")
    stack.write(one_connection(inputs, username="rotating", password="first-horse"))
    stack.up().ok()
    before = stack.outputs()

    stack.write(one_connection(inputs, username="rotating", password="second-horse"))
    refused = stack.up().failed()
    [kept] = flowservice_emulator.connections()
    database.set_password("rotating", "second-horse")
    rotated = stack.up().ok()
    [connection] = flowservice_emulator.connections()
    nothing = stack.up("--expect-no-changes").ok()
    database.drop_user("rotating")

    assert kept["auth"]["params"]["password"] == "first-horse"
    assert_quoted(refused)
    assert rotated.changes == {"updated": 1, "unchanged": 1}
    assert (connection["id"], connection["auth"]["params"]["password"]) == (before["id"], "second-horse")
    assert nothing.changes == {"unchanged": 2}
