"""What this project wants to reach, computed from one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.contestants import DOCUMENTATION, FLOOR, OURS
from benchmarks.import_time import ImportTimes
from benchmarks.measurements import Cell, Measurement, Results, Spread

# Pulumi's dynamic provider host serves four calls at a time.
THREADS = 4
SLOW_MS = 300


@dataclass(frozen=True)
class Goal:
    """One line of the table; `found` is None where the run does not tell."""

    what: str
    wanted: float
    found: Spread | None
    at_most: bool = True
    unit: str = ""

    @property
    def verdict(self) -> str:
        """In one or two words."""
        if self.found is None:
            return "not measured"
        reached = self.found.middle <= self.wanted if self.at_most else self.found.middle >= self.wanted
        return "met" if reached else "not met"


def goals(results: Results, imports: ImportTimes | None) -> Iterator[Goal]:
    """All goals, met or not."""
    for command in ("up", "destroy"):
        found = results.paired(OURS.name, FLOOR.name, Cell(command, 100, 0))
        yield Goal(f"{command} of 100 at 0 ms, test off: ours / floor", 1.15, found)
    for command in ("no-op up", "preview", "refresh"):
        found = results.paired(OURS.name, FLOOR.name, Cell(command, 100, 0), compare=lambda ours, floor: ours - floor)
        yield Goal(f"{command} of 100 at 0 ms: ours - floor", 0.25, found, unit=" s")
    found = results.paired(DOCUMENTATION.name, OURS.name, Cell("up", 100, 0))
    yield Goal("up of 100 at 0 ms: documentation / ours", 1.7, found, at_most=False)
    yield Goal("up of 100 at 300 ms, test off: ours / (25 x 0.3 s + floor)", 1.10, _slow_up(results, 100))
    found = results.paired(DOCUMENTATION.name, OURS.name, Cell("refresh", 300, SLOW_MS))
    yield Goal("refresh of 300 at 300 ms: documentation / ours", 6, found, at_most=False)
    yield Goal("import: pulumi_flowservice / pulumi", 1.5, imports.ratio if imports else None)
    found = results.paired(OURS.name, FLOOR.name, Cell("up", 100, 0), lambda m: m.state_bytes)
    yield Goal("bytes of state per connection at 100: ours / floor", 1.25, found)
    yield Goal("peak memory of the provider's process at 300: ours / floor", 1.25, _memory(results, 300))


def _slow_up(results: Results, count: int) -> Spread | None:
    """Against the time below which no dynamic provider can come: the engine's own, and the waiting of four threads."""
    waiting = count / THREADS * SLOW_MS / 1000
    ours = results.values(OURS.name, Cell("up", count, SLOW_MS))
    floor = results.values(FLOOR.name, Cell("up", count, 0))
    ratios = [ours[repetition] / (waiting + floor[repetition]) for repetition in ours.keys() & floor.keys()]
    return Spread.of(ratios) if ratios else None


def _memory(results: Results, count: int) -> Spread | None:
    """The command that needs most, of each contestant."""

    def peak(measurement: Measurement) -> float | None:
        return measurement.peak_mebibytes

    cells = [cell for cell in results.cells if (cell.count, cell.latency_ms) == (count, 0)]
    found = [results.paired(OURS.name, FLOOR.name, cell, peak) for cell in cells]
    known = [spread for spread in found if spread]
    return max(known, key=lambda spread: spread.middle, default=None)
