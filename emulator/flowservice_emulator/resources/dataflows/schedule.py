"""Judge the schedule of a flow: its own rules, and what is frozen once it has started.

Samples send and show every value as text, the schema has numbers and a boolean: both are taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...http.errors import CodedError, MessageError
from ...json_values import Json
from ...settings import Settings

ONCE = "once"
SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_KEYS = ("startTime", "frequency", "interval", "backfill")
_LEAST = {"minute": 15}
# The end of the year 9999: what is above it was meant as milliseconds.
_LAST_TIME = 253_402_300_799
_MOST_INTERVAL = 1_000_000


@dataclass(frozen=True)
class Schedule:
    """When a flow runs; times are seconds since the epoch."""

    start: int
    frequency: str
    interval: int
    """0 with `once`."""
    backfill: bool

    @property
    def seconds(self) -> int:
        """Return the time between two runs; 0 with `once`."""
        return SECONDS.get(self.frequency, 0) * self.interval

    def has_started(self, now: float) -> bool:
        """Return whether the first run was due at a time."""
        return self.start <= now


def read_schedule(params: object) -> Schedule:
    """Return the schedule that `scheduleParams` describe.

    Raises:
        ApiError: they break one of the rules of the spec's schema; codes 1317 to 1397.
    """
    if not params or not isinstance(params, dict):
        raise CodedError("1317-400", "The schedule params are empty but should not be empty.")
    if unknown := sorted(params.keys() - set(_KEYS)):
        raise MessageError(400, f"Unrecognized field {unknown[0][:80]!r} in scheduleParams")
    frequency = params.get("frequency")
    if not isinstance(frequency, str) or (frequency != ONCE and frequency not in SECONDS):
        raise CodedError("1397-400", f"The frequency : {str(frequency)[:40]} is invalid.")
    start = _whole(params.get("startTime"))
    if start is None or start > _LAST_TIME:
        raise CodedError("1340-400", f"An error has occurred while parsing {str(params.get('startTime'))[:40]}.")
    if frequency == ONCE:
        if "interval" in params:
            raise CodedError("1361-400", "The interval is not allowed with one time ingestion.")
        if "backfill" in params:
            raise CodedError("1364-400", "The backfill flag is not allowed when frequency is set to once.")
        return Schedule(start, ONCE, 0, True)
    return Schedule(start, frequency, _interval(params.get("interval"), frequency), _backfill(params))


def _interval(value: object, frequency: str) -> int:
    least = _LEAST.get(frequency, 1)
    interval = _whole(value)
    if value is not None and (interval is None or interval > _MOST_INTERVAL):
        raise CodedError("1363-400", f"The interval {str(value)[:40]} is not allowed with frequency: {frequency}.")
    if interval == 0:
        raise CodedError("1394-400", "The minimum value of the interval is one.")
    if interval is None or interval < least:
        raise CodedError("1362-400", f"The interval cannot be less than {least}.")
    return interval


def _backfill(params: Json) -> bool:
    value = params.get("backfill", True)
    if value not in (True, False, "true", "false") or (isinstance(value, int) and not isinstance(value, bool)):
        raise MessageError(400, "The value of backfill is not valid: it must be true or false")
    return value in (True, "true")


def _whole(value: object) -> int | None:
    """Return a number that is sent as such or as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def check_start(schedule: Schedule, now: float, settings: Settings) -> None:
    """Refuse a first run in the past, which the samples of the tutorials have."""
    if schedule.start < int(now) and settings.past_start == "1360-400":
        raise CodedError("1360-400", "The start time cannot be set in the past.")


def check_change(before: Schedule, after: Schedule, now: float, settings: Settings) -> None:
    """Refuse a change of what is frozen once the schedule has started.

    Raises:
        CodedError: start time (1366-400), backfill (1404-400), to `once` (1403-400); a one-time flow cannot be
            scheduled again at all (documented for the user interface; 1366-400 is assumed).
    """
    if before == after:
        return
    if not before.has_started(now):
        check_start(after, now, settings)
        return
    if before.start != after.start or before.frequency == ONCE:
        raise CodedError("1366-400", "The start time has passed and the update operation is no longer allowed.")
    if after.frequency == ONCE:
        text = "The start time has passed and you can no longer change the frequency to once."
        raise CodedError("1403-400", text, title="Bad Request")
    if before.backfill != after.backfill:
        raise CodedError("1404-400", "The start time has passed and you can no longer update backfill.")


def shown_schedule(params: Json, settings: Settings) -> Json:
    """Return `scheduleParams` with values of the type that answers have."""
    if settings.schedule_values == "as sent":
        return params
    if settings.schedule_values == "strings":
        return {key: str(value).lower() if key != "frequency" else value for key, value in params.items()}
    numbers = {"true": True, "false": False}
    return {
        key: numbers.get(str(value).lower(), value) if key == "backfill" else _number(value)
        for key, value in params.items()
    }


def _number(value: object) -> object:
    whole = _whole(value)
    return value if whole is None else whole
