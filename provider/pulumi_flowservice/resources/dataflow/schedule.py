"""The schedule of a dataflow: how a program writes it, how the API spells it, and what can no longer be changed.

Source: the schedule schema of the flow specification for databases, and Adobe's list of sources errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ...lifecycle.names import wire_name

ONCE = "once"
FREQUENCIES = (ONCE, "minute", "hour", "day", "week")
LEAST_MINUTES = 15
_KEYS = ("frequency", "interval", "startTime", "backfill")
_PLACE = "/scheduleParams"


def schedule(value: object) -> dict[str, Any]:
    """Return a valid schedule: frequency, interval, and, where given, `startTime` in UTC and `backfill`.

    Raises: ValueError.
    """
    if not isinstance(value, Mapping):
        raise ValueError('must be a schedule, such as {"frequency": "day"}')
    given = {wire_name(str(key)): each for key, each in value.items() if each is not None}
    if not {*given} <= {*_KEYS}:
        raise ValueError("has a key that is none of `frequency`, `interval`, `start_time`, `backfill`")
    frequency = given.get("frequency")
    if frequency not in FREQUENCIES:
        raise ValueError(f"needs a `frequency` that is one of {', '.join(FREQUENCIES)}")
    found: dict[str, Any] = {"frequency": frequency}
    if frequency == ONCE:
        if found_keys := [name for name in ("interval", "backfill") if name in given]:
            raise ValueError(f"runs once, so `{found_keys[0]}` must be left out")
    else:
        found["interval"] = _interval(given.get("interval"), str(frequency))
    if "startTime" in given:
        found["startTime"] = iso(epoch(given["startTime"]))
    if "backfill" in given:
        if not isinstance(given["backfill"], bool):
            raise ValueError("has a `backfill` that is not true or false: write it without quotes")
        found["backfill"] = given["backfill"]
    return found


def epoch(value: object) -> int:
    """Return a time as epoch seconds; it is ISO 8601 with a zone. Raises: ValueError."""
    text = value.replace("Z", "+00:00") if isinstance(value, str) else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("has a `start_time` that is no time: write it as 2030-01-31T06:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("has a `start_time` without a zone: write it in UTC, as 2030-01-31T06:00:00Z")
    if moment.microsecond:
        raise ValueError("has a `start_time` with fractions of a second, which the API does not keep")
    return int(moment.timestamp())


def iso(epoch_seconds: int) -> str:
    """Return a time as programs have it: ISO 8601 in UTC."""
    return datetime.fromtimestamp(epoch_seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_wire(found: Mapping[str, Any], start: int) -> dict[str, Any]:
    """Return the API's form of a schedule that a new flow starts with, from then on (epoch seconds)."""
    sent: dict[str, Any] = {"startTime": start, "frequency": found["frequency"]}
    if found["frequency"] == ONCE:
        return sent
    return {**sent, "interval": found["interval"], "backfill": found.get("backfill", True)}


def from_wire(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schedule that the API shows, in whichever types: "15" is 15."""
    found: dict[str, Any] = {"frequency": params.get("frequency")}
    interval, start, backfill = (params.get(name) for name in ("interval", "startTime", "backfill"))
    if interval is not None and found["frequency"] != ONCE:
        found["interval"] = int(interval) if str(interval).isdigit() else interval
    if start is not None and str(start).isdigit() and len(str(start)) < 12:
        found["startTime"] = iso(int(start))
    if backfill is not None and found["frequency"] != ONCE:
        found["backfill"] = {"true": True, "false": False}.get(str(backfill).lower(), backfill)
    return found


def managed(shown: Mapping[str, Any], known: Mapping[str, Any] | None, *, has_started: bool) -> dict[str, Any]:
    """Return what is shown of the keys that a program manages; what is frozen stays as the program has it."""
    if known is None:
        return dict(shown)
    found = {name: shown[name] for name in known if name in shown}
    if has_started:
        found |= {name: known[name] for name in ("startTime", "backfill") if name in known}
        if ONCE in (found.get("frequency"), known.get("frequency")):
            return dict(known)
    return found


def is_within(olds: Mapping[str, Any], new: Any) -> bool:
    """Return whether a schedule asks for what the state has; what it leaves out is not managed."""
    old = olds.get("schedule")
    return isinstance(old, Mapping) and isinstance(new, Mapping) and all(old.get(name) == new[name] for name in new)


def frozen_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return what a change touches that cannot be changed after the start, for a sentence.

    A key that is left out stays as it is.
    """
    names = {"startTime": "start_time", "backfill": "backfill"}
    found = [told for name, told in names.items() if name in new and new[name] != old.get(name)]
    if (old.get("frequency") == ONCE) != (new.get("frequency") == ONCE):
        found.append("frequency, to or from `once`")
    elif old.get("frequency") == ONCE and old != new and not found:
        found.append("schedule of a one-time dataflow")
    return found


def patch(document: Any, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the operations that change a flow's schedule; the frequency never without its interval."""
    shown, before = from_wire(document.schedule_params), old or {}
    changed = [name for name in new if new[name] != before.get(name, shown.get(name))]
    if "frequency" in changed and "interval" in new and "interval" not in changed:
        changed.append("interval")
    values = {**new, **({"startTime": epoch(new["startTime"])} if "startTime" in new else {})}
    there = document.schedule_params
    return [
        {"op": "replace" if name in there else "add", "path": f"{_PLACE}/{name}", "value": values[name]}
        for name in changed
    ]


def _interval(value: object, frequency: str) -> int:
    least = LEAST_MINUTES if frequency == "minute" else 1
    if value is None and frequency == "minute":
        raise ValueError(f"needs an `interval` of at least {LEAST_MINUTES} minutes")
    value = 1 if value is None else value
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).isdigit():
        raise ValueError("has an `interval` that is not a whole number")
    if int(value) < least:
        raise ValueError(f"has an `interval` below {least}, the least for its frequency")
    return int(value)
