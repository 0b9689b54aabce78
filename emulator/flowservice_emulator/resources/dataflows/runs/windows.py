"""Tell when a flow runs, and which rows each run is about, by the time in the delta column.

Documented is that a row's time is compared with the window of a run, and that values are UTC. Assumed is the rest:
with backfill, the first run is at the start and takes all that is older; without, it is one interval later and takes
what came since the start. Windows are half open, and follow each other without a gap.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..schedule import ONCE, Schedule

MOST_RUNS = 24
"""How many runs of a flow are made up for at once; what was due before belongs to the first of them."""


@dataclass(frozen=True)
class Window:
    """From one time until before another, in seconds since the epoch; None is without end."""

    start: int | None
    end: int | None


@dataclass(frozen=True)
class Due:
    """A run that is due: when, and about which rows."""

    at: int
    window: Window


def next_due(schedule: Schedule, last: int | None) -> int | None:
    """Return when the next run is, after the last one; None where there is none."""
    if schedule.frequency == ONCE:
        return schedule.start if last is None else None
    if last is not None:
        return last + schedule.seconds
    return schedule.start if schedule.backfill else schedule.start + schedule.seconds


def due_runs(schedule: Schedule, last: int | None, begin: int | None, now: float) -> list[Due]:
    """Return the runs that are due, the earliest first.

    `last` is when the last run was due, `begin` where its window ended.
    """
    first = next_due(schedule, last)
    if first is None or first > now:
        return []
    if schedule.frequency == ONCE:
        return [Due(first, Window(None, None))]
    count = int(now - first) // schedule.seconds + 1
    if count > MOST_RUNS:
        first += (count - MOST_RUNS) * schedule.seconds
        count = MOST_RUNS
    if begin is None and not schedule.backfill:
        begin = schedule.start
    runs = []
    for number in range(count):
        at = first + number * schedule.seconds
        runs.append(Due(at, Window(begin, at)))
        begin = at
    return runs
