"""What this project wants to reach, computed from one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.contestants import DATAFLOWS_DOCUMENTATION, DATAFLOWS_NATIVE, FLOOR, OURS
from benchmarks.import_time import ImportTimes
from benchmarks.measurements import Cell, Measurement, Results, Spread

SLOW_MS = 300
# Of processor time, because it hardly depends on what else the machine does.
_AT_MOST = {"up": 1.12, "destroy": 1.12, "no-op up": 1.06, "preview": 1.06, "refresh": 1.12}


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
    for command, most in _AT_MOST.items():
        found = results.paired(OURS.name, FLOOR.name, Cell(command, 100, 0), lambda m: m.whole_processor_seconds)
        yield Goal(f"{command} of 100 at 0 ms, test off: ours / floor, processor time", most, found)
    found = results.paired(OURS.name, FLOOR.name, Cell("up", 1, 0), compare=lambda ours, floor: ours - floor)
    yield Goal("up of 1 at 0 ms, test off: ours - floor", 0.35, found, unit=" s")
    found = results.paired(DATAFLOWS_DOCUMENTATION.name, DATAFLOWS_NATIVE.name, Cell("up", 100, SLOW_MS))
    yield Goal("up of 100 dataflows at 300 ms: documentation / native -p 64", 5, found, at_most=False)
    yield Goal("import: pulumi_flowservice / pulumi, processor time", 1.05, imports.ratio if imports else None)
    found = results.paired(OURS.name, FLOOR.name, Cell("up", 100, 0), lambda m: m.state_bytes)
    yield Goal("bytes of state per connection at 100: ours / floor", 1.25, found)
    yield Goal("peak memory of the provider's process at 100: ours / floor", 1.3, _memory(results, 100))


def _memory(results: Results, count: int) -> Spread | None:
    """The command that needs most, of each contestant."""

    def peak(measurement: Measurement) -> float | None:
        return measurement.peak_mebibytes

    cells = [cell for cell in results.cells if (cell.count, cell.latency_ms) == (count, 0)]
    found = [results.paired(OURS.name, FLOOR.name, cell, peak) for cell in cells]
    known = [spread for spread in found if spread]
    return max(known, key=lambda spread: spread.middle, default=None)
