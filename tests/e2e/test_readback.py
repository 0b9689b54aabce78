"""However the service shows secrets, and however long a connection takes to be ready: an `up` is followed by peace."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.server import Emulator

from tests.support.programs import one_connection
from tests.support.pulumi_stack import Stack


@pytest.mark.parametrize(
    "setting",
    [
        {"secrets": "omitted"},
        {"secrets": "masked"},
        {"secrets": "encrypted"},
        {"secrets": "plain"},
        {"initializing_seconds": 2},
    ],
    ids=lambda setting: "-".join(map(str, next(iter(setting.items())))),
)
def test_a_second_up_and_a_refresh_show_no_changes(
    stack: Stack, inputs: dict[str, Any], flowservice_emulator: Emulator, setting: dict[str, Any]
) -> None:
    """What reads back of the password, and an etag that comes later, are no drift."""
    flowservice_emulator.settings(**setting)
    stack.write(one_connection(inputs))

    stack.up().ok()

    assert stack.up("--expect-no-changes").ok().changes == {"unchanged": 2}
    stack.refresh("--expect-no-changes").ok()
    assert stack.up("--expect-no-changes").ok().changes == {"unchanged": 2}
    assert [each["state"] for each in flowservice_emulator.connections()] == ["enabled"]
