"""However the service shows secrets, and however long a connection takes to be ready: an `up` is followed by peace."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.server import Emulator

from tests.e2e.test_promises_others import plain, program
from tests.support.pulumi_stack import Stack

SETTINGS: dict[str, dict[str, Any]] = {
    "omitted": {"secrets": "omitted"},
    "masked": {"secrets": "masked"},
    "encrypted": {"secrets": "encrypted"},
    "plain": {"secrets": "plain"},
    "initializing": {"initializing_seconds": 2},
}


def test_a_second_up_and_a_refresh_show_no_changes(
    stack: Stack, inputs: dict[str, Any], flowservice_emulator: Emulator
) -> None:
    """What reads back of the password, and an etag that comes later, are no drift.

    Each setting makes one more connection; the earlier ones show no change. Then all of them are read under each
    setting, and the `up` after that changes nothing.
    """
    for number, setting in enumerate(SETTINGS.values(), 1):
        flowservice_emulator.settings(**setting)
        stack.write(program(plain(list(SETTINGS)[:number]), inputs))
        made = stack.up().ok().changes
        assert made == ({"created": 1, "unchanged": number} if number > 1 else {"created": 2})
    unchanged = {"unchanged": 1 + len(SETTINGS)}
    assert stack.up("--expect-no-changes").ok().changes == unchanged

    # Backwards: what was initializing is read under its own setting first.
    for setting in reversed(SETTINGS.values()):
        flowservice_emulator.settings(**setting)
        assert stack.up("--refresh", "--expect-no-changes").ok().changes == unchanged

    assert [each["state"] for each in flowservice_emulator.connections()] == ["enabled"] * len(SETTINGS)
