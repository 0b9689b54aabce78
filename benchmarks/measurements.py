"""Measured values, how they are kept, and what is computed from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Measurement:
    """One command of one contestant in one repetition."""

    command: str
    count: int
    seconds: float
    requests_per_connection: float
    state_bytes: float
    """Size of the stack's state file per connection, after the command."""
    processor_seconds: float | None
    """Of the provider's process."""
    peak_mebibytes: float | None
    """Of the provider's process."""
    whole_processor_seconds: float = 0
    """Of the command with all processes that it starts: engine, program and provider."""
    requests_at_once: int = 0
    """The most requests that were on their way at one moment."""
    contestant: str = ""
    latency_ms: int = 0
    repetition: int = 0


@dataclass(frozen=True)
class Cell:
    """What is compared: the same command, number of connections and latency."""

    command: str
    count: int
    latency_ms: int


@dataclass(frozen=True)
class Spread:
    """The middle and the ends of some values."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Raises: StatisticsError, when there are none."""
        found = list(values)
        return cls(median(found), min(found), max(found))


class Results:
    """All measurements of a run, in their order."""

    def __init__(self, measurements: Iterable[Measurement] = ()) -> None:
        self._all = list(measurements)

    def add(self, measurement: Measurement) -> None:
        """Keep one more."""
        self._all.append(measurement)

    @property
    def cells(self) -> list[Cell]:
        """Everything that was measured, in the order of the first measurement."""
        return list(dict.fromkeys(Cell(m.command, m.count, m.latency_ms) for m in self._all))

    def values(
        self, contestant: str, cell: Cell, of: Callable[[Measurement], float | None] = lambda m: m.seconds
    ) -> dict[int, float]:
        """One value per repetition."""
        found = {m.repetition: of(m) for m in self._all if m.contestant == contestant and cell == _cell(m)}
        return {repetition: value for repetition, value in found.items() if value is not None}

    def paired(
        self,
        one: str,
        other: str,
        cell: Cell,
        of: Callable[[Measurement], float | None] = lambda m: m.seconds,
        compare: Callable[[float, float], float] = lambda a, b: a / b,
    ) -> Spread | None:
        """Compare two contestants within each repetition, where the machine was in the same mood; None without any."""
        ones, others = self.values(one, cell, of), self.values(other, cell, of)
        pairs = [compare(ones[repetition], others[repetition]) for repetition in ones.keys() & others.keys()]
        return Spread.of(pairs) if pairs else None

    def write(self, path: Path) -> None:
        """Keep them for a later report, one JSON document per line."""
        path.write_text("".join(json.dumps(asdict(measurement)) + "\n" for measurement in self._all))

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Results:
        """Bring back what `write` kept, of one or several runs."""
        return cls(Measurement(**json.loads(line)) for path in paths for line in path.read_text().splitlines())


def _cell(measurement: Measurement) -> Cell:
    return Cell(measurement.command, measurement.count, measurement.latency_ms)
