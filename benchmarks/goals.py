"""What this project wants to reach, computed from one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.contestants import DOCUMENTATION, FLOOR, NATIVE, NATIVE_TESTED, OURS, OURS_TESTED, Contestant
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
    for command, most in (("up", 1.10), ("destroy", 1.10), ("no-op up", 1.10), ("preview", 1.10), ("refresh", 1.25)):
        found = results.paired(OURS.name, FLOOR.name, Cell(command, 100, 0))
        yield Goal(f"{command} of 100 at 0 ms, test off: ours / floor", most, found)
    found = results.paired(DOCUMENTATION.name, OURS.name, Cell("up", 100, 0))
    yield Goal("up of 100 at 0 ms: documentation / ours", 1.7, found, at_most=False)
    found = results.paired(OURS_TESTED.name, NATIVE_TESTED[64].name, Cell("up", 100, SLOW_MS))
    yield Goal("up of 100 tested at 300 ms: ours / native -p 64", 3, found, at_most=False)
    yield Goal(
        "up of 100 at 300 ms, test off: ours / (25 x 0.3 s + floor)", 1.10, _slow_up(results, OURS, 100 / THREADS)
    )
    yield Goal(
        "up of 100 at 300 ms, test off: native -p 64 / (2 x 0.3 s + floor)", 1.25, _slow_up(results, NATIVE[64], 2)
    )
    for ours in (OURS, NATIVE[64]):
        found = results.paired(DOCUMENTATION.name, ours.name, Cell("refresh", 300, SLOW_MS))
        yield Goal(f"refresh of 300 at 300 ms: documentation / {ours.name}", 7, found, at_most=False)
    yield Goal("import: pulumi_flowservice / pulumi", 1.10, imports.ratio if imports else None)
    found = results.paired(OURS.name, FLOOR.name, Cell("up", 100, 0), lambda m: m.state_bytes)
    yield Goal("bytes of state per connection at 100: ours / floor", 1.25, found)
    yield Goal("peak memory of the provider's process at 100: ours / floor", 1.3, _memory(results, 100))


def _slow_up(results: Results, contestant: Contestant, waits: float) -> Spread | None:
    """Against the time that no such provider can undercut: the engine's own, and the answers waited for in a row."""
    ours = results.values(contestant.name, Cell("up", 100, SLOW_MS))
    floor = results.values(FLOOR.name, Cell("up", 100, 0))
    ratios = [ours[each] / (waits * SLOW_MS / 1000 + floor[each]) for each in ours.keys() & floor.keys()]
    return Spread.of(ratios) if ratios else None


def _memory(results: Results, count: int) -> Spread | None:
    """The command that needs most, of each contestant."""

    def peak(measurement: Measurement) -> float | None:
        return measurement.peak_mebibytes

    cells = [cell for cell in results.cells if (cell.count, cell.latency_ms) == (count, 0)]
    found = [results.paired(OURS.name, FLOOR.name, cell, peak) for cell in cells]
    known = [spread for spread in found if spread]
    return max(known, key=lambda spread: spread.middle, default=None)
