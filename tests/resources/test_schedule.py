"""The schedule of a dataflow: what programs may write, what the API shows, and what is frozen after the start."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_flowservice.api.dataflow_models import Flow
from pulumi_flowservice.resources.dataflow.schedule import (
    epoch,
    from_wire,
    frozen_keys,
    iso,
    managed,
    patch,
    schedule,
    to_wire,
)

START = "2030-01-31T06:00:00Z"


@pytest.mark.parametrize(
    "given, found",
    [
        ({"frequency": "once"}, {"frequency": "once"}),
        ({"frequency": "day"}, {"frequency": "day", "interval": 1}),
        ({"frequency": "minute", "interval": 15}, {"frequency": "minute", "interval": 15}),
        ({"frequency": "hour", "interval": "6"}, {"frequency": "hour", "interval": 6}),
        ({"frequency": "week", "backfill": False}, {"frequency": "week", "interval": 1, "backfill": False}),
        ({"frequency": "once", "start_time": START}, {"frequency": "once", "startTime": START}),
        (
            {"frequency": "day", "startTime": "2030-01-31T07:00:00+01:00"},
            {"frequency": "day", "interval": 1, "startTime": START},
        ),
        ({"frequency": "day", "interval": None}, {"frequency": "day", "interval": 1}),
    ],
)
def test_what_programs_may_write(given: dict[str, Any], found: dict[str, Any]) -> None:
    """One form is kept of each."""
    assert schedule(given) == found
    assert schedule(found) == found


@pytest.mark.parametrize(
    "given, why",
    [
        ("daily", "must be a schedule"),
        ({}, "needs a `frequency`"),
        ({"frequency": "daily"}, "needs a `frequency` that is one of once, minute"),
        ({"frequency": "day", "every": 2}, "has a key that is none of"),
        ({"frequency": "minute"}, "needs an `interval` of at least 15 minutes"),
        ({"frequency": "minute", "interval": 14}, "below 15"),
        ({"frequency": "hour", "interval": 0}, "below 1"),
        ({"frequency": "hour", "interval": "many"}, "not a whole number"),
        ({"frequency": "hour", "interval": True}, "not a whole number"),
        ({"frequency": "hour", "interval": 1.5}, "not a whole number"),
        ({"frequency": "once", "interval": 1}, "`interval` must be left out"),
        ({"frequency": "once", "backfill": True}, "`backfill` must be left out"),
        ({"frequency": "day", "backfill": "yes"}, "not true or false"),
        ({"frequency": "day", "startTime": "tomorrow"}, "no time"),
        ({"frequency": "day", "startTime": 1795962363}, "no time"),
        ({"frequency": "day", "startTime": "2030-01-31T06:00:00"}, "without a zone"),
        ({"frequency": "day", "startTime": "2030-01-31T06:00:00.5Z"}, "fractions"),
    ],
)
def test_what_they_may_not(given: object, why: str) -> None:
    """Told without the value: any input may be a secret."""
    with pytest.raises(ValueError, match=why) as raised:
        schedule(given)
    assert "tomorrow" not in str(raised.value) and "daily" not in str(raised.value)


@pytest.mark.parametrize(
    "shown",
    [
        {"startTime": epoch(START), "frequency": "day", "interval": 2, "backfill": True},
        {"startTime": str(epoch(START)), "frequency": "day", "interval": "2", "backfill": "true"},
        {"startTime": str(epoch(START)), "frequency": "day", "interval": 2, "backfill": "True"},
    ],
)
def test_the_api_shows_the_same_in_several_types(shown: dict[str, Any]) -> None:
    """Adobe's samples have strings, its schema numbers and flags."""
    assert from_wire(shown) == {"frequency": "day", "interval": 2, "startTime": START, "backfill": True}


def test_what_a_new_flow_is_sent() -> None:
    """A start; and a backfill unless it runs once."""
    assert to_wire({"frequency": "once"}, 7) == {"startTime": 7, "frequency": "once"}
    assert to_wire({"frequency": "day", "interval": 2}, 7) == {
        "startTime": 7,
        "frequency": "day",
        "interval": 2,
        "backfill": True,
    }
    assert iso(epoch(START)) == START


@pytest.mark.parametrize(
    "old, new, found",
    [
        ({"frequency": "day", "interval": 1}, {"frequency": "week", "interval": 2}, []),
        ({"frequency": "day", "startTime": START}, {"frequency": "day"}, []),
        ({"frequency": "day", "startTime": START}, {"frequency": "day", "startTime": iso(7)}, ["start_time"]),
        ({"frequency": "day", "backfill": True}, {"frequency": "day", "backfill": False}, ["backfill"]),
        ({"frequency": "day"}, {"frequency": "once"}, ["frequency, to or from `once`"]),
        ({"frequency": "once"}, {"frequency": "day", "interval": 1}, ["frequency, to or from `once`"]),
        ({"frequency": "once"}, {"frequency": "once"}, []),
    ],
)
def test_what_is_frozen(old: dict[str, Any], new: dict[str, Any], found: list[str]) -> None:
    """Frequency and interval of a recurring dataflow are not."""
    assert frozen_keys(old, new) == found


def test_a_read_shows_what_the_program_manages() -> None:
    """And of what is frozen, what the program has."""
    shown = {"frequency": "week", "interval": 2, "startTime": START, "backfill": True}
    known = {"frequency": "day", "interval": 1, "startTime": iso(7)}

    assert managed(shown, None, has_started=True) == shown
    assert managed(shown, {"frequency": "day", "interval": 1}, has_started=True) == {"frequency": "week", "interval": 2}
    assert managed(shown, known, has_started=False) == {"frequency": "week", "interval": 2, "startTime": START}
    assert managed(shown, known, has_started=True) == {"frequency": "week", "interval": 2, "startTime": iso(7)}


@pytest.mark.parametrize(
    "old, new, sent",
    [
        ({"frequency": "day", "interval": 1}, {"frequency": "day", "interval": 1}, {}),
        ({"frequency": "day", "interval": 1}, {"frequency": "day", "interval": 3}, {"interval": 3}),
        # Every 15 minutes would become every 15 days.
        (
            {"frequency": "minute", "interval": 15},
            {"frequency": "day", "interval": 15},
            {"frequency": "day", "interval": 15},
        ),
        # Not managed so far, and as the program wants it.
        ({"frequency": "day", "interval": 1}, {"frequency": "day", "interval": 1, "backfill": True}, {}),
        (
            {"frequency": "day", "interval": 1},
            {"frequency": "day", "interval": 1, "startTime": START},
            {"startTime": epoch(START)},
        ),
    ],
)
def test_what_a_change_sends(old: dict[str, Any], new: dict[str, Any], sent: dict[str, Any]) -> None:
    """Only what differs, at its place."""
    params = {"startTime": "7", "backfill": "true", **old}
    flow = Flow.model_validate({"id": "flow", "scheduleParams": params})

    assert {each["path"]: (each["op"], each["value"]) for each in patch(flow, old, new)} == {
        f"/scheduleParams/{name}": ("replace", value) for name, value in sent.items()
    }
